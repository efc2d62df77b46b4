"""Reads the forms of a page, so that simulated people fill in what the page really offers and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser


class NoSuchForm(Exception):
    """The page has no form that does this: it says which it has."""


@dataclass(slots=True)
class Form:
    """`fields`: what would be sent untouched. `choices`: what a select, a radio or a checkbox offers.
    `buttons`: (name, value, words) of its submit buttons."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def filled(self, button: str | None = None, /, **values: str | list[str]) -> list[tuple[str, str]]:
        """The fields to send with these values in place of the page's; a list gives several of one name.

        `button`: the value or the words of the button that is pressed. Raises NoSuchForm for a field it lacks.
        """
        unknown = set(values) - self.names
        if unknown:
            raise NoSuchForm(f"{self.action} has no field {sorted(unknown)}, only {sorted(self.names)}")
        sent = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            sent += [(name, one) for one in (value if isinstance(value, list) else [value])]
        if button is not None:
            sent += [pair for pair in [self.button(button)] if pair[0]]
        return sent

    def button(self, words: str) -> tuple[str, str]:
        """(name, value) of the submit button with this value or these words. Raises NoSuchForm."""
        for name, value, shown in self.buttons:
            if words == value or words.casefold() in shown.casefold():
                return name, value
        raise NoSuchForm(f"{self.action} has no button {words!r}, only {self.buttons}")

    def choice(self, name: str, words: str) -> str:
        """The value behind these words in a select or among radio buttons."""
        for value, shown in self.choices.get(name, ()):
            if words.casefold() in shown.casefold():
                return value
        raise NoSuchForm(f"{name} of {self.action} does not offer {words!r}, only {self.choices.get(name)}")


def forms_of(html: str) -> list[Form]:
    """All forms of a page, in its order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


def form(html: str, which: str | Callable[[Form], bool]) -> Form:
    """The first form whose action ends in `which` (or that `which` accepts). Raises NoSuchForm."""
    accepts = which if callable(which) else lambda one: one.action.partition("?")[0].endswith(which)
    found = forms_of(html)
    for one in found:
        if accepts(one):
            return one
    raise NoSuchForm(f"no form for {which!r} among {[one.action for one in found]}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._label: list[str] | None = None
        self._labelled: list[tuple[Form, str, str, str]] = []
        self._labels_for: dict[str, str] = {}
        self._label_for = ""
        self._select: tuple[Form, str] | None = None
        self._option: tuple[str, bool] | None = None
        self._area: tuple[Form, str] | None = None
        self._button: tuple[Form, str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
            self._by_id[given.get("id", "")] = self._open
        owner = self._by_id.get(given["form"]) if "form" in given else self._open
        if tag == "label":
            self._words, self._label_for = "", given.get("for", "")
            self._label = []
        if owner is None or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "input":
            self._input(owner, name, given)
        elif tag == "select":
            owner.names.add(name)
            owner.choices.setdefault(name, [])
            self._select = (owner, name)
        elif tag == "option" and self._select:
            self._option, self._words = (given.get("value", ""), "selected" in given), ""
        elif tag == "textarea":
            owner.names.add(name)
            self._area, self._words = (owner, name), ""
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button, self._words = (owner, name, given.get("value", "")), ""

    def _input(self, owner: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if not name or kind in {"button", "file", "image", "reset"}:
            return
        if kind == "submit":
            owner.buttons.append((name, given.get("value", ""), given.get("value", "")))
            return
        owner.names.add(name)
        value = given.get("value", "on" if kind in {"checkbox", "radio"} else "")
        if kind in {"checkbox", "radio"}:
            owner.choices.setdefault(name, [])
            self._labelled.append((owner, name, value, given.get("id", "")))
            if self._label is not None:
                self._label.append(str(len(self._labelled) - 1))
            if "checked" not in given:
                return
        owner.fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "option" and self._select and self._option:
            (owner, name), (value, chosen) = self._select, self._option
            first = not owner.choices[name]
            owner.choices[name].append((value, self._words.strip()))
            if chosen or first:
                owner.fields = [pair for pair in owner.fields if pair[0] != name] + [(name, value)]
            self._option = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            owner, name = self._area
            owner.fields.append((name, self._words))
            self._area = None
        elif tag == "button" and self._button:
            owner, name, value = self._button
            owner.buttons.append((name, value, " ".join(self._words.split())))
            self._button = None
        elif tag == "label" and self._label is not None:
            words = " ".join(self._words.split())
            for index in self._label:
                owner, name, value, _ = self._labelled[int(index)]
                owner.choices[name].append((value, words))
            if self._label_for:
                self._labels_for[self._label_for] = words
            self._label = None

    def handle_data(self, data: str) -> None:
        self._words += data

    def close(self) -> None:
        super().close()
        for owner, name, value, element in self._labelled:
            if all(known != value for known, _ in owner.choices[name]):
                owner.choices[name].append((value, self._labels_for.get(element, "")))
