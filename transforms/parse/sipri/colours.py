"""Font colours: what a colour looks like, in every form in which a tool may store it."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from typing import Final

from openpyxl.styles.colors import COLOR_INDEX, Color

from transforms.parse.book import Book

# Order of the theme's colours in Color.theme (ECMA-376 part 1, 18.8.3: the first two pairs are swapped in the file).
_THEME_ORDER: Final = (
    *("lt1", "dk1", "lt2", "dk2"),
    *("accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink"),
)
_THEME_TEXT: Final = frozenset({"dk1", "dk2"})
_THEME_COLOUR: Final = re.compile(
    rb"<a:(?P<name>dk1|lt1|dk2|lt2|accent[1-6]|hlink|folHlink)>\s*"
    rb'<a:(?:sysClr[^>]*lastClr|srgbClr val)="(?P<rgb>\w{6})"'
)
# The second text colour of the standard themes of Office 2007, 2013 and 2023: a resave may store it as RGB. It is
# once in SIPRI's files (April 2021, Share of Govt. spending!Z14), on a figure that later releases print in black.
_STANDARD_TEXT: Final = frozenset({"1F497D", "44546A", "0E2841"})
# 64 and 65 are the system's text and background colours.
_SYSTEM_TEXT: Final = 64
_BLACK: Final = "000000"

_GREYS: Final = 0.15  # saturation up to which a colour is a grey
_DARKEST: Final = 0.1  # lightness up to which any colour reads as black
_LIGHTEST_TEXT: Final = 0.36  # "Lighter 35 %" of the theme; a paler grey is a mark that no legend explains
_VIVID: Final = 0.7  # saturation of Excel's standard blues and reds: 0000FF, 0070C0, FF0000, C00000
_LIGHTNESS: Final = (0.2, 0.75)
_BLUE_DEGREES: Final = (200.0, 260.0)
_RED_DEGREES: Final = 15.0  # on either side of 0


class Palette:
    """The colours of one workbook's cells, by name: "plain", "blue", "red", or as it is stored."""

    def __init__(self, book: Book) -> None:
        workbook = book.workbook
        self._looks = book.looks
        self._theme = _theme_colours(workbook.loaded_theme)
        # A workbook may replace Excel's palette by its own; openpyxl gives it in no public way.
        self._palette: Sequence[str] = getattr(workbook, "_colors", None) or COLOR_INDEX
        self._named: dict[int, str] = {}

    def name(self, style: int) -> str:
        """What the figure of a cell in that style looks like."""
        if style not in self._named:
            colour = self._looks[style].colour
            self._named[style] = "plain" if colour is None else self._name(colour)
        return self._named[style]

    def _name(self, colour: Color) -> str:
        rgb = self._rgb(colour)
        seen = None if rgb is None else _seen(rgb, colour.tint)
        return seen or f"{colour.type} colour {colour.value}, tint {colour.tint:g}"

    def _rgb(self, colour: Color) -> str | None:
        if colour.type == "rgb":
            return str(colour.value)[-6:].upper()
        if colour.type == "theme":
            return self._theme.get(int(colour.value))
        index = _SYSTEM_TEXT if colour.type == "auto" else int(colour.value)
        if index == _SYSTEM_TEXT:
            return _BLACK
        return str(self._palette[index])[-6:].upper() if index < len(self._palette) else None


def _theme_colours(theme: bytes | None) -> dict[int, str]:
    """RGB by index; a theme's two text colours are text in every colour, without a theme too."""
    stored = {match["name"].decode(): match["rgb"].decode().upper() for match in _THEME_COLOUR.finditer(theme or b"")}
    stored |= dict.fromkeys(_THEME_TEXT, _BLACK)
    return {index: stored[name] for index, name in enumerate(_THEME_ORDER) if name in stored}


def _seen(rgb: str, tint: float) -> str | None:
    """The name of a colour; None for one that is neither text nor blue nor red. A tint moves the lightness."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(rgb[i : i + 2], 16) / 255 for i in (0, 2, 4)))
    lightness = lightness * (1 + tint) if tint < 0 else lightness * (1 - tint) + tint
    if rgb in _STANDARD_TEXT or lightness <= _DARKEST or (saturation <= _GREYS and lightness <= _LIGHTEST_TEXT):
        return "plain"
    if saturation < _VIVID or not _LIGHTNESS[0] <= lightness <= _LIGHTNESS[1]:
        return None
    degrees = hue * 360
    if min(degrees, 360 - degrees) <= _RED_DEGREES:
        return "red"
    return "blue" if _BLUE_DEGREES[0] <= degrees <= _BLUE_DEGREES[1] else None
