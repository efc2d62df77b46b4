"""Mail addresses as people type them and as mail servers take them, with letters of the whole world in the domain.

Nothing is asked of a name server: an address may lead into a network that this machine does not see.
"""

import email_validator
from email_validator import EmailNotValidError, ValidatedEmail

from app.core.texts import composed

LONGEST = 254

# Houses use these for themselves; what is left in the list reaches nobody anywhere.
for _name in ("local", "localhost", "test"):
    if _name in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_name)


def tidy(typed: str) -> str:
    """An address as it is kept and compared: composed, lower case, its domain as people write it. What is no address
    is only made tidy, so that it can be shown again."""
    text = composed(typed).strip()
    found = _validated(text)
    return (found.normalized if found else text).lower()


def problem(address: str) -> str | None:
    """A sentence when `address` (tidied) cannot be mailed."""
    if not address:
        return "Type a mail address."
    if len(address) > LONGEST:
        return f"A mail address has at most {LONGEST} characters."
    if _validated(address) is not None:
        return None
    return "This does not look like a mail address, such as mara@example.org."


def for_servers(address: str) -> str:
    """The address in letters that every mail server takes (IDNA). Before the @ there is no such way to write it: an
    address that needs SMTPUTF8 stays as it is, and a server that does not know that says so."""
    found = _validated(address)
    return (found.ascii_email if found else None) or address


def _validated(address: str) -> ValidatedEmail | None:
    if not 0 < len(address) <= LONGEST:
        return None
    try:
        return email_validator.validate_email(
            address, strict=True, check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError:
        return None
