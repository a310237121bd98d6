"""One published figure, back to the cells that it is based on, and recomputed from them.

Belongs here: following lineage (warehouse.lineage) through the warehouse, as typed records. Does not belong here: what
goes into a figure, and by which formula; how an explanation is printed (warehouse.reading.explanation_text).
"""
# ruff: noqa: S608 (identifiers and conditions are those of contracts and lineage; values are bound as parameters)

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import polars as pl

from warehouse.contracts.model import POLARS_TYPES, Column, Table
from warehouse.contracts.registry import contract
from warehouse.errors import UsageError
from warehouse.lineage.model import Derivation, Input
from warehouse.lineage.registry import LINEAGE
from warehouse.reading.lookup import UnknownNameError, entity_code

Value = float | int | str | bool | dt.date | Sequence[Any] | None
OBSERVATION: Final = "core.observation"
_TOLERANCE: Final = 1e-9  # of binary arithmetic in another order, relative to the figure


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition that prints a figure, with the source's own page, terms and citation."""

    edition_id: str
    title: str
    published_on: dt.date
    url: str
    media_type: str
    sha256: str
    source_sha256: str | None
    origin: str
    completeness: str
    definition: str
    retrieved_at: dt.datetime
    publisher: str
    source_page: str
    licence: str
    citation: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a figure is printed, and what the source says of it."""

    edition: Edition
    locator: str
    status: str
    availability: str
    flags: tuple[str, ...]
    note: str | None
    derived_from: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one row, and what it comes from: a cell, a citation, or a formula over further figures.

    `recomputed` is what the formula gives over `inputs`, `agrees` whether that is the published value; both are None
    where nothing is computed. `expanded` is False where the depth asked for ended the explanation.
    """

    table: str
    column: str
    key: Mapping[str, Value]
    value: Value
    unit: str | None
    description: str
    formula: str | None = None
    recomputed: Value = None
    agrees: bool | None = None
    inputs: Mapping[str, Figure | tuple[Figure, ...]] = field(default_factory=dict)
    cell: Cell | None = None
    citation: str | None = None
    status: str | None = None
    flags: tuple[str, ...] = ()
    expanded: bool = True

    @property
    def id(self) -> str:
        return f"{self.table}.{self.column}"

    def cells(self) -> Iterator[Cell]:
        """Every cell below this figure."""
        if self.cell:
            yield self.cell
        for found in self.inputs.values():
            for figure in (found,) if isinstance(found, Figure) else found:
                yield from figure.cells()


def explain_observation(
    warehouse: duckdb.DuckDBPyConnection,
    entity: str,
    year: int,
    indicator: str,
    *,
    edition_id: str | None = None,
    source_id: str | None = None,
    currency: str | None = None,
    price_basis: str | None = None,
) -> Figure:
    """The figure that a source prints: by default the newest one, and NATO's where NATO prints the indicator.

    `entity` goes by any of its names. Raises `UsageError` where nothing is printed, or where several figures answer:
    the message lists them.
    """
    entity = entity_code(warehouse, entity)
    given = {"edition_id": edition_id, "source_id": source_id, "currency": currency, "price_basis": price_basis}
    wanted = {name: value for name, value in given.items() if value is not None}
    relation = OBSERVATION if edition_id else "observation_latest"
    conditions = " AND ".join(
        ["entity = $entity", "year = $year", "indicator = $indicator", *(f"{n} = ${n}" for n in wanted)]
    )
    rows = _rows(
        warehouse,
        f"SELECT * FROM {relation} WHERE {conditions} ORDER BY source_id <> 'nato', source_id, currency, price_basis",
        {"entity": entity, "year": year, "indicator": indicator, **wanted},
    )
    if not rows:
        raise UsageError(_nothing(warehouse, entity, year, indicator, wanted))
    first = [row for row in rows if row["source_id"] == rows[0]["source_id"]]
    if len(first) > 1:
        choices = "; ".join(
            f"--currency {row['currency']} --price-basis {row['price_basis']}: {row['value']} {row['unit']}"
            for row in first
        )
        raise UsageError(f"{first[0]['source_id']} prints {len(first)} figures of that name; choose one: {choices}")
    return _Explanation(warehouse).figure(contract(OBSERVATION), "value", first[0], None)


