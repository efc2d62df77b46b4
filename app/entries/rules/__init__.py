"""Decisions about entries: kinds, dimensions, what text is accepted, the gentle check; pure."""

from app.entries.rules.composers import KEY_MOST as KEY_MOST
from app.entries.rules.composers import digest as digest
from app.entries.rules.composers import free_key as free_key
from app.entries.rules.composers import is_key as is_key
from app.entries.rules.composers import opened_with as opened_with
from app.entries.rules.composers import root_of as root_of
from app.entries.rules.names import HIDDEN_BECAUSE as HIDDEN_BECAUSE
from app.entries.rules.names import HIDDEN_BY as HIDDEN_BY
from app.entries.rules.names import TEXT_MAX as TEXT_MAX
from app.entries.rules.names import TEXT_MIN as TEXT_MIN
from app.entries.rules.names import WRITTEN_KINDS as WRITTEN_KINDS
from app.entries.rules.names import Dimension as Dimension
from app.entries.rules.names import HiddenReason as HiddenReason
from app.entries.rules.names import HiddenRole as HiddenRole
from app.entries.rules.names import Kind as Kind
from app.entries.rules.names import hidden_words as hidden_words
from app.entries.rules.nudges import Nudge as Nudge
from app.entries.rules.nudges import NudgeKind as NudgeKind
from app.entries.rules.nudges import nudges as nudges
from app.entries.rules.refusals import *  # noqa: F403  (every refusal is part of the rules)
from app.entries.rules.slots import COMPOSER as COMPOSER
from app.entries.rules.slots import LATE_SHEET as LATE_SHEET
from app.entries.rules.slots import Sheet as Sheet
from app.entries.rules.slots import sent_slots as sent_slots
from app.entries.rules.slots import sheet as sheet
from app.entries.rules.slots import slots as slots
from app.entries.rules.text import clean_text as clean_text
from app.entries.rules.text import cut_to_fit as cut_to_fit
