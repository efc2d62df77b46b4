"""Limits how often a password may be tried, in memory only: no guess from elsewhere locks the owner out.

Wrong ones are counted for an account and an address together. What many addresses could do at once is counted for
the account as a whole, and for an address over all accounts; a browser that signed in to this account before is
counted by itself alone. Nobody is made to wait in a thread: whoever is over a limit is refused, with a time.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

from fastapi import Request

from app.people.service.refusals import SignInFailed
from app.web.known_browser import browser_of
from app.web.limits import TooMany, address_of, limits_of

TRIES = 10
PER_ACCOUNT_AND_ADDRESS = f"{TRIES} per 15 minutes"
PER_BROWSER = f"{TRIES} per 15 minutes"
PER_ADDRESS = "60 per 15 minutes"
PER_ACCOUNT = "100 per hour"
"""Of browsers that never signed in to it, from wherever."""

Rule = tuple[str, tuple[str, ...]]


@contextmanager
def a_try(request: Request, account: str, account_id: UUID | None) -> Iterator[None]:
    """One look at a password, counted before it is looked at; the right one counts for nothing, and lets what was
    wrong before it be forgotten. `account` is the address as it was typed. Raises TooMany with a sentence."""
    rules, limits = _rules(request, account, account_id), limits_of(request)
    with ExitStack() as counted:
        try:
            for rule, keys in rules:
                counted.enter_context(limits.guess(rule, *keys, wrong=SignInFailed))
        except TooMany as refusal:
            refusal.sentence = f"There were too many tries to sign in. Please try again in {_minutes(refusal)}."
            raise
        yield
    own, keys = rules[0]
    limits.forget(own, *keys)


def _rules(request: Request, account: str, account_id: UUID | None) -> list[Rule]:
    """The first is forgotten after the right password."""
    browser = browser_of(request, account_id)
    if browser is not None:
        return [(PER_BROWSER, ("sign-in browser", account, browser))]
    address = address_of(request)
    return [
        (PER_ACCOUNT_AND_ADDRESS, ("sign-in", account, address)),
        (PER_ADDRESS, ("sign-in address", address)),
        (PER_ACCOUNT, ("sign-in account", account)),
    ]


def _minutes(refusal: TooMany) -> str:
    minutes = -(-(refusal.retry_after or 60) // 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
