"""Limits how often a password may be tried: for each account and for each address, in memory only."""

from fastapi import Request

from app.web.limits import TooMany, address_of, limits_of

PER_ACCOUNT = "10 per 15 minutes"
PER_ADDRESS = "60 per 15 minutes"


def spend_a_try(request: Request, account: str) -> None:
    """Count one look at a password, before it is looked at. Raises TooMany with a sentence."""
    limits = limits_of(request)
    try:
        limits.spend(PER_ADDRESS, "sign-in address", address_of(request))
        limits.spend(PER_ACCOUNT, "sign-in account", account)
    except TooMany as refusal:
        refusal.sentence = f"There were too many tries to sign in. Please try again in {_minutes(refusal)}."
        raise


def forget_tries(request: Request, account: str) -> None:
    """After the right password the account starts afresh; the address does not."""
    limits_of(request).forget(PER_ACCOUNT, "sign-in account", account)


def _minutes(refusal: TooMany) -> str:
    minutes = -(-(refusal.retry_after or 60) // 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
