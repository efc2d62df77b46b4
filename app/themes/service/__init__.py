"""Writes of themes: one function per use case."""

from app.themes.service.catching_up import catch_up
from app.themes.service.correcting_themes import close, keep_apart, keep_name, keep_whole, merge, rename, reopen, sort
from app.themes.service.correcting_topics import confirm, move, split, start_new
from app.themes.service.counting import COLUMN_OF, consumer_of, count
from app.themes.service.deciding import NotYourThemes, undo
from app.themes.service.erasing import name_anew, words_are_gone
from app.themes.service.proposing import propose_merges
from app.themes.service.rerunning import encode_anew, is_seen_otherwise, rerun
from app.themes.service.taking_in import forget_that_taken_in, take_in
from app.themes.service.writing import ThemesMoved, want_rerun

__all__ = [
    "COLUMN_OF",
    "NotYourThemes",
    "ThemesMoved",
    "catch_up",
    "close",
    "confirm",
    "consumer_of",
    "count",
    "encode_anew",
    "forget_that_taken_in",
    "is_seen_otherwise",
    "keep_apart",
    "keep_name",
    "keep_whole",
    "merge",
    "move",
    "name_anew",
    "propose_merges",
    "rename",
    "reopen",
    "rerun",
    "sort",
    "split",
    "start_new",
    "take_in",
    "undo",
    "want_rerun",
    "words_are_gone",
]  # fmt: skip
