"""What a user asked for, found in the warehouse: countries, groups, rules, editions, sources, by any of their names.

Belongs here: look-ups that answer an unknown name with the known ones. Does not belong here: what is done with them;
the names (core.entity_name), the form in which they are compared (transforms.normalise.names).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import polars as pl

from transforms.normalise.names import name_key
from warehouse.errors import UsageError

_SUGGESTED: Final = 3  # names at most


class UnknownNameError(UsageError):
    """A name that the warehouse does not hold; the message lists those that it holds."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        listed = sorted(known)
        close = difflib.get_close_matches(name, listed, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        super().__init__(f"unknown {kind} {name!r}{hint}; known: {', '.join(listed)}")


@dataclass(frozen=True, slots=True)
class Entity:
    """A country, a group or an aggregate: its code, English name, and which of its namesakes it is.

    `meaning` is None for a country.
    """

    code: str
    name: str
    meaning: str | None

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class UnknownEntityError(UsageError):
    """A name under which neither a country nor a group is known; the message says which come nearest."""

    def __init__(self, name: str, nearest: Sequence[Entity]) -> None:
        hint = f"did you mean {' or '.join(map(str, nearest))}? " if nearest else ""
        super().__init__(f"unknown country or group {name!r}; {hint}`burden names` lists all that are known")


class AmbiguousNameError(UsageError):
    """A name that means several countries or groups; the message lists them, and how each is asked for."""

    def __init__(self, name: str, meant: Sequence[Entity]) -> None:
        self.meant = tuple(meant)
        listed = "".join(f"\n  {_asked_for(entity, name)}" for entity in meant)
        super().__init__(f"{name!r} means {len(meant)} things; ask for one of them by its code or its name:{listed}")


def _asked_for(entity: Entity, name: str) -> str:
    """How to ask for one of several: not by the code that is the name of all of them."""
    code = "" if name_key(entity.code) == name_key(name) else f"{entity.code} or "
    return f'{code}"{entity.name}"{f": {entity.meaning}" if entity.meaning else ""}'


_ENTITIES: Final = """
WITH figures AS (
  SELECT entity, list(DISTINCT source_id ORDER BY source_id) AS sources
  FROM (SELECT entity, source_id FROM core.observation
        UNION SELECT group_id, source_id FROM mart.aggregate JOIN core.edition USING (edition_id))
  GROUP BY entity),
known AS (
  SELECT iso3 AS entity, name, NULL AS meaning FROM core.country
  UNION ALL SELECT group_id, name, description FROM core.country_group)
SELECT k.entity, k.name, n.entity_kind AS kind, k.meaning, coalesce(f.sources, []) AS sources, n.names, n.keys
FROM known AS k
JOIN (SELECT entity, any_value(entity_kind) AS entity_kind, list(DISTINCT name ORDER BY name) AS names,
             list(DISTINCT name_key ORDER BY name_key) AS keys
      FROM core.entity_name GROUP BY entity) AS n USING (entity)
LEFT JOIN figures AS f USING (entity)
WHERE {condition} ORDER BY n.entity_kind IN ('group', 'aggregate'), k.name
"""
# A total that no edition held prints is no answer; a country or a group is, so that its absence can be said.
_HELD: Final = "(len(coalesce(f.sources, [])) > 0 OR n.entity_kind <> 'aggregate')"


def entities(warehouse: duckdb.DuckDBPyConnection, name: str | None = None) -> pl.DataFrame:
    """Countries, groups and aggregates that can be asked for, or those that `name` means: one row each.

    Columns: entity, name, kind, meaning, sources (whose figures are held of it), names (all that it goes by). Totals of
    which no figure is held are left out. Raises `UnknownEntityError`.
    """
    condition = _HELD if name is None else f"{_HELD} AND list_contains(n.keys, $key)"
    parameters = {} if name is None else {"key": name_key(name)}
    rows: pl.DataFrame = warehouse.sql(_ENTITIES.format(condition=condition), params=parameters).pl()
    if name is not None and rows.is_empty():
        raise UnknownEntityError(name, _nearest(warehouse, name))
    return rows.drop("keys")


def entity_code(warehouse: duckdb.DuckDBPyConnection, name: str) -> str:
    """The code of the country, group or aggregate that goes by `name`, however it is spelt: `core.entity_name` has all.

    Raises `UnknownEntityError` and, where the name means several, `AmbiguousNameError`.
    """
    meant = [_entity(row) for row in entities(warehouse, name).iter_rows(named=True)]
    if len(meant) > 1:
        raise AmbiguousNameError(name, meant)
    return meant[0].code


def _nearest(warehouse: duckdb.DuckDBPyConnection, name: str) -> list[Entity]:
    with_figures = "len(coalesce(f.sources, [])) > 0"
    rows = warehouse.sql(_ENTITIES.format(condition=with_figures)).pl()
    by_key = {key: row for row in rows.iter_rows(named=True) for key in row["keys"]}
    close = difflib.get_close_matches(name_key(name), by_key, n=_SUGGESTED)
    return list(dict.fromkeys(_entity(by_key[key]) for key in close))


def _entity(row: Mapping[str, Any]) -> Entity:
    return Entity(row["entity"], row["name"], row["meaning"])


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
