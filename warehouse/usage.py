"""What a user asked for, found in the warehouse: countries, rules, editions, sources, by any of their names.

Belongs here: look-ups that answer an unknown name with the known ones. Does not belong here: what is done with them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import duckdb


class UsageError(ValueError):
    """A question that cannot be answered as it was put; the message says what can be asked."""


class UnknownNameError(UsageError):
    """A name that the warehouse does not hold; the message lists those that it holds."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        listed = sorted(known)
        close = difflib.get_close_matches(name, listed, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        super().__init__(f"unknown {kind} {name!r}{hint}; known: {', '.join(listed)}")


def entity_code(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The code of a country or group with figures, from its code, ISO 3166-1 alpha-2 code or English name.

    Raises `UnknownNameError`.
    """
    query = """
        SELECT o.entity, c.iso2, c.name, c.official_name
        FROM (SELECT DISTINCT entity FROM core.observation UNION SELECT DISTINCT group_id FROM mart.aggregate) AS o
        LEFT JOIN core.country AS c ON c.iso3 = o.entity"""
    rows = warehouse.execute(query).fetchall()
    wanted = name.casefold()
    for row in rows:
        if wanted in {spelling.casefold() for spelling in row if spelling}:
            return str(row[0])
    raise UnknownNameError("country", name, (f"{code} {country}" if country else code for code, _, country, _ in rows))


def rule_id(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The rule itself; `UnknownNameError` for none."""
    return _known(warehouse, "rule", name, "SELECT rule_id FROM core.guideline")


def edition_id(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The edition itself; `UnknownNameError` for none."""
    return _known(warehouse, "edition", name, "SELECT edition_id FROM core.edition")


def source_id(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The source itself; `UnknownNameError` for none."""
    return _known(warehouse, "source", name, "SELECT source_id FROM core.source")


def indicator(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The indicator itself; `UnknownNameError` for none."""
    return _known(warehouse, "indicator", name, "SELECT DISTINCT indicator FROM core.observation")


def tested_table(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The table that has checks; `UnknownNameError` for none."""
    return _known(warehouse, "table", name, "SELECT DISTINCT table_id FROM quality.expectation_result")


def build_id(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The build, this one or one before it, whose checks are kept; `UnknownNameError` for none."""
    return _known(warehouse, "build", name, "SELECT DISTINCT build_id FROM quality.expectation_result")


def served_build(warehouse: duckdb.DuckDBPyConnection) -> str:
    """The build that is open."""
    ((build,),) = warehouse.execute("SELECT build_id FROM meta.build").fetchall()
    return str(build)


def newest_editions(warehouse: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """The newest edition of each data set of a source, without those withdrawn; `UsageError` if there is none."""
    query = "SELECT edition_id FROM edition_latest WHERE source_id = ? ORDER BY edition_id"
    found = [str(row[0]) for row in warehouse.execute(query, [source]).fetchall()]
    if not found:
        raise UsageError(f"the warehouse holds no edition of {source} that was not withdrawn")
    return found


def _known(warehouse: duckdb.DuckDBPyConnection, kind: str, name: str, query: str) -> str:
    known = [str(row[0]) for row in warehouse.execute(query).fetchall()]
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return name
