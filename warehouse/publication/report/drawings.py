"""Drawings that are made once: a chart whose rows, texts and code are those of a publication before is copied.

They are drawn by two processes: the renderer is one thread that holds Python's lock. The second is begun before it is
known what it will draw: to start it takes as long as a dozen drawings.

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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from warehouse.code_versions import code_version, digest
from warehouse.files import write_whole

if TYPE_CHECKING:
    from warehouse.publication.report.charts import Chart


# Their imports count: what every chart is (charts), parts, words of Vega-Lite, colours.
_DRAWN_BY: Final = ("warehouse.publication.report.comparisons", "warehouse.publication.report.country_share")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A chart at a width in CSS pixels; `png`: also as a picture file."""

    chart: Chart
    width: int
    png: bool = False


@dataclass(frozen=True, slots=True)
class _Other:
    """Another process, which gets ready to draw, and draws what it is asked for once."""

    process: subprocess.Popen[bytes]
    asked: IO[bytes]

    def ask(self, wanted: Sequence[Wanted]) -> None:
        pickle.dump(wanted, self.asked)
        self.asked.flush()
        if self.process.stdin:
            with suppress(BrokenPipeError), self.process.stdin:  # it has died: this process draws all
                self.process.stdin.write(b"\n")


@contextmanager
def _other(folder: Path) -> Iterator[_Other]:
    with tempfile.TemporaryFile() as asked:
        number = asked.fileno()
        begun = f"from {__name__} import draw_for_another; draw_for_another()"
        command = [sys.executable, "-c", begun, str(folder), str(number)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(number,)) as process:  # noqa: S603 (this module)
            try:
                yield _Other(process, asked)
            finally:
                process.kill()


class Drawings:
    """The drawings kept in one folder. Use it for all charts of a publication, then `drop_others`.

    As a context, it has a second process draw, where there is a second processor.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[Path] = set()
        self._other: _Other | None = None
        self._ends = ExitStack()
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        if os.cpu_count() != 1:
            with suppress(OSError):  # no room for another process: this one draws all
                self._other = self._ends.enter_context(_other(self._folder))
        return self

    def __exit__(self, *_raised: object) -> None:
        self._other = None
        self._ends.close()

    def svg(self, chart: Chart, width: int) -> str:
        """The SVG document of a chart at a width in CSS pixels."""
        path = self._folder / f"{_version(chart)}-{width}.svg"
        self._used.add(path)
        if not path.exists():
            write_whole(path, chart.svg(width).encode())
        return path.read_text(encoding="utf-8")

    def png(self, chart: Chart, width: int) -> bytes:
        """The same as PNG, two pixels for one."""
        from warehouse.publication.report.charts import png  # noqa: PLC0415 (the renderer: needed only where one is drawn)

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
        """The other process draws what is not kept, from the first on; after the block this one does, from the last on.

        They meet in the folder: a drawing that is there is not made again.
        """
        missing = [each for each in wanted if not self._keeps(each)]
        if self._other and missing:
            self._other.ask(missing)
        yield
        self.draw(reversed(missing))

    def drop_others(self) -> None:
        """Forget what no chart of this publication was drawn from."""
        for path in set(self._folder.iterdir()) - self._used:
            path.unlink(missing_ok=True)  # a process of a publisher that was killed may be writing it

    def _keeps(self, wanted: Wanted) -> bool:
        kept = self._folder / f"{_version(wanted.chart)}-{wanted.width}"
        return kept.with_suffix(".svg").exists() and (not wanted.png or kept.with_suffix(".png").exists())


def draw_for_another() -> None:
    """Draw what the process that started this one asks for, in the folder and from the file that it names.

    It asks by a line on standard input; where that ends without one, or where it has died, there is nothing to draw.
    """
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    drawings, asker = Drawings(folder), os.getppid()
    _get_ready()
    if not sys.stdin.buffer.readline():
        return
    with os.fdopen(number, "rb") as asked:
        asked.seek(0)
        for wanted in pickle.load(asked):  # noqa: S301 (what `_Other.ask` wrote)
            if os.getppid() != asker:
                return
            drawings.draw([wanted])


def _get_ready() -> None:
    """Start the renderer, which is started by its first drawing."""
    from warehouse.publication.report.charts import Chart, Row, png  # noqa: PLC0415 (the renderer)
    from warehouse.publication.report.vega_lite import Spec, drawing, mark  # noqa: PLC0415 (with it)

    def point(rows: Sequence[Row], width: int) -> Spec:
        return drawing(mark("point", {}, data="rows"), {"rows": rows}, width=width)

    png(Chart("point", "", "", point, []).svg(1))


def _version(chart: Chart) -> str:
    renderer = f"vl-convert-python {version('vl-convert-python')}"
    said = (chart.name, chart.title, chart.description, chart.draw.__name__)
    return digest([*said, *_values(chart.rows), renderer, code_version(*_DRAWN_BY)])


def _values(rows: Iterable[Mapping[str, object]]) -> Iterable[str]:
    return (repr(sorted(row.items())) for row in rows)
