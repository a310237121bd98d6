"""What a bundle for the public may hold: the served warehouse without the figures that may not be passed on.

Belongs here: which rows and columns carry whose figures, and the view without them. Does not belong here: which source
may be passed on (core.source, from the register), files (warehouse.reading.export).
"""
# ruff: noqa: S608 (table and column names are those of contracts; source ids come from core.source and are quoted)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb

from warehouse.contracts.model import Table, sql_literal
from warehouse.contracts.registry import TABLES
from warehouse.publication.views import statements


@dataclass(frozen=True, slots=True)
class Holds:
    """Whose figures a table holds: in all rows, in the rows that `rows` finds, or in single columns.

    `rows` is SQL in which `{left_out}` is replaced by the list of sources; `columns` names columns by the source whose
    figures they hold, also where another source republishes it.
    """

    everywhere: tuple[str, ...] = ()
    rows: str | None = None
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)


_NATO: Final = Holds(everywhere=("nato",))
HOLDINGS: Final[Mapping[str, Holds]] = {
    "core.observation": Holds(rows="source_id IN {left_out} OR coalesce(derived_from IN {left_out}, false)"),
    "core.currency_proof": Holds(rows="source_id IN {left_out}"),
    "mart.compliance": _NATO,
    "mart.compliance_count": _NATO,
    "mart.group_gap": _NATO,
    "mart.aggregate": _NATO,
    "mart.burden": _NATO,
    "mart.headline_audit": _NATO,
    "mart.definition_change": _NATO,
    "mart.print_precision": Holds(
        rows="edition_id IN (SELECT edition_id FROM served.core.edition WHERE source_id IN {left_out})"
    ),
    "mart.first_estimate_error": _NATO,
    "mart.revision": Holds(
        rows="""source_id IN {left_out} OR (source_id, indicator) IN (
            SELECT (source_id, indicator) FROM served.core.observation WHERE derived_from IN {left_out})"""
    ),
    "mart.gdp_forecast_error": Holds(everywhere=("nato", "imf")),
    "mart.path": Holds(everywhere=("nato", "imf")),
    "mart.outlook": Holds(everywhere=("nato", "imf")),
    "mart.outlook_share": _NATO,
    "mart.benchmark": Holds(everywhere=("sipri",)),
    "mart.benchmark_target": Holds(everywhere=("sipri",)),
    "mart.definition_bridge": Holds(
        columns={
            "nato": ("nato_share_pct", "nato_usd_m", "sipri_less_nato_pp", "eurostat_less_nato_pp", "nato_edition_id"),
            "eurostat": (
                "eurostat_share_pct",
                "eurostat_eur_m",
                "eurostat_usd_m",
                "eurostat_less_nato_pp",
                "eurostat_edition_id",
                "eurostat_definition",
            ),
            # The World Bank's figures are SIPRI's; flags and breaks are those of all sources in one list.
            "sipri": (
                "sipri_share_pct",
                "sipri_usd_m",
                "sipri_less_nato_pp",
                "sipri_edition_id",
                "world_bank_share_pct",
                "world_bank_usd_m",
                "world_bank_less_sipri_pp",
                "world_bank_edition_id",
                "world_bank_derived_from",
                "flags",
                "break_ids",
            ),
        }
    ),
    # Samples of offending rows quote figures of any source.
    "quality.expectation_result": Holds(columns={"sipri": ("sample",), "nato": ("sample",)}),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a bundle does not hold of a table, and why."""

    table_id: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Content:
    """An open warehouse to take tables from: its tables with their columns, and what it leaves out."""

    connection: duckdb.DuckDBPyConnection
    columns: Mapping[str, tuple[str, ...]]
    left_out: Sequence[LeftOut]

    def tables(self) -> list[tuple[Table, tuple[str, ...]]]:
        return [(table, self.columns[table.id]) for table in TABLES if table.id in self.columns]


def whole(warehouse: Path) -> Content:
    """Everything that is served, for use within the terms of every source."""
    connection = duckdb.connect(str(warehouse), read_only=True)
    return Content(connection, {table.id: tuple(table.column_names) for table in TABLES}, [])


def for_the_public(warehouse: Path) -> Content:
    """The tables, views and macros under their own names, without what may not be passed on."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"ATTACH {sql_literal(str(warehouse))} AS served (READ_ONLY)")
    reasons = dict(
        connection.execute(
            """SELECT source_id, name || ': ' || public_bundle_reason FROM served.core.source
               WHERE public_bundle = 'left_out'"""
        ).fetchall()
    )
    columns: dict[str, tuple[str, ...]] = {}
    left_out: list[LeftOut] = []
    for table in TABLES:
        kept = _show(connection, table, reasons, left_out)
        if kept:
            columns[table.id] = kept
    for statement in statements():
        connection.execute(statement)
    return Content(connection, columns, left_out)


def _show(
    connection: duckdb.DuckDBPyConnection, table: Table, reasons: Mapping[str, str], left_out: list[LeftOut]
) -> tuple[str, ...]:
    """Make the table's view and return its columns: none, and an empty view, if all its figures are left out."""
    holds = HOLDINGS.get(table.id, Holds())
    served = f'served."{table.schema}"."{table.name}"'
    gone = [source for source in holds.everywhere if source in reasons]
    if gone:
        (rows,) = connection.execute(f"SELECT count(*) FROM {served}").fetchall()[0]
        left_out.append(LeftOut(table.id, f"the whole table ({rows} rows)", _because(reasons, gone)))
        _create(connection, table, table.column_names, "false")  # the views over it stay, and are empty
        return ()
    dropped = {name: source for source in reasons for name in holds.columns.get(source, ())}
    kept = tuple(name for name in table.column_names if name not in dropped)
    where = "true"
    if dropped:
        owners = list(dict.fromkeys(dropped.values()))
        left_out.append(LeftOut(table.id, f"columns {', '.join(dropped)}", _because(reasons, owners)))
        where = _an_edition_is_left(kept)
    if holds.rows and reasons:
        listed = "(" + ", ".join(map(sql_literal, reasons)) + ")"
        condition = holds.rows.format(left_out=listed)
        (rows,) = connection.execute(f"SELECT count(*) FROM {served} WHERE {condition}").fetchall()[0]
        if rows:
            left_out.append(LeftOut(table.id, f"{rows} rows", _because(reasons, list(reasons))))
        where = f"NOT ({condition})"
    _create(connection, table, kept, where)
    return kept


def _create(connection: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[str], where: str) -> None:
    name, selected = f'"{table.schema}"."{table.name}"', ", ".join(f'"{column}"' for column in columns)
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{table.schema}"')
    connection.execute(f"CREATE VIEW {name} AS SELECT {selected} FROM served.{name} WHERE {where}")


def _an_edition_is_left(kept: Sequence[str]) -> str:
    """Rows that lost all their figures are left out too: those that depend on none of the editions named."""
    editions = [name for name in kept if name.endswith("_edition_id")]
    return " OR ".join(f'"{name}" IS NOT NULL' for name in editions) or "true"


def _because(reasons: Mapping[str, str], sources: Sequence[str]) -> str:
    return "; ".join(reasons[source] for source in sources)
