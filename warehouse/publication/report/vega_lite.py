"""The words of Vega-Lite that drawings are written in, as plain values.

Belongs here: what every drawing is made of. x.
An interface that checks and copies every value, as altair does, takes as long as drawing: a second of a report, and
another to import. Vega-Lite, which draws, reports what it cannot draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]
Encoding = Mapping[str, Spec]


def number(field: str, **properties: object) -> Spec:
    """A field that is measured."""
    return {"field": field, "type": "quantitative", **properties}


def nominal(field: str, **properties: object) -> Spec:
    """A field of names."""
    return {"field": field, "type": "nominal", **properties}


def ordinal(field: str, **properties: object) -> Spec:
    """A field of names in an order."""
    return {"field": field, "type": "ordinal", **properties}


def keep(condition: str) -> Spec:
    """The step that keeps the rows of which an expression is true."""
    return {"filter": condition}


def calculate(field: str, expression: str) -> Spec:
    """The step that adds a field."""
    return {"calculate": expression, "as": field}


def mark(
    kind: str, encoding: Encoding, *, data: str | None = None, transform: Sequence[Spec] = (), **properties: object
) -> Spec:
    """One mark for each row of `data`, or of what is given to the layer that it is in."""
    return {
        **({"data": {"name": data}} if data else {}),
        **({"transform": list(transform)} if transform else {}),
        "mark": {"type": kind, **properties},
        "encoding": encoding,
    }


def layer(*layers: Spec, data: str | None = None) -> Spec:
    """Drawn over each other, the first at the bottom."""
    return {**({"data": {"name": data}} if data else {}), "layer": list(layers)}


def drawing(spec: Spec, rows: Mapping[str, Sequence[Mapping[str, Any]]], **size: int) -> Spec:
    """A whole drawing, of rows by the name under which its parts ask for them; `size` in CSS pixels."""
    return {**spec, **size, "datasets": {name: [_plain(row) for row in held] for name, held in rows.items()}}


def _plain(row: Mapping[str, Any]) -> dict[str, object]:
    kinds = (bool, int, float, str)
    return {name: value if value is None or isinstance(value, kinds) else str(value) for name, value in row.items()}
