"""A mail with its headers as old and new mail readers understand them (RFC 5322, RFC 2047). Knows no words.

The standard library folds at 78 characters and lets an encoded word fill the line; one has at most 75, and some
readers show longer ones as they stand. It also encodes a link that is longer than a line, which no reader finds.
"""

from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr
from typing import Any

from app.core.mail_addresses import for_servers

LINE = 76
"""So that an encoded word after the blank of a folded line has 75 characters."""
LONGEST_WORD = LINE - 16
WHOLE = frozenset({"list-unsubscribe"})
"""A link that must stay in one piece, on one line (RFC 8058); RFC 5322 allows 998 characters."""
UNBREAKABLE = frozenset({"message-id", "to"})


class MailPolicy(EmailPolicy):
    """As SMTP wants it, with encoded words of at most 75 characters, and nothing encoded that must not be."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """A subject is kept as it was written: the library would take a part of it for encoded, and decode it."""
        if name.lower() != "subject":
            return super().header_store_parse(name, value)
        if len(str(value).splitlines()) > 1:
            raise ValueError("Header values may not contain linefeed or carriage return characters")
        return name, str(value)

    def fold(self, name: str, value: Any) -> str:
        text = str(value)
        if name.lower() in WHOLE:
            return f"{name}: {text}{self.linesep}"
        if name.lower() == "subject" and not _is_plain(text):
            header = Header(text, "utf-8", maxlinelen=LINE, header_name=name)
            return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}"
        if name.lower() in UNBREAKABLE and text.isascii():
            between = " " if len(name) + 2 + len(text) <= LINE else f"{self.linesep} "
            return f"{name}:{between}{text}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


POLICY = MailPolicy(linesep="\r\n", max_line_length=LINE, raise_on_defect=False)


def new_message(sender: str, recipient: str, subject: str) -> EmailMessage:
    """Raises ValueError if a header would break (the standard library refuses injection)."""
    message = EmailMessage(policy=POLICY)
    name, address = parts_of(sender)
    message["From"] = formataddr((name, address)) if name else address
    message["To"] = for_servers(recipient)
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    return message


def parts_of(sender: str) -> tuple[str, str]:
    """The name and the address of "Name <address>" or "address", as people write it: with commas, without quotes."""
    name, _, address = sender.strip().removesuffix(">").rpartition("<")
    return name.strip().strip('"'), for_servers(address.strip())


def domain_of(sender: str) -> str:
    """The domain in letters that every mail server takes, for the Message-ID."""
    return parts_of(sender)[1].rpartition("@")[2] or "fencepost"


def _is_plain(text: str) -> bool:
    """Whether it can stand as it is, folded between words: nothing looks encoded, nothing is too long to fold."""
    if not (text.isascii() and text.isprintable()) or "=?" in text:
        return False
    return all(0 < len(word) <= LONGEST_WORD for word in text.split(" "))
