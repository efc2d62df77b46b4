"""Decisions about accounts, sign-ins and rights: pure; knows no table and no HTTP."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.core import mail_addresses
from app.core.texts import one_line

INVITATION_LASTS = timedelta(days=7)
FORGOTTEN_LASTS = timedelta(hours=1)
"""A link that somebody asked for without being signed in: long enough for a slow mail server, no longer."""
TOLD_OF_GUESSES_EVERY = timedelta(days=1)
SIGN_IN_IDLE = timedelta(days=7)
SIGN_IN_LASTS = timedelta(days=30)
SEEN_AGAIN_AFTER = timedelta(hours=1)
PASSWORD_MIN = 10
PASSWORD_MAX = 200
NAME_MAX = 120
EMAIL_MAX = mail_addresses.LONGEST
DEVICE_MAX = 120
TOKEN_NAME_MAX = 60
TOKENS_MOST = 20
TOKEN_DAYS = (30, 90, 365)
"""How long a program's access may last; without a day it lasts until it is taken back."""
BEARER_MARK = "fencepost_"
"""Begins every token, so that people and scanners know one when they find it where it does not belong."""

NOBODY = "left@erased.invalid"
"""The address of the one account that stands for everybody whose account was erased: nobody can sign in as it."""
LEFT_MARK = " (left)"
"""Stands behind the name of somebody whose account is disabled, wherever it is shown."""

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"))
_ENGINES = (("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


class Purpose(StrEnum):
    """What a one-use link is for: `reset` was made by somebody else, `forgotten` asked for at the sign-in page. A
    `demo` link signs in to a demo account, and again, until it expires."""

    SETUP = "setup"
    INVITE = "invite"
    RESET = "reset"
    FORGOTTEN = "forgotten"
    DEMO = "demo"


class TokenScope(StrEnum):
    """What a program may do with a token, within the rights of its account."""

    READ_ACTIONS = "actions:read"
    WRITE_ACTIONS = "actions:write"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking, at the desk: a signed-in account as a frozen value. Never reaches a seat's page."""

    account_id: UUID
    name: str
    email: str
    is_admin: bool = False
    is_facilitator: bool = False
    leads: frozenset[UUID] = field(default_factory=frozenset)
    member_of: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def departments(self) -> frozenset[UUID]:
        """Departments this person leads or belongs to."""
        return self.leads | self.member_of

    @property
    def sees_everything(self) -> bool:
        """Admins and facilitators see every department's projects."""
        return self.is_admin or self.is_facilitator


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do. `departments` maps a department to whether the account leads it."""

    is_admin: bool = False
    is_facilitator: bool = False
    departments: Mapping[UUID, bool] = field(default_factory=dict)


def may_grant(visitor: Visitor, rights: Rights) -> bool:
    """An admin grants anything; a facilitator and a lead invite plain members (a lead: of own departments)."""
    if visitor.is_admin:
        return True
    if rights.is_admin or rights.is_facilitator or any(rights.departments.values()):
        return False
    return visitor.is_facilitator or bool(rights.departments and set(rights.departments) <= visitor.leads)


def leaves_no_admin(admins: Iterable[UUID], account_id: UUID, stays_admin: bool) -> bool:
    """Whether nobody would be left to look after the accounts."""
    return not stays_admin and not set(admins) - {account_id}


def sign_in_is_open(expires_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Open until its absolute end, and only while it is used (ASVS 5.0, 7.3.1 and 7.3.2)."""
    return now < expires_at and now - seen_at < SIGN_IN_IDLE


def tidy_email(typed: str) -> str:
    """An address as it is kept: composed, without blanks around it, lower case, its domain as people write it."""
    return mail_addresses.tidy(typed)


def tidy_name(typed: str) -> str:
    """A name as it is kept: composed, one blank between its words."""
    return one_line(typed)


def shown_name(name: str, has_left: bool) -> str:
    """A name as others read it: who has left is not asked any more, and everybody should see that."""
    return f"{name}{LEFT_MARK}" if has_left else name


def email_problem(email: str) -> str | None:
    """A sentence when `email` (tidied) cannot be an address."""
    return mail_addresses.problem(email)


def name_problem(name: str, longest: int = NAME_MAX, what: str = "a name") -> str | None:
    """A sentence when `name` (tidied) is empty, too long or has characters that cannot be shown."""
    if not name:
        return f"Type {what}."
    if len(name) > longest:
        return f"Please keep it to {longest} characters; this has {len(name)}."
    if _unprintable(name):
        return "There is a character in it that cannot be shown. Please type it again."
    return None


def password_problem(password: str, common: frozenset[str], own_words: Iterable[str] = ()) -> str | None:
    """A sentence when a new password is too short, too long or too easily guessed; no rules about its letters.

    Length and a list of known passwords only, as OWASP ASVS 5.0 (6.2.1, 6.2.4, 6.2.5) asks.
    """
    if len(password) < PASSWORD_MIN:
        return f"A password needs at least {PASSWORD_MIN} characters. Three or four words are fine."
    if len(password) > PASSWORD_MAX:
        return f"A password has at most {PASSWORD_MAX} characters."
    lowered = password.lower()
    if lowered in common or len(set(lowered)) < 4:
        return "Too many people use this password. Three or four words that belong together only for you are better."
    if lowered in {word.lower() for word in own_words if word}:
        return "A password that is your name or address is guessed first. Please choose another."
    return None


def local_page(asked: str, otherwise: str = "/desk") -> str:
    """Where to go after signing in: only a path of the desk on this very server, else `otherwise`."""
    is_desk = asked == "/desk" or asked.startswith(("/desk/", "/desk?"))
    if not is_desk or _unprintable(asked) or "\\" in asked or "//" in asked.split("?")[0] or "/.." in asked:
        return otherwise
    if asked.startswith(("/desk/sign-in", "/desk/sign-out", "/desk/setup", "/desk/invitations")):
        return otherwise
    return asked


def device_of(user_agent: str) -> str:
    """A short guess such as 'Firefox on Linux', so that people recognise their own sign-ins."""
    browser = next((name for mark, name in (*_BROWSERS, *_ENGINES) if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "An unknown browser"


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text)
