"""Writes of accounts, invitations, rights and sign-ins. Knows no HTTP and nothing of seats."""

from app.people.service.accounts import change_rights, create_account, disable, enable, let_lead, rename
from app.people.service.invitations import (
    invite,
    open_link,
    prepare_demo_link,
    prepare_new_link,
    prepare_setup,
    redeem_invitation,
)
from app.people.service.passwords import check_new_password, hash_password, is_right_password
from app.people.service.refusals import (
    AlreadyHere,
    LastAdmin,
    LinkIsUsed,
    OnlyAdmins,
    PasswordIsWeak,
    SignInFailed,
    StillNeeded,
    TooManyTokens,
)
from app.people.service.sign_ins import (
    change_password,
    open_sign_in,
    revoke_other_sign_ins,
    revoke_sign_in,
    sign_in,
    sign_out,
    start_sign_in,
    was_seen,
)
from app.people.service.tokens import make_token, revoke_token, token_was_used

__all__ = [
    "AlreadyHere",
    "LastAdmin",
    "LinkIsUsed",
    "OnlyAdmins",
    "PasswordIsWeak",
    "SignInFailed",
    "StillNeeded",
    "TooManyTokens",
    "change_password",
    "change_rights",
    "check_new_password",
    "create_account",
    "disable",
    "enable",
    "hash_password",
    "invite",
    "is_right_password",
    "let_lead",
    "make_token",
    "open_link",
    "open_sign_in",
    "prepare_demo_link",
    "prepare_new_link",
    "prepare_setup",
    "redeem_invitation",
    "rename",
    "revoke_other_sign_ins",
    "revoke_sign_in",
    "revoke_token",
    "sign_in",
    "sign_out",
    "start_sign_in",
    "token_was_used",
    "was_seen",
]
