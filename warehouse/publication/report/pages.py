"""Writes the pages of a publication from its warehouse file: report/, quality/, dictionary/.

Belongs here: which pages there are, and what each is made of. Does not belong here: SQL (queries/), drawings (charts),
sentences (findings) and layout (templates/), metrics (marts). A page carries its style, script and drawings and loads
nothing; the explorer alone loads what is next to it in explorer/, its data and the chart library of vendor/.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from transforms.normalise.names import LETTERS, WITHIN_WORDS
from warehouse.publication.report import captions, country_charts, explorer, feed, findings, what_if
from warehouse.publication.report.drawings import Drawings, Wanted
from warehouse.publication.report.printed import figure
from warehouse.publication.report.tables import write_tables
from warehouse.reading.chart_theme import COUNTRY_WIDTHS, PALETTE, REPORT_WIDTHS
from warehouse.reading.compliance import counted
from warehouse.reading.connect import DATABASE
from warehouse.reading.explain import explain_rows
from warehouse.reading.explanation_text import explanation_lines
from warehouse.reading.probability import in_words, percent
from warehouse.reading.quality import builds
from warehouse.reading.summary import Summary, summarise

if TYPE_CHECKING:
    from warehouse.publication.report.charts import Chart

Rows = list[dict[str, Any]]
_QUERIES: Final = Path(__file__).with_name("queries")
_REPORT: Final = (
    *(
        "allies",
        "rules",
        "league",
        "alliance",
        "shares",
        "counts",
        "met_by_edition",
        "changes",
        "revisions",
        "first_estimates",
        "outlook",
    ),
    *("us_share", "growth", "benchmark", "bridge", "editions", "breaks", "caveats"),
)
_COUNTRY: Final = (
    *("country_years", "country_changes", "country_verdicts", "country_editions", "country_figures", "country_bridge"),
    *("paths", "fans", "outlook", "changes"),
)
_NO_TABLE: Final = {"allies", "caveats"}  # lists, which no page shows as a table
_NEWS: Final = ("news", "news_changes", "news_revisions")
_QUALITY: Final = ("quarantine", "corrections", "share_exceptions", "check_exceptions")
_SIGNS: Final = re.compile(r"([_!:|])")  # of identifiers
_BUILDS_SHOWN: Final = 50  # all are in quality.expectation_result
CORE_RULE: Final = "hague_core_3_5pct"  # the rule whose gap a page explains
_KEYS: Final = {"letters": LETTERS, "withinWords": WITHIN_WORDS}  # what the scripts need to compare names
_NAMES_OF_ENTITIES: Final = "SELECT iso3, name FROM core.country UNION SELECT group_id, name FROM core.country_group"
# The Alliance's totals are printed; any other group means those that are its members now.
_ENTITIES_OF_NAMES: Final = """
    WITH printed AS (SELECT DISTINCT group_id FROM mart.aggregate WHERE membership_basis = 'published')
    SELECT n.name_key, list(DISTINCT coalesce(m.iso3, n.entity) ORDER BY coalesce(m.iso3, n.entity))
    FROM core.entity_name AS n
    LEFT JOIN core.membership AS m
        ON m.group_id = n.entity AND m.member_to IS NULL AND n.entity NOT IN (SELECT group_id FROM printed)
    GROUP BY n.name_key ORDER BY n.name_key"""
_TARGETS: Final = """
    SELECT threshold_pct, due_year, indicator FROM core.guideline
    WHERE comparison = 'at_least' AND due_year IS NOT NULL AND indicator <> 'equipment_share' AND kind = 'decision'
    ORDER BY threshold_pct"""
_TABLES: Final = 'SELECT * FROM meta."table" ORDER BY table_id'
_COLUMNS: Final = 'SELECT * FROM meta."column" ORDER BY table_id, position'


def write_pages(publication: Path, drawings: Drawings, address: str | None = None) -> None:
    """Write the pages of the publication that is being built in `publication`; its warehouse file is complete.

    Of `drawings` are taken those that the publication before had too. `address`, which ends in a slash, is where the
    pages will be on the web: what names a page for others (preview, feed, canonical address) is absolute with it.
    """
    with duckdb.connect(str(publication / DATABASE), read_only=True) as warehouse:
        summary = summarise(warehouse)
        environment = _environment(summary, address)
        with _report(environment, publication / "report", warehouse, summary, drawings, address=address):
            _write_quality(environment, publication / "quality", warehouse)
            _write_tables_of(
                environment,
                publication / "dictionary",
                tables=_rows(warehouse, _TABLES),
                columns=_rows(warehouse, _COLUMNS),
            )
    drawings.drop_others()


def _write_quality(environment: Environment, folder: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    checks = _named(warehouse, "quality_checks", {})
    _write_tables_of(
        environment,
        folder,
        checks=[{**row, "offending": json.loads(row["sample"])} for row in checks],
        builds=builds(warehouse).head(_BUILDS_SHOWN).to_dicts(),
        countries=dict(warehouse.execute("SELECT iso3, name FROM core.country").fetchall()),
        **{name: _named(warehouse, f"quality_{name}", {}) for name in _QUALITY},
    )


def _environment(summary: Summary, address: str | None = None) -> Environment:
    environment = Environment(
        loader=PackageLoader("warehouse.publication.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": figure, "words": _words, "counted": _counted, "breakable": _breakable}
    environment.globals |= {"summary": summary, "palette": PALETTE, "root": "../", "site": address}
    environment.globals |= {"percent": percent, "in_words": in_words}
    return environment


def _counted(count: tuple[int, int, int]) -> str:
    return counted(*count)


def _words(value: str) -> str:
    return value.replace("_", " ")


def _breakable(value: object) -> Markup:
    """An identifier that may go on in the next line after each of its signs."""
    return Markup(_SIGNS.sub(r"\1<wbr>", str(escape(value))))  # noqa: S704 (escaped here)


def _write_tables_of(environment: Environment, folder: Path, **context: Rows | Mapping[str, str]) -> None:
    (folder / "tables").mkdir(parents=True)
    lists = {name: rows for name, rows in context.items() if isinstance(rows, list)}
    write_tables(folder / "tables", {name: [_printed(row) for row in rows] for name, rows in lists.items()})
    html = environment.get_template(f"{folder.name}.html").render(context, page=f"{folder.name}/index.html")
    (folder / "index.html").write_text(html, encoding="utf-8")


def _printed(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without the offending rows of a check, which the page reads from its sample."""
    return {name: value for name, value in row.items() if name != "offending"}


