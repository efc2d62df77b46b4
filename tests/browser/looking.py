"""Looks at a page as the tests of accessibility do: axe's rules, no sideways scrolling, targets that a thumb hits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST_TARGET = 24
NARROWEST = 320

# Links inside a sentence are exempt (WCAG 2.5.8, inline), and so is what is not drawn; a label is its input's target.
SMALL_TARGETS = """(smallest) => [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.type !== "hidden")
  .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
  .filter(([one, box]) => box.width > 1 && box.height > 1 && (box.width < smallest || box.height < smallest))
  .filter(([one]) => getComputedStyle(one).display !== "inline")
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} is ${Math.round(box.width)} x ${Math.round(box.height)}`)"""

TOO_WIDE = """() => [document.documentElement.scrollWidth, window.innerWidth,
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1
    && !one.closest(".scroll-x, .visually-hidden, .track")).slice(0, 3).map((one) => one.outerHTML.slice(0, 90))]"""


@cache
def _axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """What axe finds, as lines that say what is wrong and where."""
    page.evaluate(_axe())
    run = "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })"
    found: dict[str, Any] = page.evaluate(run, TAGS)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {[check['message'] for check in node['any']]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def scrolls_sideways(page: Page) -> list[str]:
    width, window, culprits = page.evaluate(TOO_WIDE)
    return [f"{width} px wide in a window of {window}: {culprits}"] if width > window else []


def small_targets(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
    return found


def troubles(page: Page, name: str) -> list[str]:
    """Everything wrong with the page as it stands: in light and dark, and on the narrowest phone."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{name}, {scheme}: {line}" for line in violations(page)]
    found += [f"{name}: {line}" for line in small_targets(page)]
    size = page.viewport_size
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    found += [f"{name} at {NARROWEST}: {line}" for line in scrolls_sideways(page)]
    if size:
        page.set_viewport_size(size)
    return found
