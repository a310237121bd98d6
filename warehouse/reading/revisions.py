"""What a later edition prints otherwise, and whose verdict changed by it."""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from warehouse.reading import lookup as usage

# Differences of shares: beyond nine places they are the dust of binary arithmetic, such as 3.1e-16 for nothing.
_PARTS: Final = ", ".join(
    f"round({part}, 9) + 0 AS {part}" for part in ("spending_part_pp", "gdp_part_pp", "method_part_pp")
)


def revisions(
    warehouse: duckdb.DuckDBPyConnection,
    *,
    country: str | None = None,
    year: int | None = None,
    indicator: str = "defence_share_of_gdp",
    edition: str | None = None,
    source: str = "nato",
) -> pl.DataFrame:
    """Revisions of an indicator by an edition (default: the source's newest), largest first; parts in pp.

    What differs by print precision alone is no revision and left out. Raises `UsageError` for unknown names.
    """
    editions = (
        [usage.edition_id(warehouse, edition)]
        if edition
        else usage.newest_editions(warehouse, usage.source_id(warehouse, source))
    )
    parameters: dict[str, object] = {"editions": editions, "indicator": usage.indicator(warehouse, indicator)}
    conditions = ["list_contains($editions, to_edition_id)", "indicator = $indicator", "kind NOT IN ('new', 'dropped')"]
    conditions.append("NOT same_at_print")
    if country:
        parameters["entity"] = usage.entity_code(warehouse, country)
        conditions.append("entity = $entity")
    if year:
        parameters["year"] = year
        conditions.append("year = $year")
    query = f"""
        SELECT entity, year, from_edition_id, to_edition_id, unit, old_value, new_value, change, kind,
               {_PARTS}, flags
        FROM mart.revision WHERE {" AND ".join(conditions)}
        ORDER BY abs(change) DESC NULLS LAST, entity, year"""  # noqa: S608 (conditions are the constants above)
    rows: pl.DataFrame = warehouse.sql(query, params=parameters).pl()
    return rows


def changed_verdicts(
    warehouse: duckdb.DuckDBPyConnection, *, rule: str, year: int | None = None, country: str | None = None
) -> pl.DataFrame:
    """Who entered or left the list of those who meet a rule, with the three parts of the change in pp.

    By editions not withdrawn: a withdrawn edition changed no verdict. `definition_changes` says what is known
    where the old and the new definition differ. Raises `UsageError` for unknown names.
    """
    parameters: dict[str, object] = {"rule": usage.rule_id(warehouse, rule)}
    conditions = ["rule_id = $rule", "withdrawn_on IS NULL"]
    if country:
        parameters["entity"] = usage.entity_code(warehouse, country)
        conditions.append("entity = $entity")
    if year:
        parameters["year"] = year
        conditions.append("year = $year")
    query = f"""
        SELECT rule_id, entity, year, change, old_value, new_value, threshold,
               {_PARTS},
               old_status, new_status, in_force, from_edition_id, edition_id, old_definition, new_definition, flags
        FROM mart.headline_audit JOIN core.edition USING (edition_id) WHERE {" AND ".join(conditions)}
        ORDER BY vintage_seq, year, change, entity"""  # noqa: S608 (conditions are the constants above)
    rows: pl.DataFrame = warehouse.sql(query, params=parameters).pl()
    return rows