@contextmanager
def _report(
    environment: Environment,
    folder: Path,
    warehouse: duckdb.DuckDBPyConnection,
    summary: Summary,
    drawings: Drawings,
    *,
    address: str | None,
) -> Iterator[None]:
    """Writes the report after the block; what it shows is drawn meanwhile."""
    for part in (folder, folder / "charts", folder / "country", folder / "tables"):
        part.mkdir()
    newest = _named(warehouse, "newest", {"edition": summary.edition})[0]
    known = {"edition": newest["edition_id"], "last_year": newest["last_year"], "outturn_year": newest["outturn_year"]}
    rows = {name: _named(warehouse, name, known) for name in dict.fromkeys((*_REPORT, *_COUNTRY, *_NEWS))}
    by_country = {name: _by_country(rows[name]) for name in _COUNTRY}
    of_allies = {a["iso3"]: {name: by_country[name][a["iso3"]] for name in _COUNTRY} for a in rows["allies"]}
    charts = list(_report_charts(newest, rows))
    of_countries = {
        ally["iso3"]: chart
        for ally in rows["allies"]
        if (chart := _country_chart(ally, newest, of_allies[ally["iso3"]], rows["league"]))
    }
    with drawings.meanwhile([*_wanted(charts, REPORT_WIDTHS), *_wanted(of_countries.values(), COUNTRY_WIDTHS)]):
        yield
        write_tables(folder / "tables", {name: rows[name] for name in rows if name not in _NO_TABLE})
        _write_revisions(environment, folder, warehouse, newest, rows, address=address)
        _write_explorer(environment, folder, warehouse)
        _write_what_if(environment, folder, warehouse)
        explained = _explained(warehouse, newest)
    context = {
        **{name: rows[name] for name in _REPORT},
        "newest": newest,
        "charts": {chart.name: (chart, _draw(chart, folder / "charts", drawings, REPORT_WIDTHS)) for chart in charts},
        "names": _names(warehouse),
        "headline": findings.headline(rows["league"], rows["alliance"]),
        "findings": findings.of_the_report(rows),
        "last": next((row for row in rows["alliance"] if row["year"] == newest["last_year"]), None),
        "core_rule": CORE_RULE,
    }
    html = environment.get_template("report.html").render(context, page="report/index.html")
    (folder / "index.html").write_text(html, encoding="utf-8")
    template = environment.get_template("country.html")
    for ally in rows["allies"]:
        iso3, mine = ally["iso3"], of_allies[ally["iso3"]]
        chart = of_countries.get(iso3)
        html = template.render(
            ally=ally,
            newest=newest,
            paragraph=findings.country(ally, rows["league"], mine["outlook"]),
            found=findings.of_a_country(mine),
            chart=chart,
            drawn=_draw(chart, folder / "charts", drawings, COUNTRY_WIDTHS) if chart else {},
            explained=explained.get(iso3),
            over_time=country_charts.over_time(mine["country_years"]),
            split=country_charts.split(mine["country_changes"]),
            root="../../",
            page=f"report/country/{iso3}.html",
            **mine,
        )
        (folder / "country" / f"{iso3}.html").write_text(html, encoding="utf-8")


