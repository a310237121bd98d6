"""The layout fingerprint of NATO's workbook: one section a block of a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from transforms.normalise.layouts import Fingerprint, Section, fingerprint
from transforms.parse.nato import layout
from transforms.parse.workbook import open_workbook


def layout_fingerprint(payload: bytes) -> Fingerprint:
    """Each block's sheet, title's and header's cell, years as printed, texts above its rows (title, unit) and labels.

    Notes below the last row are none of it. Raises `PayloadError` for bytes that are no workbook.
    """
    return fingerprint(_distinct(section for sheet in open_workbook(payload).worksheets for section in _blocks(sheet)))


def _distinct(sections: Iterator[Section]) -> Iterator[Section]:
    """A sheet that has another's title stays apart from it."""
    owners: dict[str, str] = {}
    for section in sections:
        if owners.setdefault(section.key, section.name) == section.name:
            yield section
        else:
            yield Section(kind=section.kind, key=f"{section.key} on {section.name}", name=section.name)


def _blocks(sheet: Worksheet) -> Iterator[Section]:
    reader = _Reader(sheet.title)
    for row in sheet.iter_rows():
        cells = [cell for cell in row if isinstance(cell, Cell) and cell.value is not None]
        if cells:
            reader.read(cells)
    yield from reader.blocks()


class _Reader:
    """Texts wait until a labelled row below a header shows that they are above figures: then they open a block."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = name
        self._title: dict[str, str] = {}
        self._header: list[Cell] = []
        self._waiting: list[str] = []
        self._blocks: list[Section] = []
        self._labels: list[str] = []

    def read(self, cells: Sequence[Cell]) -> None:
        years = [cell for cell in cells if _year(cell)]
        if len(years) > 1 and len(years) > len(cells) - len(years):
            self._header = years
        elif self._header and (label := self._label(cells)):
            self._add(label)
        else:
            for cell in cells:
                self._read_text(cell)

    def _label(self, cells: Sequence[Cell]) -> str | None:
        first, last = self._header[0].column, self._header[-1].column
        texts = [_squeezed(cell) for cell in cells if cell.column < first and isinstance(cell.value, str)]
        return texts[-1] if texts and any(first <= cell.column <= last for cell in cells) else None

    def _add(self, label: str) -> None:
        if self._waiting or not self._blocks:
            self._labels = []
            self._blocks.append(
                Section(
                    kind="sheet",
                    key=f"{self._table}, block {len(self._blocks) + 1}",
                    name=self._name,
                    places={**self._title, "header": self._header[0].coordinate},
                    texts=self._waiting,
                    labels=self._labels,
                    years=[_squeezed(cell).replace(" ", "") for cell in self._header],
                )
            )
            self._waiting = []
        self._labels.append(label)

    def _read_text(self, cell: Cell) -> None:
        if not isinstance(cell.value, str):
            return
        text = _squeezed(cell)
        title = layout.TITLE.fullmatch(text)
        if title and not self._title:
            self._table = f"Table {title['number']}{(title['part'] or '').lower()}"
            self._title = {"title": cell.coordinate}
        self._waiting.append(text)

    def blocks(self) -> list[Section]:
        if self._blocks:
            return self._blocks
        return [Section(kind="sheet", key=self._table, name=self._name, places=self._title)]


def _year(cell: Cell) -> bool:
    return not isinstance(cell.value, bool) and layout.YEAR.fullmatch(_squeezed(cell)) is not None


def _squeezed(cell: Cell) -> str:
    value = cell.value
    return " ".join(str(int(value) if isinstance(value, float) and value.is_integer() else value).split())
