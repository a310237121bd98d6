"""Writes the pages of a publication from its warehouse file: report/ with countries and charts, quality/, dictionary/.

Belongs here: which pages there are, and their rendering. Does not belong here: sections (overview, country), layout
(templates), metrics (marts). Every page is one self-contained file: it loads nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from warehouse.connect import DATABASE
from warehouse.report import queries
from warehouse.report.country import country_sections, records_by_country
from warehouse.report.layout import shown, sort_key
from warehouse.report.overview import Ask, edition_colours, sections
from warehouse.summary import summarise

_CHECKS: Final = """
SELECT table_id, expectation_id, severity, passed, unexpected_count, row_count, reason, sample
FROM quality.expectation_result SEMI JOIN meta.build USING (build_id) ORDER BY passed, table_id, expectation_id
"""
_QUARANTINE: Final = (
    "SELECT edition_id, url, place, reason, refused_at FROM quality.quarantine ORDER BY refused_at DESC"
)
_CORRECTIONS: Final = """
SELECT c.edition_id, c.entity, c.indicator, c.year_from, c.year_to, c.action, c.reason, c.citation, c.reviewed_on,
       count(o.edition_id) AS figures
FROM core.correction AS c
LEFT JOIN core.observation AS o ON split_part(o.edition_id, ':issue-', 1) = c.edition_id AND o.indicator = c.indicator
  AND o.entity = c.entity AND o.year BETWEEN c.year_from AND c.year_to AND list_contains(o.flags, 'corrected')
GROUP BY ALL ORDER BY c.edition_id, c.entity, c.indicator
"""
_EXCEPTIONS: Final = """
SELECT edition_id, entity, year_from, year_to, price_basis, largest_difference_pp, reason, citation, reviewed_on
FROM core.share_exception ORDER BY edition_id, price_basis, entity, year_from
"""
_LEFT_OUT: Final = """
SELECT check_id, source_id, entity, year_from, year_to, largest, reason, citation, reviewed_on
FROM core.check_exception ORDER BY check_id, source_id, entity, year_from
"""
_TABLES: Final = 'SELECT * FROM meta."table" ORDER BY table_id'
_COLUMNS: Final = 'SELECT * FROM meta."column" ORDER BY table_id, position'


def write_pages(publication: Path) -> None:
    """Write the pages of the publication that is being built in `publication`; its warehouse file is complete."""
    environment = Environment(
        loader=PackageLoader("warehouse.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals.update(shown=shown, sort_key=sort_key)
    with duckdb.connect(str(publication / DATABASE), read_only=True) as warehouse:
        summary = summarise(warehouse)

        def ask(query: str) -> list[dict[str, Any]]:
            return _records(warehouse, query, {"edition": summary.edition})

        common = {"summary": summary, "countries": {row["entity"]: row["name"] for row in ask(queries.COUNTRIES)}}
        _write_report(publication / "report", environment, ask, common)
        reviewed = {"corrections": ask(_CORRECTIONS), "exceptions": ask(_EXCEPTIONS), "left_out": ask(_LEFT_OUT)}
        checks = [{**row, "offending": json.loads(row["sample"])} for row in ask(_CHECKS)]
        evidence = {"checks": checks, "quarantine": ask(_QUARANTINE), **reviewed}
        _write(publication / "quality", environment, {**common, **evidence})
        _write(publication / "dictionary", environment, {**common, "tables": ask(_TABLES), "columns": ask(_COLUMNS)})


def _write(folder: Path, environment: Environment, context: Mapping[str, Any]) -> None:
    folder.mkdir()
    _render(folder / "index.html", environment, f"{folder.name}.html", context)


def _render(page: Path, environment: Environment, template: str, context: Mapping[str, Any]) -> None:
    page.write_text(environment.get_template(template).render(context), encoding="utf-8")


def _write_report(folder: Path, environment: Environment, ask: Ask, common: Mapping[str, Any]) -> None:
    """report/index.html, report/country/<iso3>.html, and report/charts/<name>.svg and .png of every chart."""
    for place in (folder, folder / "country", folder / "charts"):
        place.mkdir()
    edition = common["summary"].edition
    overview, editions = sections(ask, edition), ask(queries.EDITIONS)
    context = {**common, "sections": overview, "editions": editions, "caveats": ask(queries.CAVEATS)}
    _render(folder / "index.html", environment, "report.html", context)
    drawn = list(overview)
    asked, colours = records_by_country(ask), edition_colours(editions)
    for entity, name in common["countries"].items():
        parts = country_sections(entity, name, asked[entity], edition, colours)
        page = folder / "country" / f"{entity.lower()}.html"
        _render(page, environment, "country.html", {**common, "name": name, "sections": parts})
        drawn.extend(parts)
    for figure in (figure for part in drawn for figure in part.figures):
        figure.picture.write(folder / "charts")


def _records(
    warehouse: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]
) -> list[dict[str, Any]]:
    # DuckDB refuses parameters that a query does not name.
    cursor = warehouse.execute(query, {name: value for name, value in parameters.items() if f"${name}" in query})
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
