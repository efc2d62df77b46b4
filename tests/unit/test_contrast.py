"""The colours of static/css/tokens.css can be read, in light and in dark, and departments stay apart for everybody.

Contrast after WCAG 2.2 (1.4.3 text 4.5, 1.4.11 parts of controls 3). Colour differences by CIEDE2000 (Sharma, Wu,
Dalal 2005), as seen by three kinds of dichromats (Machado, Oliveira, Fernandes 2009, full severity).
"""

import itertools
import math
import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css").read_text()
THEMES = ("light", "dark")
SURFACES = ("paper", "sheet", "well")
KINDS = ("went-right", "went-wrong", "surprised-us", "idea", "thanks")

# A difference near 1 is just visible between large patches that touch. Ours are 20 px wide and lie apart, so we ask
# for ten times that among the first six (few retros have more departments). The pickets' tops and letters, which
# these sums leave out, help everybody: with them 8 is enough among all twelve.
APART_AMONG_SIX = 10.0
APART_AMONG_TWELVE = 8.0

SIGHTS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}

Colour = tuple[float, float, float]


def tokens(theme: str) -> dict[str, str]:
    """Every custom property that is a colour, resolved to #rrggbb for a theme."""
    raw = dict(re.findall(r"--([\w-]+):\s*([^;]+);", CSS))
    return {name: value for name in raw if (value := resolve(name, raw, theme))}


def resolve(name: str, raw: dict[str, str], theme: str) -> str | None:
    value = raw[name].strip()
    if pair := re.fullmatch(r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", value):
        return pair.group(THEMES.index(theme) + 1)
    if other := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return resolve(other.group(1), raw, theme)
    return value if re.fullmatch(r"#[0-9a-f]{6}", value) else None


def linear(colour: str) -> Colour:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return expand(red), expand(green), expand(blue)


def expand(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        red, green, blue = linear(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb: Colour) -> Colour:
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in rgb)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883

    def curve(value: float) -> float:
        return float(value ** (1 / 3)) if value > 0.008856 else 7.787 * value + 16 / 116

    return 116 * curve(y) - 16, 500 * (curve(x) - curve(y)), 200 * (curve(y) - curve(z))


def seen(colour: str, sight: str) -> Colour:
    """Lab values of a colour as eyes of this sight see it."""
    red, green, blue = linear(colour)
    first, second, third = (row[0] * red + row[1] * green + row[2] * blue for row in SIGHTS[sight])
    return lab((first, second, third))


def difference(one: Colour, other: Colour) -> float:
    """CIEDE2000 with all weights 1."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1 + 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    c1, c2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    h1, h2 = (math.degrees(math.atan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue_step = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    swing = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    in_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    in_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    in_hue = hue_step / (1 + 0.015 * chroma * swing)
    bend = math.sin(math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2))))
    rotation = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * bend
    return math.sqrt(in_light**2 + in_chroma**2 + in_hue**2 + rotation * in_chroma * in_hue)


def text_pairs() -> list[tuple[str, str]]:
    """(ink, ground) of words as the style sheets use them."""
    on_surfaces = ("ink", "ink-soft", "hedge", "wood", "bad", "watch", "good")
    pairs = [(ink, ground) for ink in on_surfaces for ground in SURFACES]
    pairs += [("on-hedge", "hedge"), ("on-hedge", "hedge-deep"), ("ink", "hedge-tint"), ("hedge", "hedge-tint")]
    pairs += [("hedge-deep", "hedge-tint"), ("paper", "ink"), ("watch", "watch-tint"), ("ink", "watch-tint")]
    pairs += [("sheet", "wood")]
    pairs += [("ink", "wood-tint"), ("ink-soft", "wood-tint")]  # words over the band of a curve
    for kind in KINDS:
        pairs += [(kind, f"{kind}-tint"), (kind, "sheet"), (kind, "paper"), ("ink", f"{kind}-tint")]
        pairs += [("ink-soft", f"{kind}-tint")]
    pairs += [(f"on-heat-{step}", f"heat-{step}") for step in range(5)]
    pairs += [(f"on-dept-{number}", f"dept-{number}") for number in range(1, 13)]
    return [*pairs, ("on-dept-pool", "dept-pool")]


def part_pairs() -> list[tuple[str, str]]:
    """(edge or mark, ground) of what must be seen to use a control or read a picture."""
    marks = ("line-strong", "focus", "hedge", "wood", "ink")
    pairs = [(mark, ground) for mark in marks for ground in SURFACES] + [("focus", "hedge-tint")]
    # Pictures: the line on its band, the hatching on its ground, and that ground beside the bar it covers.
    return [*pairs, ("ink", "wood-tint"), ("bad", "sheet"), ("sheet", "wood"), ("sheet", "ink")]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", text_pairs(), ids="-on-".join)
def test_words_can_be_read(theme: str, pair: tuple[str, str]) -> None:
    colours = tokens(theme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", part_pairs(), ids="-on-".join)
def test_edges_and_marks_can_be_seen(theme: str, pair: tuple[str, str]) -> None:
    colours = tokens(theme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 3


@pytest.mark.parametrize("sight", SIGHTS)
def test_departments_stay_apart_without_some_cones(sight: str) -> None:
    colours = tokens("light")
    patches = {number: seen(colours[f"dept-{number}"], sight) for number in range(1, 13)}
    close = [
        (one, other, round(apart, 1))
        for one, other in itertools.combinations(patches, 2)
        if (apart := difference(patches[one], patches[other]))
        < (APART_AMONG_SIX if other <= 6 else APART_AMONG_TWELVE)
    ]
    assert close == []


def test_a_department_has_one_colour_in_both_themes() -> None:
    names = [f"dept-{number}" for number in range(1, 13)]
    light, dark = tokens("light"), tokens("dark")
    assert [light[name] for name in names] == [dark[name] for name in names]


def test_a_red_and_a_green_that_some_eyes_confuse_would_be_refused() -> None:
    red, green = "#d8463c", "#3c6e3c"
    assert difference(seen(red, "all cones"), seen(green, "all cones")) > 25
    assert difference(seen(red, "no red"), seen(green, "no red")) < APART_AMONG_SIX


def test_the_difference_agrees_with_the_published_examples() -> None:
    """Pairs 1, 7 and 17 of the test data in Sharma, Wu, Dalal 2005, table 1."""
    assert difference((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert difference((50.0, 0.0, 0.0), (50.0, -1.0, 2.0)) == pytest.approx(2.3669, abs=1e-4)
    assert difference((50.0, 2.5, 0.0), (73.0, 25.0, -18.0)) == pytest.approx(27.1492, abs=1e-4)
