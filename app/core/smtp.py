"""Opens the connection to the configured mail server; knows no mail."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.core.config import Settings

TIMEOUT_SECONDS = 15.0


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection, signed in if a user is configured. Raises OSError or SMTPException.

    A goodbye that goes wrong raises nothing: what the server took before, it took.
    """
    server = _opened(settings)
    try:
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()


def _opened(settings: Settings) -> smtplib.SMTP:
    host = settings.smtp_host or ""
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=_trusting(settings))
    server = smtplib.SMTP(host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=_trusting(settings))
        except BaseException:
            server.close()
            raise
    return server


def _trusting(settings: Settings) -> ssl.SSLContext:
    """The authorities of this machine, and the house's own one beside them."""
    context = ssl.create_default_context()
    if settings.smtp_ca is not None:
        context.load_verify_locations(settings.smtp_ca)
    return context


def in_words(error: Exception) -> str:
    """What went wrong, in one line: what the server said, or what stood in the way of asking it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b"refused"))
        return f"{code} {_text(said)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
