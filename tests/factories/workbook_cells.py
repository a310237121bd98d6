"""Other cells in a workbook that is already written: in the XML of their sheets, without writing all sheets again.

openpyxl takes twenty times as long for a workbook of nine tables, and a test of a refusal changes one cell.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

Cells = Mapping[str, bool | float | str | None]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_cells(payload: bytes, cells: Cells) -> bytes:
    """The workbook, as openpyxl wrote it, with other values: `TABLE3!N35` to a value, None for an empty cell."""
    if not cells:
        return payload
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(payload)) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        parts = _parts(before)
        of_part: dict[str, dict[str, bool | float | str | None]] = {}
        for place, value in cells.items():
            sheet, _, cell = place.partition("!")
            of_part.setdefault(parts[sheet], {})[cell] = value
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, _changed(content, of_part[name]) if name in of_part else content)
    return changed.getvalue()


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part of each sheet by its title; openpyxl numbers them in the order of the workbook."""
    sheets = ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{{{_MAIN}}}sheet")  # noqa: S314 (our own file)
    return {sheet.attrib["name"]: f"xl/worksheets/sheet{number}.xml" for number, sheet in enumerate(sheets, start=1)}


def _changed(sheet: bytes, cells: Cells) -> bytes:
    ET.register_namespace("", _MAIN)
    root = ET.fromstring(sheet)  # noqa: S314 (our own file)
    data = root.find(f"{{{_MAIN}}}sheetData")
    assert data is not None
    for coordinate, value in cells.items():
        letters, number = coordinate_from_string(coordinate)
        row = _child(data, "row", str(number), [int(row.attrib["r"]) for row in data], number)
        column = column_index_from_string(letters)
        columns = [column_index_from_string(coordinate_from_string(cell.attrib["r"])[0]) for cell in row]
        _set(_child(row, "c", coordinate, columns, column), value)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _child(parent: ET.Element, tag: str, name: str, places: list[int], place: int) -> ET.Element:
    """The row or cell of that name, made where it belongs if there is none; `places` are those that are there."""
    if place in places:
        return parent[places.index(place)]
    made = ET.Element(f"{{{_MAIN}}}{tag}", {"r": name})
    parent.insert(sum(before < place for before in places), made)
    return made


def _set(cell: ET.Element, value: bool | float | str | None) -> None:  # noqa: FBT001 (a cell may hold one)
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if value is None:
        return
    if isinstance(value, str) and value not in ERROR_CODES:
        cell.attrib["t"] = "inlineStr"
        text = ET.SubElement(ET.SubElement(cell, f"{{{_MAIN}}}is"), f"{{{_MAIN}}}t")
        text.text = value
        text.attrib["{http://www.w3.org/XML/1998/namespace}space"] = "preserve"
        return
    kinds = {bool: "b", str: "e"}
    cell.attrib["t"] = kinds.get(type(value), "n")
    ET.SubElement(cell, f"{{{_MAIN}}}v").text = str(int(value)) if isinstance(value, bool) else str(value)
