"""Decisions about a retro's stages, time boxes, formats and seats: pure; time and limits are arguments."""

from app.retros.rules.formats import FORMAT_DEFAULT as FORMAT_DEFAULT
from app.retros.rules.formats import FORMATS as FORMATS
from app.retros.rules.formats import Format as Format
from app.retros.rules.names import ENTRY_LIMIT_DEFAULT as ENTRY_LIMIT_DEFAULT
from app.retros.rules.names import ENTRY_LIMIT_MAX as ENTRY_LIMIT_MAX
from app.retros.rules.names import K_DEFAULT as K_DEFAULT
from app.retros.rules.names import K_FLOOR as K_FLOOR
from app.retros.rules.names import K_MAX as K_MAX
from app.retros.rules.names import STAGES as STAGES
from app.retros.rules.names import Labels as Labels
from app.retros.rules.names import LowSafetyChoice as LowSafetyChoice
from app.retros.rules.names import Stage as Stage
from app.retros.rules.names import WayIn as WayIn
from app.retros.rules.preparation import OVERRIDDEN as OVERRIDDEN
from app.retros.rules.preparation import WRITING_DAYS_MOST as WRITING_DAYS_MOST
from app.retros.rules.preparation import Preparation as Preparation
from app.retros.rules.preparation import PreparationWarning as PreparationWarning
from app.retros.rules.preparation import checked as checked
from app.retros.rules.preparation import split_minutes as split_minutes
from app.retros.rules.preparation import warnings_for as warnings_for
from app.retros.rules.questions import MORE_TIME as MORE_TIME
from app.retros.rules.questions import ROTI as ROTI
from app.retros.rules.questions import SAFETY as SAFETY
from app.retros.rules.questions import check_answer as check_answer
from app.retros.rules.questions import counted_answers as counted_answers
from app.retros.rules.questions import more_time_question as more_time_question
from app.retros.rules.questions import question_is_open as question_is_open
from app.retros.rules.questions import safety_is_low as safety_is_low
from app.retros.rules.refusals import *  # noqa: F403  (every refusal is part of the rules)
from app.retros.rules.stages import ABANDONED_AFTER as ABANDONED_AFTER
from app.retros.rules.stages import ABSENT_AFTER as ABSENT_AFTER
from app.retros.rules.stages import JOINING as JOINING
from app.retros.rules.stages import allowed_moves as allowed_moves
from app.retros.rules.stages import is_after_reveal as is_after_reveal
from app.retros.rules.stages import may_move as may_move