def _write_revisions(
    environment: Environment,
    folder: Path,
    warehouse: duckdb.DuckDBPyConnection,
    newest: Mapping[str, Any],
    rows: Mapping[str, Rows],
    *,
    address: str | None,
) -> None:
    """The page of what changed, and the same for programs."""
    build = _rows(warehouse, "SELECT build_id, built_at, schema_version, content_sha256 FROM meta.build")[0]
    changed = {
        row["edition_id"]: [c for c in rows["news_changes"] if c["edition_id"] == row["edition_id"]]
        for row in rows["news"]
    }
    of_newest = next(row for row in rows["news"] if row["edition_id"] == newest["edition_id"])
    html = environment.get_template("revisions.html").render(
        page="report/revisions.html",
        names=_names(warehouse),
        newest=newest,
        headline=findings.edition_news(of_newest, []),
        findings={"changes": findings.changes(rows["changes"]), "revised": findings.revised(rows["news_revisions"])},
        sides={edition: findings.sides(found) for edition, found in changed.items()},
        **{name: rows[name] for name in ("changes", "news", "news_revisions")},
    )
    (folder / "revisions.html").write_text(html, encoding="utf-8")
    (folder / "revisions.json").write_text(feed.revisions_json(build, newest, rows), encoding="utf-8")
    (folder / "revisions.atom").write_text(feed.atom(build, rows, address), encoding="utf-8")


