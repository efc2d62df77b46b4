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
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    if settings.smtp_security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
