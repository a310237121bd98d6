"""A chart of the report, from rows of a query to SVG and PNG by vl-convert.

Belongs here: what every chart is, and how it is rendered. Does not belong here: what is drawn (comparisons,
country_share), the words of Vega-Lite (vega_lite), colours and font (warehouse.reading.chart_theme), queries,
sentences, tables, pages.
Every chart is drawn in the light colours of `PALETTE`; a page maps each of them to the dark one by its style sheet, so
the SVG in the page and the file next to it are the same drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import vl_convert
from markupsafe import Markup, escape

from warehouse.publication.report.vega_lite import Spec
from warehouse.reading.chart_theme import CONFIG

Row = Mapping[str, Any]
Draw = Callable[[Sequence[Row], int], Spec]

# One picture, one description: the groups that the renderer names after marks say nothing to a listener.
_PART_ROLES: Final = re.compile(
    r' role="graphics-symbol" aria-roledescription="[^"]*"| role="graphics-object"| aria-label="Title text [^"]*"'
)
_RENDER_VERSION: Final = "6.1"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of rows at a width in CSS pixels; `title` and `description` are what a screen reader says."""

    name: str
    title: str
    description: str
    draw: Draw
    rows: Sequence[Row]

    def svg(self, width: int) -> str:
        """The SVG document, with title and description, its ids unique to chart and width."""
        spec = self.draw(self.rows, width)
        drawn = vl_convert.vegalite_to_svg({**spec, "config": CONFIG}, vl_version=_RENDER_VERSION)
        prefix = f"{self.name}-{width}"
        start, end = drawn.index("<svg"), drawn.index(">", drawn.index("<svg"))
        head = f'<svg role="img" aria-labelledby="{prefix}-title {prefix}-desc"{drawn[start + 4 : end]}>'
        title = f'<title id="{prefix}-title">{escape(self.title)}</title>'
        description = f'<desc id="{prefix}-desc">{escape(self.description)}</desc>'
        body = (
            _PART_ROLES.sub("", drawn[end + 1 :])
            .replace('id="clip', f'id="{prefix}-clip')
            .replace("url(#clip", f"url(#{prefix}-clip")
        )
        return f"{head}{title}{description}{body}"


def png(svg: str) -> bytes:
    """The drawing as PNG, two pixels for one."""
    return vl_convert.svg_to_png(svg, scale=2)


def inline(svg: str) -> Markup:
    """The drawing for a page: what `Chart.svg` returned, trusted because every text in it was escaped there."""
    return Markup(svg)  # noqa: S704 (made by Chart.svg)