def _write_explorer(environment: Environment, folder: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    (folder / "explorer.html").write_text(
        environment.get_template("explorer.html").render(page="report/explorer.html"), encoding="utf-8"
    )
    parts = folder / "explorer"
    parts.mkdir()
    for file in sorted(Path(__file__).with_name("vendor").iterdir()):
        if file.suffix == ".json":  # a page that is opened from disk may load a script, but no data
            script = f"globalThis.worldAtlas={file.read_text(encoding='utf-8')};\n"
            (parts / f"{file.stem}.js").write_text(script, encoding="utf-8")
        else:
            shutil.copyfile(file, parts / file.name)
    names = {"names": dict(warehouse.execute(_ENTITIES_OF_NAMES).fetchall()), **_KEYS}
    data = explorer.data_script(
        _named(warehouse, "explorer", {}),
        editions=_named(warehouse, "editions", {}),
        entities=_names_of_entities(warehouse),
        numeric=dict(warehouse.execute("SELECT iso3, iso_numeric FROM core.country").fetchall()),
        names=names,
        build=_build(warehouse),
    )
    _write_scripts(parts, data, ("drawing.js", "explorer.js"))


def _write_what_if(environment: Environment, folder: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    """The page that computes paths; it draws with what the explorer draws with."""
    page = environment.get_template("what_if.html").render(
        page="report/what-if.html", targets=_rows(warehouse, _TARGETS)
    )
    (folder / "what-if.html").write_text(page, encoding="utf-8")
    parts = folder / "what-if"
    parts.mkdir()
    data = what_if.data_script(warehouse, names=_names_of_entities(warehouse), build=_build(warehouse))
    _write_scripts(parts, data, ("required_path.js", "what_if.js"))


def _write_scripts(folder: Path, data: str, scripts: Sequence[str]) -> None:
    (folder / "data.js").write_text(data, encoding="utf-8")
    for script in scripts:
        shutil.copyfile(Path(__file__).with_name("templates") / script, folder / script)


def _names_of_entities(warehouse: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(warehouse.execute(_NAMES_OF_ENTITIES).fetchall())


def _build(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return _rows(warehouse, "SELECT build_id, built_at::DATE AS built_on FROM meta.build")[0]


def _names(warehouse: duckdb.DuckDBPyConnection) -> str:
    """What the filter of the report takes, as JSON for its script: each name's key, and the rows that it shows.

    A country is shown under all its names, the members of a group under those of the group.
    """
    query = """
        SELECT n.name_key, list(DISTINCT c.name ORDER BY c.name)
        FROM core.entity_name AS n
        LEFT JOIN core.membership AS m ON m.group_id = n.entity AND m.member_to IS NULL
        JOIN core.country AS c ON c.iso3 = coalesce(m.iso3, n.entity)
        GROUP BY n.name_key ORDER BY n.name_key"""
    names = dict(warehouse.execute(query).fetchall())
    return json.dumps({"names": names, **_KEYS}, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _explained(warehouse: duckdb.DuckDBPyConnection, newest: Mapping[str, Any]) -> dict[str, str]:
    """The gap to the core rule in national currency by country, followed to its cells; none of an Ally without one."""
    key = {"rule_id": CORE_RULE, "edition_id": newest["edition_id"], "year": newest["last_year"]}
    figures = explain_rows(warehouse, "mart.compliance", key, "gap_national_currency_m")
    return {
        str(figure.key["entity"]): "".join(f"{line.plain}\n" for line in explanation_lines([figure], width=None))
        for figure in figures
        if figure.value is not None
    }


def _draw(chart: Chart, folder: Path, drawings: Drawings, widths: Mapping[str, int]) -> Mapping[str, Any]:
    """The drawings of a page by the screens that they are for; the file next to the page is the first, the widest."""
    from warehouse.publication.report.charts import inline  # noqa: PLC0415 (see _environment)

    drawn = {name: drawings.svg(chart, width) for name, width in widths.items()}
    (folder / f"{chart.name}.svg").write_text(next(iter(drawn.values())), encoding="utf-8")
    (folder / f"{chart.name}.png").write_bytes(drawings.png(chart, next(iter(widths.values()))))
    return {name: inline(svg) for name, svg in drawn.items()}


def _wanted(charts: Iterable[Chart], widths: Mapping[str, int]) -> list[Wanted]:
    """The drawings that `_draw` takes, the first of each as a picture too."""
    return [Wanted(chart, width, png=number == 0) for chart in charts for number, width in enumerate(widths.values())]


def _report_charts(newest: Mapping[str, Any], rows: Mapping[str, Rows]) -> Iterator[Chart]:
    """The charts of the report, those without figures left out: a partial edition may print no equipment."""
    from warehouse.publication.report.charts import Chart  # noqa: PLC0415 (see _environment)
    from warehouse.publication.report.comparisons import DRAWINGS  # noqa: PLC0415 (likewise)

    for caption in captions.REPORT:
        drawn = rows[caption.query]
        if any(row[caption.needs] is not None for row in drawn):
            places = {
                "edition": newest["edition_id"],
                "last": newest["last_year"],
                "outturn": newest["outturn_year"],
                "base": newest["base_year"],
                "year": drawn[0].get("year"),
                "sipri": drawn[0].get("edition_id"),
                "due": drawn[0].get("due_year"),
                "threshold": drawn[0].get("threshold_pct"),
            }
            title, description = caption.title.format(**places), caption.description.format(**places)
            yield Chart(caption.chart, title, description, DRAWINGS[caption.chart], drawn)


_ANNOUNCED: Final = {"kind": "announced plan", "status": "estimate"}  # a hollow point


def _country_chart(
    ally: Mapping[str, Any], newest: Mapping[str, Any], mine: Mapping[str, Rows], league: Rows
) -> Chart | None:
    """The chart of a country's page; None for an Ally without a figure."""
    from warehouse.publication.report.charts import Chart  # noqa: PLC0415 (see _environment)
    from warehouse.publication.report.country_share import FAN, country  # noqa: PLC0415 (likewise)

    printed = [row for row in mine["country_editions"] if row["edition_id"] == newest["edition_id"]]
    if not printed:
        return None
    complete = [row for row in mine["country_editions"] if row["completeness"] == "complete"]
    older = [row for row in complete if row["edition_id"] != newest["edition_id"]]
    before = max(older, key=lambda row: row["published_on"])["edition_id"] if older else None
    lines: Rows = [{**row, "kind": row["edition_id"]} for row in printed]
    lines += [{**row, "kind": before} for row in older if row["edition_id"] == before]
    lines += [{**row, "kind": FAN, "status": None, "share_pct": row["p50"]} for row in mine["fans"]]
    lines += [
        {"year": row["national_plan_year"], "share_pct": row["national_plan_share_pct"], **_ANNOUNCED}
        for row in mine["outlook"]
        if row["national_plan_year"] is not None
    ]
    path = mine["paths"] if len(mine["paths"]) > 1 else []
    lines += [
        {"year": row["year"], "share_pct": row["share_pct"], "kind": "linear path", "status": None} for row in path
    ]
    lines += [
        {"year": None, "share_pct": league[0][name], "kind": "threshold", "status": None}
        for name in ("two_threshold", "core_threshold")
    ]
    caption = captions.COUNTRY
    return Chart(
        caption.chart.format(**ally),
        caption.title.format(**ally),
        caption.description.format(
            edition=newest["edition_id"], before=f"; grey: {before}, the complete edition before" if before else ""
        ),
        country,
        lines,
    )


def _named(warehouse: duckdb.DuckDBPyConnection, name: str, known: Mapping[str, object]) -> Rows:
    query = (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    return _rows(warehouse, query, {key: value for key, value in known.items() if f"${key}" in query})


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None) -> Rows:
    cursor = warehouse.execute(query, dict(parameters or {}))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _by_country(rows: Sequence[dict[str, Any]]) -> Mapping[str, Rows]:
    grouped: defaultdict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["iso3"]].append(row)
    return grouped
