"""Guesses at codes, tickets and links are counted before they are looked up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.core.errors import NotFound
from app.web.limits import Limits, TooMany

RULE = "60 per minute"


def guess(limits: Limits, right: bool) -> None:
    with limits.guess(RULE, "code", "203.0.113.9", wrong=NotFound):
        if not right:
            raise NotFound


def test_right_guesses_are_given_back_and_wrong_ones_are_not() -> None:
    limits = Limits()
    for _ in range(200):
        guess(limits, right=True)
    for _ in range(60):
        with pytest.raises(NotFound):
            guess(limits, right=False)
    with pytest.raises(TooMany):
        guess(limits, right=True)


def test_what_went_wrong_for_another_reason_is_no_guess() -> None:
    limits = Limits()
    for _ in range(100):
        with pytest.raises(ZeroDivisionError), limits.guess(RULE, "code", "203.0.113.9", wrong=NotFound):
            raise ZeroDivisionError


def test_guesses_that_come_at_once_are_all_counted_before_any_is_looked_up() -> None:
    limits, looked_up, together = Limits(), [], Barrier(100)

    def one(number: int) -> None:
        together.wait()
        try:
            with limits.guess(RULE, "code", "203.0.113.9", wrong=NotFound):
                looked_up.append(number)
                raise NotFound
        except (NotFound, TooMany):
            return

    with ThreadPoolExecutor(100) as threads:
        list(threads.map(one, range(100)))
    assert 50 <= len(looked_up) <= 60, "never more than the rule allows"
