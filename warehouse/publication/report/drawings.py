"""Drawings that are made once: a chart whose rows, texts and code are those of a publication before is copied.

Belongs here: what was drawn, by what it was drawn from. Does not belong here: drawing (charts), pages.

    <folder>/<version>-<width>.svg and <version>.png      of the drawings of the publication before, and no older ones
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.code_versions import code_version, digest
from warehouse.files import write_whole

if TYPE_CHECKING:
    from warehouse.publication.report.charts import Chart


class Drawings:
    """The drawings kept in one folder. Use it for all charts of a publication, then `drop_others`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[Path] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def svg(self, chart: Chart, width: int) -> str:
        """The SVG document of a chart at a width in CSS pixels."""
        path = self._folder / f"{_version(chart)}-{width}.svg"
        self._used.add(path)
        if not path.exists():
            write_whole(path, chart.svg(width).encode())
        return path.read_text(encoding="utf-8")

    def png(self, chart: Chart, width: int) -> bytes:
        """The same as PNG, two pixels for one."""
        from warehouse.publication.report.charts import png  # noqa: PLC0415 (altair: needed only where one is drawn)

        path = self._folder / f"{_version(chart)}-{width}.png"
        self._used.add(path)
        if not path.exists():
            write_whole(path, png(self.svg(chart, width)))
        return path.read_bytes()

    def drop_others(self) -> None:
        """Forget what no chart of this publication was drawn from."""
        for path in set(self._folder.iterdir()) - self._used:
            path.unlink()


def _version(chart: Chart) -> str:
    libraries = [f"{name} {version(name)}" for name in ("altair", "vl-convert-python")]
    said = (chart.name, chart.title, chart.description, chart.draw.__name__)
    return digest([*said, *_values(chart.rows), *libraries, code_version("warehouse.publication.report.charts")])


def _values(rows: Iterable[Mapping[str, object]]) -> Iterable[str]:
    return (repr(sorted(row.items())) for row in rows)
