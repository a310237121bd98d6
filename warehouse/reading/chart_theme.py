"""How every chart looks: colours, font, axes, in the report and of a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# Light and dark; after Okabe and Ito, whose hues colour-blind readers can distinguish. Each light colour is used once.
PALETTE: Final[Mapping[str, tuple[str, str]]] = {
    "ink": ("#17212b", "#e9eef3"),
    "soft": ("#55626f", "#a9b6c2"),
    "grid": ("#dfe4e9", "#2d3843"),
    "paper": ("#ffffff", "#12181f"),
    "first": ("#0b62a4", "#63b3ee"),
    "second": ("#b5500a", "#f0a05c"),
    "third": ("#0b7a5c", "#46c9a2"),
    "fourth": ("#8a3ea8", "#cf9be6"),
    "faint": ("#9fb6c9", "#51677a"),
}
INK, SOFT, GRID, PAPER, FIRST, SECOND, THIRD, FOURTH, FAINT = (light for light, _ in PALETTE.values())
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
CONFIG: Final[Mapping[str, Any]] = {
    "aria": False,  # the drawing as a whole is described; a table holds its data
    "background": PAPER,
    "font": FONT,
    "padding": 6,
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT, "titleColor": SOFT, "gridColor": GRID, "domainColor": GRID, "tickColor": GRID,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 130, "tickSize": 0,
        "labelPadding": 6, "tickCount": 6,
    },
    "axisBand": {"labelColor": INK},
    "legend": {
        "labelColor": INK, "labelFontSize": 12, "title": None, "orient": "top", "labelLimit": 320, "columns": 2,
        "offset": 26, "symbolSize": 90,
    },
    "text": {"fontSize": 12, "color": INK},
}  # fmt: skip
WIDE: Final = 800
# Widths in CSS pixels by the screens that they are for, the widest first; a country's drawing has one.
REPORT_WIDTHS: Final[Mapping[str, int]] = {"wide": WIDE, "narrow": 240}
COUNTRY_WIDTHS: Final[Mapping[str, int]] = {"small": 330}