def explain_mart(
    warehouse: duckdb.DuckDBPyConnection,
    table_id: str,
    key: Mapping[str, Value],
    column: str | None = None,
    *,
    depth: int | None = None,
) -> list[Figure]:
    """The figures of one row of a mart, or the one that `column` names; `depth` limits how far inputs are followed.

    `key` names columns of the table's grain, `entity` and `group_id` by any name; what it leaves out must not matter.
    Without `edition_id` the newest edition that has the row is meant. Raises `UsageError` for a key that finds no row
    or several, and for a publication that another version of the project made with other formulas.
    """
    if table_id not in LINEAGE:
        raise UnknownNameError("mart", table_id, LINEAGE)
    table = contract(table_id)
    named = {name: entity_code(warehouse, str(key[name])) for name in ("entity", "group_id") if name in key}
    row = _one_row(warehouse, table, {**key, **named})
    columns = list(dict.fromkeys(derivation.column for derivation in LINEAGE[table_id]))
    if column is not None and column not in columns:
        raise UnknownNameError(f"figure of {table_id}", column, columns)
    explanation = _Explanation(warehouse)
    try:
        return [explanation.figure(table, name, row, depth) for name in ([column] if column else columns)]
    except duckdb.CatalogException as error:
        raise UsageError(
            f"{table_id} cannot be explained: the publication lacks a formula that this version of the project calls "
            f"({str(error).splitlines()[0]}); `burden run` publishes a new one"
        ) from error


