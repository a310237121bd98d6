"""Drawings that are made once: a chart whose rows, texts and code are those of a publication before is copied.

Many new ones are drawn by two processes: the renderer is one thread that holds Python's lock.

Kept for the next publication:

    <folder>/<version>-<width>.svg and <version>.png      of the drawings of the publication before, and no older ones
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from warehouse.code_versions import code_version, digest
from warehouse.files import write_whole

if TYPE_CHECKING:
    from warehouse.publication.report.charts import Chart

_WORTH_A_PROCESS: Final = 12  # drawings: to start a process and its renderer takes as long as these


@dataclass(frozen=True, slots=True)
class Wanted:
    """A chart at a width in CSS pixels; `png`: also as a picture file."""

    chart: Chart
    width: int
    png: bool = False


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

    def draw(self, wanted: Iterable[Wanted]) -> None:
        """Draw what is not kept."""
        for each in wanted:
            self.svg(each.chart, each.width)
            if each.png:
                self.png(each.chart, each.width)

    @contextmanager
    def meanwhile(self, wanted: Sequence[Wanted]) -> Iterator[None]:
        """Another process draws, from the first on, what is not kept; after the block this one draws from the last on.

        They meet in the folder: a drawing that is there is not made again. Where few are missing, or there is one
        processor, nothing is begun.
        """
        missing = [each for each in wanted if not self._keeps(each)]
        if len(missing) < _WORTH_A_PROCESS or os.cpu_count() == 1:
            yield
            return
        with tempfile.TemporaryFile() as asked:
            pickle.dump(missing, asked)
            asked.seek(0)
            begun = f"from {__name__} import draw_for_another; draw_for_another()"
            with subprocess.Popen([sys.executable, "-c", begun, str(self._folder)], stdin=asked) as other:  # noqa: S603 (this module)
                try:
                    yield
                    self.draw(reversed(missing))
                finally:
                    other.kill()

    def drop_others(self) -> None:
        """Forget what no chart of this publication was drawn from."""
        for path in set(self._folder.iterdir()) - self._used:
            path.unlink(missing_ok=True)  # a process of a publisher that was killed may be writing it

    def _keeps(self, wanted: Wanted) -> bool:
        kept = self._folder / f"{_version(wanted.chart)}-{wanted.width}"
        return kept.with_suffix(".svg").exists() and (not wanted.png or kept.with_suffix(".png").exists())


def draw_for_another() -> None:
    """Draw what the process that started this one asks for, in the folder that it names, while it lives."""
    drawings, asker = Drawings(Path(sys.argv[1])), os.getppid()
    for wanted in pickle.load(sys.stdin.buffer):  # noqa: S301 (what `meanwhile` wrote)
        if os.getppid() != asker:
            return
        drawings.draw([wanted])


def _version(chart: Chart) -> str:
    libraries = [f"{name} {version(name)}" for name in ("altair", "vl-convert-python")]
    said = (chart.name, chart.title, chart.description, chart.draw.__name__)
    return digest([*said, *_values(chart.rows), *libraries, code_version("warehouse.publication.report.charts")])


def _values(rows: Iterable[Mapping[str, object]]) -> Iterable[str]:
    return (repr(sorted(row.items())) for row in rows)
