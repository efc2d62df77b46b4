"""The look at a page and an export: blind to the order of what is in them, never to what stands together."""

from __future__ import annotations

import json

import pytest

from tests.attack.reading import parts

SAID = ("The posters were late", "Nobody asked, again")


def page(*said: tuple[str, str]) -> str:
    cards = "".join(f"<li class=card><p>{text}</p><footer><b>{by}</b></footer></li>" for text, by in said)
    return f"<!doctype html><html><body><main><h1>Atlas</h1><ul>{cards}</ul></main></body></html>"


def table(*said: tuple[str, str]) -> str:
    return "text,department\n" + "".join(f'"{text}",{by}\n' for text, by in said)


def document(*said: tuple[str, str]) -> str:
    entries = [{"text": text, "department": {"name": by}} for text, by in said]
    return json.dumps({"topics": [{"label": "Posters", "entries": entries}]})


@pytest.mark.parametrize("written", [page, table, document])
def test_who_stands_beside_what_is_seen_and_the_order_is_not(written):
    one, other = SAID
    found = parts(written((one, "Marketing"), (other, "Sales")))
    assert found == parts(written((other, "Sales"), (one, "Marketing"))), "the order is another one each time"
    assert found != parts(written((one, "Sales"), (other, "Marketing"))), "as many of each, but beside the other text"


def test_a_page_that_does_not_close_what_it_opens_is_read_to_its_end():
    loose = page(("The posters were late", "Sales")).replace("</footer>", "").replace("</b>", "")
    assert any(part.startswith("<li ") and "posters" in part and "Sales" in part for part in parts(loose))
