"""One published figure, back to the cells that it is based on, and recomputed from them.

Belongs here: following lineage (warehouse.lineage) through the warehouse, as typed records. Does not belong here: what
goes into a figure, and by which formula; how an explanation is printed (warehouse.reading.explanation_text).
"""
# ruff: noqa: S608 (identifiers and conditions are those of contracts and lineage; values are bound as parameters)

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    with _formulas_are_there(table_id):
        return [explanation.figure(table, name, row, depth) for name in ([column] if column else columns)]


def explain_rows(
    warehouse: duckdb.DuckDBPyConnection, table_id: str, key: Mapping[str, Value], column: str
) -> list[Figure]:
    """One column of all rows of a mart that agree in some columns of its grain, `key`, in the order of the grain.

    As many queries as one row takes. Raises `UsageError` for a publication that another version of the project made.
    """
    table = contract(table_id)
    conditions = " AND ".join(f'"{name}" = ${name}' for name in key)
    order = ", ".join(f'"{name}"' for name in table.grain)
    rows = _rows(warehouse, f"SELECT * FROM {_quoted(table_id)} WHERE {conditions} ORDER BY {order}", key)
    with _formulas_are_there(table_id):
        return _Explanation(warehouse).figures(table, column, rows, None)


@contextmanager
def _formulas_are_there(table_id: str) -> Iterator[None]:
    try:
        yield
    except duckdb.CatalogException as error:
        raise UsageError(
            f"{table_id} cannot be explained: the publication lacks a formula that this version of the project calls "
            f"({str(error).splitlines()[0]}); `burden run` publishes a new one"
        ) from error


_NUMBER: Final = '"#"'  # of a row among those that are explained together: a name that no column has
_KEYS: Final = "explained_key"
_VALUES: Final = "explained_value"
Row = Mapping[str, Any]


