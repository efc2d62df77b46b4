"""Reads what people type when they sign in, set a password or change their own account. Passwords are never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from app.people.rules import (
    NAME_MAX,
    PASSWORD_MIN,
    TOKEN_DAYS,
    TOKEN_NAME_MAX,
    TokenScope,
    email_problem,
    local_page,
    name_problem,
    tidy_email,
    tidy_name,
)
from app.web.forms import Problems

PASSWORD_HINT = (
    f"At least {PASSWORD_MIN} characters, any you like. "
    "Three or four words that belong together only for you are good."
)


@dataclass
class SignInForm:
    email: str
    password: str = field(repr=False)
    next: str = "/desk"
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, email: str, password: str, next_page: str) -> SignInForm:
        form = cls(tidy_email(email), password, local_page(next_page))
        # No further question: an account may have an address that would not be taken today.
        if "@" not in form.email:
            form.problems.add("email", email_problem(form.email) or "")
        if not password:
            form.problems.add("password", "Type your password.")
        return form


@dataclass
class AccountForm:
    """Who somebody is, and a first or new password. An invitation brings the address along."""

    name: str
    email: str
    password: str = field(repr=False)
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, name: str, email: str, password: str) -> AccountForm:
        form = cls(tidy_name(name), tidy_email(email), password)
        if problem := name_problem(form.name, NAME_MAX, "your name"):
            form.problems.add("name", problem)
        if problem := email_problem(form.email):
            form.problems.add("email", problem)
        return form


@dataclass
class OwnNameForm:
    name: str
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, name: str) -> OwnNameForm:
        form = cls(tidy_name(name))
        if problem := name_problem(form.name, NAME_MAX, "your name"):
            form.problems.add("name", problem)
        return form


@dataclass
class TokenForm:
    """A program's access. `days` is empty where it lasts until it is taken back."""

    name: str = ""
    scopes: list[str] = field(default_factory=lambda: [TokenScope.READ_ACTIONS.value])
    days: str = str(TOKEN_DAYS[1])
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, name: str, scopes: list[str], days: str) -> TokenForm:
        form = cls(tidy_name(name), [one.value for one in TokenScope if one in scopes], days)
        if problem := name_problem(form.name, TOKEN_NAME_MAX, "what it is for"):
            form.problems.add("name", problem)
        if not form.scopes:
            form.problems.add("scopes", "Choose at least one thing that it may do.")
        if days and days not in map(str, TOKEN_DAYS):
            form.problems.add("days", "Please choose one of the answers offered.")
        return form

    @property
    def lasts(self) -> timedelta | None:
        """How long it works; None: until it is taken back."""
        return timedelta(days=int(self.days)) if self.days else None


@dataclass
class NewPasswordForm:
    present: str = field(repr=False)
    password: str = field(repr=False)
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, present: str, password: str) -> NewPasswordForm:
        form = cls(present, password)
        if not present:
            form.problems.add("present", "Type your current password.")
        return form
