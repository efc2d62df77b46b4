"""The parts that a letter is made of, how they read as plain text and are kept as JSON; pure. Knows no words."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import ClassVar

SUBJECT_MAX = 200


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences; line breaks in them stay."""

    part: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person said, in their words."""

    part: ClassVar[str] = "quote"
    text: str


@dataclass(frozen=True, slots=True)
class MailHeading:
    part: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with their values, such as ("By", "28 April 2026")."""

    part: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Lines of a list: words and where they lead ("" : nowhere)."""

    part: ClassVar[str] = "bullets"
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing to do. `is_personal`: the link acts as the recipient, or signs in; nobody else may see it."""

    part: ClassVar[str] = "button"
    words: str
    link: str
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class MailLink:
    """Another thing to do, as `Button`."""

    part: ClassVar[str] = "link"
    words: str
    link: str
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Small:
    """Small print."""

    part: ClassVar[str] = "small"
    text: str


Part = Paragraph | Quote | MailHeading | Facts | Bullets | Button | MailLink | Small
_KINDS: dict[str, type[Part]] = {
    kind.part: kind for kind in (Paragraph, Quote, MailHeading, Facts, Bullets, Button, MailLink, Small)
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: its subject (one line, at most `SUBJECT_MAX`) and its parts, top to bottom."""

    subject: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The whole as plain text."""
        return plain(self.parts)


def letter(subject: str, *parts: Part | None) -> Letter:
    """A letter with its subject made one short line; parts that are None are left out."""
    one_line = " ".join(subject.split())
    if len(one_line) > SUBJECT_MAX:
        one_line = one_line[: SUBJECT_MAX - 1].rstrip() + "…"
    return Letter(one_line, tuple(one for one in parts if one is not None))


def plain(parts: Iterable[Part]) -> str:
    """Parts as plain text, an empty line between them and a line break at the end."""
    return "\n\n".join(_plain(one) for one in parts) + "\n"


def dumped(parts: Iterable[Part]) -> str:
    """Parts as JSON; `loaded` gives the same parts back."""
    return json.dumps([{"part": one.part, **asdict(one)} for one in parts], ensure_ascii=False)


def loaded(text: str) -> tuple[Part, ...]:
    """Parts out of their JSON; none out of an empty text. Raises ValueError."""
    if not text:
        return ()
    try:
        return tuple(_part(one) for one in json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError("these are not the parts of a letter") from error


def without_personal(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The same parts, with every link gone that would act as the recipient."""
    return tuple(
        replace(one, link="") if isinstance(one, Button | MailLink) and one.is_personal else one for one in parts
    )


def _plain(part: Part) -> str:
    match part:
        case Facts(pairs):
            return "\n".join(f"{term}: {value}" for term, value in pairs)
        case Bullets(lines):
            return "\n".join(f"- {words}\n  {link}" if link else f"- {words}" for words, link in lines)
        case Button(words, link) | MailLink(words, link):
            return f"{words}:\n{link}" if link else words
        case Quote(text):
            return "\n".join(f"> {line}" for line in text.splitlines())
        case MailHeading(text):
            return f"{text}\n{'-' * len(text)}"
        case Paragraph(text) | Small(text):
            return text


def _part(one: dict[str, object]) -> Part:
    kind = _KINDS[str(one["part"])]
    values = {name: _frozen(value) for name, value in one.items() if name != "part"}
    return kind(**values)  # type: ignore[arg-type]  # out of our own JSON; what does not fit raises TypeError


def _frozen(value: object) -> object:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
