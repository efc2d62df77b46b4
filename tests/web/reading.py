"""Reads a page as a browser and a screen reader would, and says what is wrong with it. Knows no product word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "path",
    "circle",
    "line",
    "rect",
}
LINKS = {"href": "GET", "src": "GET", "hx-get": "GET", "hx-post": "POST", "formaction": "POST"}
POINTERS = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "form", "list")
NAMELESS_INPUTS = {"hidden", "submit", "button", "image", "reset"}


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str]
    parents: tuple[Element, ...] = ()
    text: str = ""

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def inside(self, tag: str) -> Element | None:
        return next((parent for parent in reversed(self.parents) if parent.tag == tag), None)


@dataclass(slots=True)
class Sent:
    """A form: where it goes and the names of what it sends."""

    method: str
    action: str
    names: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The elements of a document (or fragment), in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.unbalanced: list[str] = []
        self.feed(html)
        self.close()
        self.unbalanced += [f"<{element.tag}> is never closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1].tag != tag:
            self.unbalanced.append(f"</{tag}> closes <{self._open[-1].tag if self._open else 'nothing'}>")
            tags = [element.tag for element in self._open]
            if tag not in tags:
                return
            while self._open[-1].tag != tag:
                self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    @property
    def ids(self) -> Counter[str]:
        return Counter(element.get("id") for element in self.elements if element.get("id"))

    def links(self) -> Iterator[tuple[str, str]]:
        """(method, address) of everything that can be followed, loaded or sent."""
        for element in self.elements:
            for attribute, method in LINKS.items():
                if element.get(attribute) and not element.get(attribute).startswith("#"):
                    own = element.get("formmethod").upper() if attribute == "formaction" else ""
                    yield own or method, element.get(attribute)
        for form in self.forms():
            if form.action:
                yield form.method, form.action

    def forms(self) -> list[Sent]:
        """Every form with the names it sends (also of fields that stand elsewhere and name it)."""
        found = []
        for form in self.all("form"):
            sent = Sent(form.get("method").upper() or "GET", form.get("action") or form.get("hx-post"))
            for control in self.all("input", "select", "textarea", "button"):
                belongs = form in control.parents or (form.get("id") and control.get("form") == form.get("id"))
                if belongs and control.get("name") and not control.get("formaction"):
                    sent.names.add(control.get("name"))
            found.append(sent)
        return found

    def troubles(self, whole: bool = True) -> list[str]:
        """What is wrong, as sentences. `whole`: a document, not a fragment."""
        found = list(self.unbalanced)
        found += [f"the id {name!r} is there {count} times" for name, count in self.ids.items() if count > 1]
        found += list(self._inline())
        found += list(self._nameless())
        if whole:
            found += list(self._dangling())
            found += list(self._outline())
        return found

    def _inline(self) -> Iterator[str]:
        for element in self.elements:
            for name in element.attributes:
                if name == "style" or name.startswith(("on", "hx-on")):
                    yield f"<{element.tag} {name}> breaks the policy"
            if element.tag == "style" or (element.tag == "script" and element.text.strip()):
                yield f"an inline <{element.tag}>"
            if any(value.strip().lower().startswith(("javascript:", "js:")) for value in element.attributes.values()):
                yield f"<{element.tag}> holds a script in an attribute"

    def _nameless(self) -> Iterator[str]:
        labelled = {label.get("for") for label in self.all("label")}
        for control in self.all("input", "select", "textarea"):
            if control.get("type") in NAMELESS_INPUTS:
                continue
            named = control.get("aria-label") or control.get("aria-labelledby") or control.inside("label")
            if not named and control.get("id") not in labelled:
                yield f"<{control.tag} name={control.get('name')!r}> has no label"
        for control in self.all("button", "a", "summary"):
            named = control.text.strip() or control.get("aria-label") or control.get("aria-labelledby")
            pictured = any(e.tag == "img" and e.get("alt") and control in e.parents for e in self.elements)
            titled = any(e.get("aria-label") and control in e.parents for e in self.elements)
            if not (named or pictured or titled):
                yield f"<{control.tag} {control.get('class')!r}> says nothing"
        for picture in self.all("img"):
            if "alt" not in picture.attributes:
                yield "a picture without alt"

    def _dangling(self) -> Iterator[str]:
        for element in self.elements:
            for pointer in POINTERS:
                for target in element.get(pointer).split():
                    if target not in self.ids:
                        yield f"<{element.tag} {pointer}={target!r}> points at nothing"
            if element.get("href").startswith("#") and element.get("href")[1:] not in self.ids and element.tag == "a":
                yield f"a link to {element.get('href')!r}, which is not there"

    def _outline(self) -> Iterator[str]:
        for tag in ("h1", "main", "title"):
            if len([e for e in self.all(tag) if not e.inside("svg") and not e.inside("template")]) != 1:
                yield f"{len(self.all(tag))} elements <{tag}> instead of one"
        if not (self.all("html") and self.all("html")[0].get("lang")):
            yield "no language"
        last = 1
        for heading in self.all("h1", "h2", "h3", "h4", "h5", "h6"):
            level = int(heading.tag[1])
            if level > last + 1 and not heading.inside("template"):
                yield f"<{heading.tag}> {heading.text.strip()[:30]!r} after <h{last}>: a level is left out"
            last = level