class _Explanation:
    """Follows lineage, rows of a table together; keeps the editions and figures that it met: many paths lead to one."""

    def __init__(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        self._warehouse = warehouse
        self._editions: dict[str, Edition] = {}
        self._figures: dict[tuple[object, ...], Figure] = {}

    def figure(self, table: Table, column: str, row: Row, depth: int | None) -> Figure:
        return self.figures(table, column, [row], depth)[0]

    def figures(self, table: Table, column: str, rows: Sequence[Row], depth: int | None) -> list[Figure]:
        """The figure of each row."""
        places = [(table.id, column, depth, *(row[name] for name in table.grain)) for row in rows]
        new = {place: row for place, row in zip(places, rows, strict=True) if place not in self._figures}
        if new:
            self._figures |= zip(new, self._made(table, column, list(new.values()), depth), strict=True)
        return [self._figures[place] for place in places]

    def _made(self, table: Table, column: str, rows: Sequence[Row], depth: int | None) -> list[Figure]:
        known = [_known(table, column, row) for row in rows]
        both = list(zip(rows, known, strict=True))
        if table.id == OBSERVATION:
            return [Figure(**{**said, "unit": _observed_unit(row)}, cell=self._cell(row)) for row, said in both]
        if table.id not in LINEAGE:
            return [Figure(**said, citation=row.get("citation")) for row, said in both]
        if depth == 0:
            return [Figure(**said, expanded=False) for said in known]
        found: dict[int, Figure] = {}
        for derivation, numbers in self._derivations(table, column, rows):
            some = [rows[number] for number in numbers]
            computed = self._computed(table, derivation, some, [known[number] for number in numbers], depth)
            found |= zip(numbers, computed, strict=True)
        return [found[number] for number in range(len(rows))]

    def _computed(
        self,
        table: Table,
        derivation: Derivation,
        rows: Sequence[Row],
        known: Sequence[Mapping[str, Any]],
        depth: int | None,
    ) -> Iterator[Figure]:
        found = {name: self._input_rows(table, rows, name, item) for name, item in derivation.inputs.items()}
        inputs = self._inputs(derivation, len(rows), found, None if depth is None else depth - 1)
        if derivation.formula is None:
            yield from (
                Figure(**said, formula=derivation.text, inputs=i) for said, i in zip(known, inputs, strict=True)
            )
            return
        recomputed = self._evaluate(table, rows, derivation, found)
        for said, value, of_row in zip(known, recomputed, inputs, strict=True):
            yield Figure(
                **said,
                formula=derivation.text,
                recomputed=value,
                agrees=agree(value, said["value"]),
                inputs=of_row,
            )

    def _inputs(
        self,
        derivation: Derivation,
        rows: int,
        found: Mapping[str, Sequence[Sequence[Row]]],
        depth: int | None,
    ) -> list[dict[str, Figure | tuple[Figure, ...]]]:
        """The figures that go into each row's: one, or several; a row that has none of a kind lacks it."""
        inputs: list[dict[str, Figure | tuple[Figure, ...]]] = [{} for _ in range(rows)]
        for name, item in derivation.inputs.items():
            figures = iter(
                self.figures(contract(item.table), item.column, [i for some in found[name] for i in some], depth)
            )
            for of_row, some in zip(inputs, found[name], strict=True):
                theirs = tuple(itertools.islice(figures, len(some)))
                if item.many:
                    of_row[name] = theirs
                elif theirs:
                    of_row[name] = theirs[0]
        return inputs

    def _derivations(self, table: Table, column: str, rows: Sequence[Row]) -> Iterator[tuple[Derivation, list[int]]]:
        """The derivations, and the numbers of the rows that each holds for; tests of lineage prove one a row."""
        left = dict(enumerate(rows))
        for derivation in (each for each in LINEAGE[table.id] if each.column == column):
            holds: Sequence[Value] = [True] * len(left)
            if left and derivation.when != "true":
                holds = self._scalars(table, list(left.values()), f"({derivation.when})")
            numbers = [number for number, held in zip(left, holds, strict=True) if held]
            if numbers:
                yield derivation, numbers
            left = {number: row for number, row in left.items() if number not in numbers}
        for row in left.values():
            raise LookupError(
                f"{table.id}.{column}: no derivation holds for { ({name: row[name] for name in table.grain}) }"
            )

    def _input_rows(self, table: Table, rows: Sequence[Row], name: str, item: Input) -> list[list[dict[str, Any]]]:
        """The rows of an input's table that go into the figure of each row."""
        grain = ", ".join(f'i."{key}"' for key in contract(item.table).grain)
        query = f"""SELECT r.{_NUMBER}, i.* FROM {_quoted(item.table)} AS i, {_rows_sql(table)} AS r
            WHERE {item.where} ORDER BY r.{_NUMBER}, {grain}"""
        found: list[list[dict[str, Any]]] = [[] for _ in rows]
        with self._given(_KEYS, _keys(table, rows)):
            for row in _rows(self._warehouse, query, {}):
                found[row.pop("#")].append(row)
        most = max(map(len, found), default=0)
        if not item.many and most > 1:
            raise LookupError(f"{table.id}: input {name} of one figure found {most} rows of {item.table}")
        return found

    def _evaluate(
        self,
        table: Table,
        rows: Sequence[Row],
        derivation: Derivation,
        found: Mapping[str, Sequence[Sequence[Row]]],
    ) -> Sequence[Value]:
        """The formula over the inputs' values: a macro call in the warehouse, or a function of transforms.outlook."""
        values: dict[str, pl.Series] = {}
        for name, item in derivation.inputs.items():
            declared = POLARS_TYPES[next(c.type for c in contract(item.table).columns if c.name == item.column)]
            columns = [[i[item.column] for i in some] for some in found[name]]
            given = columns if item.many else [next(iter(column), None) for column in columns]
            values[name] = pl.Series(name, given, dtype=pl.List(declared) if item.many else declared)
        if isinstance(derivation.formula, pl.Expr):
            of_row = {
                f"r.{c.name}": pl.Series([row[c.name] for row in rows], dtype=POLARS_TYPES[c.type])
                for c in table.columns
            }
            # One at a time: a formula is over one row.
            frame = pl.DataFrame({**of_row, **values})
            return [one.select(derivation.formula).item() for one in frame.iter_slices(1)]
        return self._scalars(table, rows, str(derivation.formula), values)

    def _scalars(
        self, table: Table, rows: Sequence[Row], expression: str, values: Mapping[str, pl.Series] | None = None
    ) -> Sequence[Value]:
        """What an expression over `r`, a row, and the names of `values`, which have one of each row, gives for each."""
        numbered = pl.DataFrame({"#": range(len(rows)), **(values or {})}, schema_overrides={"#": pl.Int32})
        explained = f"(SELECT q.{_NUMBER}, q AS r FROM {_rows_sql(table)} AS q)"
        query = f"""SELECT {expression} FROM {_VALUES} AS inputs JOIN {explained} AS explained USING ({_NUMBER})
            ORDER BY {_NUMBER}"""
        with self._given(_KEYS, _keys(table, rows)), self._given(_VALUES, numbered):
            return [value for (value,) in self._warehouse.execute(query).fetchall()]

    @contextmanager
    def _given(self, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """A frame that queries can read under a name."""
        self._warehouse.register(name, frame)
        try:
            yield
        finally:
            self._warehouse.unregister(name)

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


def _known(table: Table, column: str, row: Row) -> dict[str, Any]:
    """What a figure's own row says of it."""
    described = next(c for c in table.columns if c.name == column)
    return {
        "table": table.id,
        "column": column,
        "key": {name: row[name] for name in table.grain},
        "value": row[column],
        "unit": _unit(described, row),
        "description": described.description,
        "status": row.get("status"),
        "flags": tuple(row.get("flags") or ()),
    }


def _rows_sql(table: Table) -> str:
    """The explained rows with their numbers: by their grain, in which a null is a value."""
    keys = " AND ".join(f't."{name}" IS NOT DISTINCT FROM k."{name}"' for name in table.grain)
    return f"(SELECT k.{_NUMBER}, t.* FROM {_quoted(table.id)} AS t JOIN {_KEYS} AS k ON {keys})"


def _keys(table: Table, rows: Sequence[Row]) -> pl.DataFrame:
    schema = {name: table.polars_schema[name] for name in table.grain}
    keys = pl.DataFrame([[row[name] for name in table.grain] for row in rows], schema=schema, orient="row")
    return keys.with_columns(pl.Series("#", range(len(rows)), dtype=pl.Int32))


def _quoted(table_id: str) -> str:
    schema, _, name = table_id.partition(".")
    return f'"{schema}"."{name}"'


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    cursor = warehouse.execute(query, dict(parameters))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
