"""Writes the pages of a publication from its warehouse file: report/, quality/, dictionary/.

Belongs here: queries for the pages and their rendering. Does not belong here: layout (templates), metrics (marts).
Every page is one self-contained file: no script, no address on the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from warehouse.connect import DATABASE
from warehouse.summary import summarise

_LEAGUE: Final = """
SELECT c.name, m.year, m.value, m.status, m.gap_pp, m.gap_usd_current_m / 1000 AS gap_usd_bn, m.flags,
       two.verdict AS two_verdict, m.verdict, equipment.value AS equipment_pct, equipment.verdict AS equipment_verdict
FROM mart.compliance AS m
JOIN core.country AS c ON c.iso3 = m.entity
JOIN mart.compliance AS two USING (edition_id, entity, year)
LEFT JOIN mart.compliance AS equipment
    ON equipment.edition_id = m.edition_id AND equipment.entity = m.entity AND equipment.year = m.year
   AND equipment.rule_id = 'wales_equipment_20pct'
WHERE m.rule_id = 'hague_core_3_5pct' AND two.rule_id = 'wales_2pct' AND m.edition_id = $1
  AND m.verdict <> 'not_applicable'
  AND m.year = (SELECT max(year) FROM mart.compliance WHERE edition_id = $1 AND value IS NOT NULL)
ORDER BY m.value DESC NULLS LAST
"""
_COUNTS: Final = """
PIVOT (SELECT edition_id, year, met || ' of ' || members AS met FROM mart.compliance_count
       WHERE rule_id = 'wales_2pct' AND met + not_met > members / 2)
ON edition_id USING first(met) GROUP BY year ORDER BY year
"""
_EDITIONS: Final = (
    "SELECT edition_id, title, published_on, completeness, url, licence, note FROM core.edition ORDER BY vintage_seq"
)
_CHECKS: Final = """
SELECT table_id, expectation_id, severity, passed, unexpected_count, row_count, reason, sample
FROM quality.expectation_result ORDER BY passed, table_id, expectation_id
"""
_QUARANTINE: Final = (
    "SELECT edition_id, url, place, reason, refused_at FROM quality.quarantine ORDER BY refused_at DESC"
)
_TABLES: Final = 'SELECT * FROM meta."table" ORDER BY table_id'
_COLUMNS: Final = 'SELECT * FROM meta."column" ORDER BY table_id, position'


def write_pages(publication: Path) -> None:
    """Write the pages of the publication that is being built in `publication`; its warehouse file is complete."""
    environment = Environment(loader=PackageLoader("warehouse.report"), autoescape=True, undefined=StrictUndefined)
    with duckdb.connect(str(publication / DATABASE), read_only=True) as warehouse:
        for page, context in _contexts(warehouse).items():
            folder = publication / page
            folder.mkdir()
            html = environment.get_template(f"{page}.html").render(context)
            (folder / "index.html").write_text(html, encoding="utf-8")


def _contexts(warehouse: duckdb.DuckDBPyConnection) -> Mapping[str, Mapping[str, Any]]:
    summary = summarise(warehouse)
    league = _records(warehouse, _LEAGUE, summary.edition)
    return {
        "report": {
            "summary": summary,
            "league": league,
            "counts": _records(warehouse, _COUNTS),
            "editions": _records(warehouse, _EDITIONS),
        },
        "quality": {
            "summary": summary,
            "checks": _records(warehouse, _CHECKS),
            "quarantine": _records(warehouse, _QUARANTINE),
        },
        "dictionary": {
            "summary": summary,
            "tables": _records(warehouse, _TABLES),
            "columns": _records(warehouse, _COLUMNS),
        },
    }


def _records(warehouse: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[dict[str, Any]]:
    cursor = warehouse.execute(query, list(parameters))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