class _Explanation:
    """Follows lineage; keeps the editions that it met, and the figures, which many paths lead to."""

    def __init__(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        self._warehouse = warehouse
        self._editions: dict[str, Edition] = {}
        self._figures: dict[tuple[object, ...], Figure] = {}

    def figure(self, table: Table, column: str, row: Mapping[str, Any], depth: int | None) -> Figure:
        place = (table.id, column, depth, *(row[name] for name in table.grain))
        if place not in self._figures:
            self._figures[place] = self._figure(table, column, row, depth)
        return self._figures[place]

    def _figure(self, table: Table, column: str, row: Mapping[str, Any], depth: int | None) -> Figure:
        described = next(c for c in table.columns if c.name == column)
        known: dict[str, Any] = {
            "table": table.id,
            "column": column,
            "key": {name: row[name] for name in table.grain},
            "value": row[column],
            "unit": _unit(described, row),
            "description": described.description,
            "status": row.get("status"),
            "flags": tuple(row.get("flags") or ()),
        }
        if table.id == OBSERVATION:
            return Figure(**{**known, "unit": _observed_unit(row)}, cell=self._cell(row))
        if table.id not in LINEAGE:
            return Figure(**known, citation=row.get("citation"))
        if depth == 0:
            return Figure(**known, expanded=False)
        return self._computed(table, column, row, known, depth)

    def _computed(
        self, table: Table, column: str, row: Mapping[str, Any], known: Mapping[str, Any], depth: int | None
    ) -> Figure:
        derivation = self._derivation(table, column, row)
        deeper = None if depth is None else depth - 1
        found = {name: self._input_rows(table, row, name, item) for name, item in derivation.inputs.items()}
        inputs: dict[str, Figure | tuple[Figure, ...]] = {}
        for name, item in derivation.inputs.items():
            figures = tuple(self.figure(contract(item.table), item.column, i, deeper) for i in found[name])
            if item.many:
                inputs[name] = figures
            elif figures:
                inputs[name] = figures[0]
        if derivation.formula is None:
            return Figure(**known, formula=derivation.text, inputs=inputs)
        recomputed = self._evaluate(table, row, derivation, found)
        return Figure(
            **known,
            formula=derivation.text,
            recomputed=recomputed,
            agrees=agree(recomputed, row[column]),
            inputs=inputs,
        )

    def _derivation(self, table: Table, column: str, row: Mapping[str, Any]) -> Derivation:
        """The derivation that holds for this row; the tests of lineage see to it that there is exactly one."""
        for derivation in LINEAGE[table.id]:
            if derivation.column == column and (
                derivation.when == "true" or self._scalar(table, row, f"({derivation.when})", {}, {})
            ):
                return derivation
        raise LookupError(
            f"{table.id}.{column}: no derivation holds for { ({name: row[name] for name in table.grain}) }"
        )

    def _input_rows(self, table: Table, row: Mapping[str, Any], name: str, item: Input) -> list[dict[str, Any]]:
        grain = ", ".join(f'i."{key}"' for key in contract(item.table).grain)
        source = _quoted(item.table)
        query = f"SELECT i.* FROM {source} AS i, {_row_sql(table)} AS r WHERE {item.where} ORDER BY {grain}"
        rows = _rows(self._warehouse, query, _row_parameters(table, row))
        if not item.many and len(rows) > 1:
            raise LookupError(f"{table.id}: input {name} of one figure found {len(rows)} rows of {item.table}")
        return rows

    def _evaluate(
        self, table: Table, row: Mapping[str, Any], derivation: Derivation, found: Mapping[str, list[dict[str, Any]]]
    ) -> Value:
        """The formula over the inputs' values: a macro call in the warehouse, or a function of transforms.outlook."""
        values: dict[str, Any] = {}
        types: dict[str, str] = {}
        for name, item in derivation.inputs.items():
            declared = next(c.type for c in contract(item.table).columns if c.name == item.column)
            types[name] = f"{declared}[]" if item.many else declared
            column = [i[item.column] for i in found[name]]
            values[name] = column if item.many else next(iter(column), None)
        if isinstance(derivation.formula, pl.Expr):
            of_row = {f"r.{name}": row[name] for name in table.column_names}
            schema = {f"r.{c.name}": POLARS_TYPES[c.type] for c in table.columns}
            schema |= {name: POLARS_TYPES[declared] for name, declared in types.items()}
            frame = pl.DataFrame([{**of_row, **values}], schema=schema)
            value: Value = frame.select(derivation.formula).item()
            return value
        return self._scalar(table, row, str(derivation.formula), values, types)

    def _scalar(
        self, table: Table, row: Mapping[str, Any], expression: str, values: Mapping[str, Any], types: Mapping[str, str]
    ) -> Value:
        named = ", ".join(f'$in_{name}::{types[name]} AS "{name}"' for name in values) or "1 AS nothing"
        explained = f"(SELECT q AS r FROM {_row_sql(table)} AS q)"
        query = f"SELECT {expression} FROM (SELECT {named}) AS inputs, {explained} AS explained"
        parameters = {**_row_parameters(table, row), **{f"in_{name}": value for name, value in values.items()}}
        result: Value = self._warehouse.execute(query, parameters).fetchall()[0][0]
        return result

    def _cell(self, row: Mapping[str, Any]) -> Cell:
        return Cell(
            edition=self._edition(row["edition_id"]),
            locator=row["locator"],
            status=row["status"],
            availability=row["availability"],
            flags=tuple(row["flags"]),
            note=row["note"],
            derived_from=row["derived_from"],
        )

    def _edition(self, edition_id: str) -> Edition:
        if edition_id not in self._editions:
            names = ", ".join(f"e.{name}" for name in Edition.__slots__ if name not in {"publisher", "source_page"})
            query = f"""SELECT {names}, s.publisher, s.homepage AS source_page
                FROM core.edition AS e JOIN core.source AS s USING (source_id) WHERE e.edition_id = $id"""
            (row,) = _rows(self._warehouse, query, {"id": edition_id})
            self._editions[edition_id] = Edition(**row)
        return self._editions[edition_id]


def agree(recomputed: Value, published: Value) -> bool:
    """Whether two values are the same figure; numbers may differ by what binary arithmetic in another order leaves."""
    if isinstance(recomputed, list | tuple) and isinstance(published, list | tuple):
        return len(recomputed) == len(published) and all(map(agree, recomputed, published))
    if isinstance(recomputed, bool) or isinstance(published, bool):
        return recomputed is published
    if isinstance(recomputed, int | float) and isinstance(published, int | float):
        # Differences of two large sums lose digits: a millionth of a unit is none.
        return math.isclose(
            recomputed, published, rel_tol=_TOLERANCE, abs_tol=1e-6 if abs(published) > 1 else _TOLERANCE
        )
    return recomputed == published


def _unit(column: Column, row: Mapping[str, Any]) -> str | None:
    """The contract's unit, in which `see unit`, `currency` and `base_year` refer to other columns of the row."""
    unit = column.unit
    if unit is None:
        return None
    if unit.startswith("see "):
        return str(row[unit.removeprefix("see ")])
    for name in ("currency", "base_year"):
        if unit.endswith(f" of {name}") and row.get(name) is not None:
            return f"{unit.removesuffix(f' of {name}')} of {row[name]}"
    return unit


def _observed_unit(row: Mapping[str, Any]) -> str:
    money = f" {row['currency']}" if row["currency"] else ""
    base = f" at prices of {row['base_year']}" if row["base_year"] and money else ""
    return f"{row['unit']}{money}{base}"


def _one_row(warehouse: duckdb.DuckDBPyConnection, table: Table, key: Mapping[str, Value]) -> dict[str, Any]:
    for name in key:
        if name not in table.grain:
            raise UnknownNameError(f"key of {table.id}", name, table.grain)
    conditions = " AND ".join(f'"{name}" = ${name}' for name in key) or "true"
    rows = _rows(warehouse, f"SELECT * FROM {_quoted(table.id)} WHERE {conditions}", dict(key))
    edition = next((name for name in ("edition_id", "to_edition_id") if name in table.grain), None)
    if len(rows) > 1 and edition and edition not in key:
        order = dict(warehouse.execute("SELECT edition_id, vintage_seq FROM core.edition").fetchall())
        newest = max(order[row[edition]] for row in rows)
        rows = [row for row in rows if order[row[edition]] == newest]
    if len(rows) == 1:
        return rows[0]
    asked = ", ".join(f"{name}={value}" for name, value in key.items()) or "nothing"
    if not rows:
        raise UsageError(f"{table.id} has no row with {asked}; its rows are distinguished by {', '.join(table.grain)}")
    open_keys = {name: sorted({str(row[name]) for row in rows}) for name in table.grain}
    choices = "; ".join(f"{name}: {_some(values)}" for name, values in open_keys.items() if len(values) > 1)
    raise UsageError(f"{table.id} has {len(rows)} rows with {asked}; say also {choices}")


def _some(values: Sequence[str], most: int = 12) -> str:
    return ", ".join(values[:most]) + (f" … ({len(values)} in all)" if len(values) > most else "")


def _nothing(
    warehouse: duckdb.DuckDBPyConnection, entity: str, year: int, indicator: str, wanted: Mapping[str, str]
) -> str:
    query = """SELECT source_id, min(year), max(year) FROM core.observation
               WHERE entity = ? AND indicator = ? GROUP BY ALL ORDER BY ALL"""
    held = warehouse.execute(query, [entity, indicator]).fetchall()
    asked = ", ".join([f"{entity} {year} {indicator}", *(f"{name}={value}" for name, value in wanted.items())])
    spans = "; ".join(f"{source}: {first} to {last}" for source, first, last in held) or "no source prints it at all"
    return f"nothing is printed for {asked}; held of {entity} {indicator}: {spans}"


def _row_sql(table: Table) -> str:
    """The explained row: by its grain, in which a null is a value."""
    keys = " AND ".join(f'"{name}" IS NOT DISTINCT FROM $r_{name}' for name in table.grain)
    return f"(SELECT * FROM {_quoted(table.id)} WHERE {keys})"


def _row_parameters(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"r_{name}": row[name] for name in table.grain}


def _quoted(table_id: str) -> str:
    schema, _, name = table_id.partition(".")
    return f'"{schema}"."{name}"'


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    cursor = warehouse.execute(query, dict(parameters))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
