"""Text on the pages can be read: contrast of WCAG 2.2, level AA, by its formula of relative luminance.

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio: (L1 + 0.05) / (L2 + 0.05), at least 4.5 for text (1.4.3) and 3 for
signs (1.4.11).
"""

from __future__ import annotations

import re
from typing import Final

import pytest
from jinja2 import Environment, PackageLoader

from warehouse.reading.chart_theme import PALETTE

STYLE: Final = (
    Environment(loader=PackageLoader("warehouse.publication.report"), autoescape=True)
    .get_template("style.css")
    .render(palette=PALETTE)
)
SCHEMES: Final = ("light", "dark")
BACKGROUNDS: Final = ("paper", "tint")  # tint: the row under the pointer


def colours(scheme: str) -> dict[str, str]:
    """The custom properties of a scheme, by name."""
    (rule,) = re.findall(rf":root(?:\[data-theme=\"dark\"\])? {{ color-scheme: {scheme}; (.*?) }}", STYLE)[:1]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", rule))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def seen_through(colour: str, opacity: float, behind: str) -> str:
    mixed = (
        round(opacity * int(colour[at : at + 2], 16) + (1 - opacity) * int(behind[at : at + 2], 16)) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


@pytest.mark.parametrize(("one", "two", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48)])
def test_the_ratio_is_that_of_known_pairs(one: str, two: str, ratio: float) -> None:
    # Black on white is 1.05 / 0.05; #777777 is the well-known grey that just fails.
    assert contrast(one, two) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_of_every_colour_contrasts_with_the_page(scheme: str) -> None:
    known = colours(scheme)
    names = set(re.findall(r"[{; ]color: var\(--(\w+)\)", STYLE))
    assert {"ink", "soft", "first", "yes", "no"} <= names
    names |= {"second", "third"}  # names of lines, written in the line's colour
    ratios = {(name, behind): contrast(known[name], known[behind]) for name in names for behind in BACKGROUNDS}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sign_of_a_sortable_column_contrasts(scheme: str) -> None:
    known = colours(scheme)
    (opacity,) = re.findall(r'th button::after {[^}]*"\\a0↕"; opacity: ([.\d]+)', STYLE)
    assert contrast(seen_through(known["soft"], float(opacity), known["paper"]), known["paper"]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_focused_element_is_outlined_visibly(scheme: str) -> None:
    known = colours(scheme)
    (name,) = set(re.findall(r"outline: 3px solid var\(--(\w+)\)", STYLE))
    assert contrast(known[name], known["paper"]) >= 3
