"""Why the desk lets somebody not in or changes no account; a sentence never says whether an account exists."""

from __future__ import annotations

from app.core.errors import Invalid, Refusal
from app.people.rules import TOKENS_MOST


class SignInFailed(Refusal):
    """One sentence for an unknown address, a wrong password and a disabled account: none can be told apart."""

    status = 422
    sentence = "This mail address and password do not go together. Please check both and try again."
    field = "email"


class SignInsAreBusy(Refusal):
    """Many look at passwords at once, and each look is slow on purpose: a thread that waits serves nobody."""

    status = 503
    sentence = "Many people sign in at this moment. Please try again in a few seconds."
    retry_after = 5


class LinkIsUsed(Refusal):
    status = 404
    sentence = (
        "This link does not work any more: it was used, it is too old, or a newer one was made. "
        "Ask the person who sent it for a new one."
    )


class PasswordIsWeak(Invalid):
    field = "password"


class OnlyAdmins(Refusal):
    status = 403
    sentence = "Only an admin of this installation can do that. Ask one of them to do it for you."


class LastAdmin(Refusal):
    sentence = (
        "This is the last admin: without one nobody could look after accounts. "
        "Make somebody else an admin first, then try again."
    )


class StillNeeded(Refusal):
    """Somebody else has to take something over first."""

    sentence = (
        "Something still waits for this person: promises, retros to run or a department to lead. Hand it over first; "
        "the page “When somebody leaves” lists all of it and does it in one step."
    )


class TooManyTokens(Refusal):
    status = 422
    sentence = f"You have {TOKENS_MOST} already. Revoke one that is not needed any more, then make this one."
    field = "name"


class AlreadyHere(Refusal):
    status = 422
    sentence = "Somebody with this mail address is already here. You find them in the list."
    field = "email"
