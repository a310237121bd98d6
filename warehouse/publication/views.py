"""Views and macros over the tables: what is known now or on a day, any list of Allies, and how likely any target is.

Belongs here: SQL that selects among editions and members. Does not belong here: formulas (marts/macros.sql).

The newest edition that holds a figure wins. A row that a newer edition prints as missing hides the older figure (the
source withdrew it); a country that a partial edition lacks does not, and `carried_over` says that its figure is older
than the data set's newest edition. An edition that was withdrawn counts until the day of its withdrawal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from warehouse.contracts import columns as shared
from warehouse.contracts import core, mart, mart_path
from warehouse.contracts.model import Column, Table, sql_literal
from warehouse.contracts.newest_edition import ALWAYS, newest_editions
from warehouse.marts import macros


@dataclass(frozen=True, slots=True)
class View:
    """A view or a table macro in schema main, described like a table; `source` is the table that it selects from."""

    name: str
    kind: Literal["VIEW", "MACRO TABLE"]
    definition: str
    description: str
    columns: Sequence[Column]
    grain: Sequence[str]
    source: str
    licence: str
    caveats: Sequence[str] = ()
    example: str = "DATE '2026-11-27'"  # arguments of a macro

    @property
    def id(self) -> str:
        """Its name without the parameters of a macro."""
        return self.name.partition("(")[0]

    def statements(self) -> Sequence[str]:
        """CREATE and COMMENT; a macro has no columns that could carry a comment. Names are this module's own."""
        comment = f"COMMENT ON {self.kind} {self.id} IS {sql_literal(self.description)}"
        if self.kind == "MACRO TABLE":
            return f"CREATE MACRO {self.name} AS TABLE {self.definition}", comment
        on_columns = (f'COMMENT ON COLUMN {self.id}."{c.name}" IS {sql_literal(c.comment())}' for c in self.columns)
        return f"CREATE VIEW {self.name} AS {self.definition}", comment, *on_columns


# The spans are in the rows (transforms.normalise.vintages): two filters that skip blocks, and no window over all editions. The
# spans of a row do not overlap, so no row comes twice.
_OBSERVATION: Final = """
WITH known AS (
    FROM core.observation WHERE known_from <= {day} AND known_until > {day}
    UNION ALL
    FROM core.observation WHERE restored_from <= {day} AND restored_until > {day}
)
SELECT known.*, edition.edition_id <> newest.edition_id AS carried_over
FROM known JOIN core.edition AS edition USING (edition_id)
JOIN {newest} AS newest ON newest.source_id = edition.source_id AND newest.data_set = edition.data_set
"""

# A partial edition that lacks a figure judges nothing, unless no edition does: then the verdict stays `not_reported`.
_COMPLIANCE: Final = """
SELECT c.*, c.edition_id <> newest.edition_id AS carried_over
FROM mart.compliance AS c
JOIN core.edition AS e USING (edition_id)
JOIN {newest} AS newest ON newest.source_id = e.source_id AND newest.data_set = e.data_set
WHERE e.published_on <= {day} AND (e.withdrawn_on IS NULL OR e.withdrawn_on > {day})
QUALIFY row_number() OVER (
    PARTITION BY c.rule_id, c.entity, c.year
    ORDER BY e.completeness = 'partial' AND c.verdict = 'not_reported', e.vintage_seq DESC
) = 1
"""

# Where the quantile of q is at or above the target, at least 1 - q of the draws are; where it is below, at most 1 - q.
_CHANCE: Final = """
SELECT
    edition_id, entity, year, target_pct::DOUBLE AS target_pct, p50 AS median_pct,
    (1 - coalesce(list_min(list_transform(list_filter(quantiles, lambda x: x.share >= target_pct), lambda x: x.q)), 1))::DOUBLE AS p_at_least,
    (1 - coalesce(list_max(list_transform(list_filter(quantiles, lambda x: x.share < target_pct), lambda x: x.q)), 0))::DOUBLE AS p_at_most
FROM (
    SELECT *, [
        {'q': 0.05, 'share': p05}, {'q': 0.10, 'share': p10}, {'q': 0.25, 'share': p25}, {'q': 0.50, 'share': p50},
        {'q': 0.75, 'share': p75}, {'q': 0.90, 'share': p90}, {'q': 0.95, 'share': p95}
    ] AS quantiles
    FROM mart.outlook_share WHERE entity = asked AND year = in_year
)
"""
_CHANCE_COLUMNS: Final = (
    shared.EDITION_ID,
    shared.ENTITY,
    shared.YEAR,
    Column("target_pct", "DOUBLE", "The target that was asked for.", unit="percent of GDP"),
    Column("median_pct", "DOUBLE", "Median of the simulated share in the year.", unit="percent of GDP"),
    Column("p_at_least", "DOUBLE", "The probability is no lower.", unit="fraction", minimum=0, maximum=1),
    Column("p_at_most", "DOUBLE", "The probability is no higher.", unit="fraction", minimum=0, maximum=1),
)

# The list is taken as it is, also in years before a member joined; a member without a figure makes the sum null, and one
# without forces is no part of it, as in mart.aggregate.
_AGGREGATE: Final = """
SELECT
    edition_id, year, members::INTEGER AS members,
    expenditure_usd_current_m, expenditure_usd_constant_m, gdp_usd_current_m, gdp_usd_constant_m, base_year,
    mart.percent_of(expenditure_usd_constant_m, gdp_usd_constant_m) AS share_of_gdp_pct,
    CASE WHEN lag(year) OVER edition = year - 1
         THEN mart.growth_pct(expenditure_usd_constant_m, lag(expenditure_usd_constant_m) OVER edition) END AS real_change_pct,
    status
FROM (
    SELECT
        printed.edition_id, printed.year, count(*) AS members,
        mart.complete_sum(expenditure_usd_current_m) AS expenditure_usd_current_m,
        mart.complete_sum(expenditure_usd_constant_m) AS expenditure_usd_constant_m,
        mart.complete_sum(gdp_usd_current_m) AS gdp_usd_current_m,
        mart.complete_sum(gdp_usd_constant_m) AS gdp_usd_constant_m,
        max(base_year) AS base_year,
        max(status) AS status
    FROM (
        SELECT DISTINCT edition_id, year FROM core.observation WHERE source_id = 'nato' AND indicator = 'gdp'
    ) AS printed
    CROSS JOIN (SELECT unnest(list_distinct(list_filter(countries, lambda iso3: iso3 IS NOT NULL))) AS entity) AS asked
    LEFT JOIN (
        SELECT
            edition_id, entity, year,
            max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'current') AS expenditure_usd_current_m,
            max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'constant') AS expenditure_usd_constant_m,
            max(value) FILTER (WHERE indicator = 'gdp' AND price_basis = 'current') AS gdp_usd_current_m,
            max(value) FILTER (WHERE indicator = 'gdp' AND price_basis = 'constant') AS gdp_usd_constant_m,
            max(base_year) AS base_year,
            max(status) FILTER (WHERE availability = 'reported') AS status,
            bool_or(indicator = 'defence_expenditure' AND availability = 'not_applicable') AS has_no_forces
        FROM core.observation
        WHERE source_id = 'nato' AND currency = 'USD' AND indicator IN ('defence_expenditure', 'gdp')
        GROUP BY edition_id, entity, year
    ) AS figure ON figure.edition_id = printed.edition_id AND figure.year = printed.year AND figure.entity = asked.entity
    WHERE NOT coalesce(figure.has_no_forces, false)
    GROUP BY printed.edition_id, printed.year
)
WINDOW edition AS (PARTITION BY edition_id ORDER BY year)
"""
_OF_THE_LIST: Final = {
    "members": "Members of the list with forces.",
    "gdp_usd_current_m": "GDP at current prices and exchange rates.",
    "share_of_gdp_pct": "Constant-price spending over constant-price GDP, as NATO computes it.",
    "real_change_pct": "Growth of constant-price spending of the same members.",
}
_AGGREGATE_COLUMNS: Final = tuple(
    replace(column, description=_OF_THE_LIST.get(column.name, column.description))
    for column in mart.AGGREGATE.columns
    if column.name
    in {
        "edition_id",
        "year",
        "members",
        "expenditure_usd_current_m",
        "expenditure_usd_constant_m",
        "gdp_usd_current_m",
        "gdp_usd_constant_m",
        "base_year",
        "share_of_gdp_pct",
        "real_change_pct",
        "status",
    }
)

_OF_THE_NEWEST: Final = replace(
    shared.EDITION_ID, description="The newest edition of the data set that was not withdrawn."
)
_EDITION_COLUMNS: Final = (
    shared.SOURCE_ID,
    shared.DATA_SET,
    _OF_THE_NEWEST,
    Column("published_on", "DATE", "Day of its publication."),
    Column("completeness", "VARCHAR", "Whether all of it is held, or part.", values=("complete", "partial")),
    replace(
        shared.EDITION_ID,
        name="complete_edition_id",
        description="The newest edition that is held whole and was not withdrawn; null without one.",
        nullable=True,
    ),
    Column("complete_published_on", "DATE", "Day of the publication of complete_edition_id.", nullable=True),
)
_CARRIED_OVER: Final = Column("carried_over", "BOOLEAN", "The newest edition of the data set does not print it.")
_SERIES: Final = ("source_id", "indicator", "entity", "year", "price_basis", "year_basis", "variant")


def _now_and_then(
    name: str, definition: str, description: str, *, of: Table, columns: Sequence[Column], grain: Sequence[str]
) -> tuple[View, View]:
    """What is known now, and what was known on a day `d`: one definition with two days."""
    now = definition.format(day=ALWAYS, newest="edition_latest")
    then = definition.format(day="d", newest="edition_as_of(d)")
    on_the_day = f"{name}_latest as it was on the day d. {description}"
    return (
        View(f"{name}_latest", "VIEW", now, description, columns, grain, of.id, of.licence),
        View(f"{name}_as_of(d)", "MACRO TABLE", then, on_the_day, columns, grain, of.id, of.licence),
    )


VIEWS: Final = (
    *_now_and_then(
        "edition",
        newest_editions(day="{day}"),
        "The newest edition of each data set, and the newest that is held whole; what was withdrawn is neither.",
        of=core.EDITION,
        columns=_EDITION_COLUMNS,
        grain=("source_id", "data_set"),
    ),
    *_now_and_then(
        "observation",
        _OBSERVATION,
        "Each series and year from the newest edition that prints it; carried_over: the data set's newest edition lacks it.",
        of=core.OBSERVATION,
        columns=(*core.OBSERVATION.columns, _CARRIED_OVER),
        grain=_SERIES,
    ),
    *_now_and_then(
        "compliance",
        _COMPLIANCE,
        "Each verdict from the newest edition that can give it; carried_over: NATO's newest edition cannot.",
        of=mart.COMPLIANCE,
        columns=(*mart.COMPLIANCE.columns, _CARRIED_OVER),
        grain=("rule_id", "entity", "year"),
    ),
    View(
        "aggregate_of(countries)",
        "MACRO TABLE",
        _AGGREGATE,
        "Spending, GDP, share and growth of any list of Allies, such as ['DEU', 'FRA', 'GBR'], in each of NATO's editions and years.",
        _AGGREGATE_COLUMNS,
        ("edition_id", "year"),
        core.OBSERVATION.id,
        mart.AGGREGATE.licence,
        (
            "Codes of core.country.iso3; where one has no figure, also because it is no Ally, every sum is null.",
            "The members are those of the list in every year, whoever had acceded: mart.aggregate's basis fixed_members.",
        ),
        example="['DEU', 'FRA', 'GBR']",
    ),
    View(
        "outlook_chance(asked, target_pct, in_year)",
        "MACRO TABLE",
        _CHANCE,
        "How likely it is that the share of a country or group is at or above any target in any year to 2050, in each edition: "
        "the two bounds that the published quantiles prove. `burden path` and warehouse.reading.what_if read the draws themselves.",
        _CHANCE_COLUMNS,
        ("edition_id", "entity", "year"),
        mart_path.OUTLOOK_SHARE.id,
        mart_path.OUTLOOK_SHARE.licence,
        mart_path.OUTLOOK_SHARE.caveats,
        example="'DEU', 3.5, 2035",
    ),
)


def statements() -> list[str]:
    """What is made when all tables are filled: the formulas of the marts, and the views, with their comments."""
    return [*macros.statements(), *(statement for view in VIEWS for statement in view.statements())]


# Over the whole publication; any row stops it. Single tables have passed their own gates before.
AUDITS: Final[dict[str, str]] = {
    "every figure has its edition": """
        SELECT DISTINCT edition_id FROM core.observation ANTI JOIN core.edition USING (edition_id)""",
    "every edition has figures": """
        SELECT edition_id FROM core.edition ANTI JOIN core.observation USING (edition_id)""",
    "every verdict is based on the figure of its own edition": """
        SELECT c.rule_id, c.edition_id, c.entity, c.year, c.value, o.value AS observed
        FROM mart.compliance AS c JOIN core.guideline AS g USING (rule_id)
        LEFT JOIN core.observation AS o ON o.edition_id = c.edition_id AND o.entity = c.entity AND o.year = c.year
             AND o.indicator = CASE g.indicator WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END
        WHERE c.value IS NOT NULL AND c.value IS DISTINCT FROM o.value""",
    "latest holds each series once": """
        SELECT source_id, indicator, entity, year, price_basis, year_basis, variant FROM observation_latest
        GROUP BY ALL HAVING count(*) > 1""",
    "latest is the newest edition of each series": """
        SELECT latest.edition_id, o.edition_id AS newer, o.indicator, o.entity, o.year
        FROM (
            SELECT l.*, e.vintage_seq FROM observation_latest AS l JOIN core.edition AS e USING (edition_id)
        ) AS latest JOIN core.observation AS o USING (source_id, indicator, entity, year, price_basis, year_basis, variant)
        JOIN core.edition AS e ON e.edition_id = o.edition_id
        WHERE e.vintage_seq > latest.vintage_seq AND e.withdrawn_on IS NULL""",
    "what is known today is what is latest": """
        (SELECT * FROM observation_as_of(DATE '9999-01-01') EXCEPT SELECT * FROM observation_latest)
        UNION ALL (SELECT * FROM observation_latest EXCEPT SELECT * FROM observation_as_of(DATE '9999-01-01'))""",
    "no withdrawn edition is the newest": """
        SELECT data_set, edition_id FROM core.edition WHERE withdrawn_on IS NOT NULL
          AND (edition_id IN (SELECT unnest([edition_id, complete_edition_id]) FROM edition_latest)
               OR edition_id IN (SELECT newest_edition FROM meta.build))""",
    "no check of this build that blocks has failed": """
        SELECT * FROM quality.expectation_result SEMI JOIN meta.build USING (build_id)
        WHERE severity = 'error' AND question = 'structure' AND NOT passed""",
    "this build has its checks": """
        SELECT build_id FROM meta.build ANTI JOIN quality.expectation_result USING (build_id)""",
    "the dictionary describes every column": """
        SELECT table_schema, table_name, column_name FROM information_schema.columns
        WHERE table_schema IN ('core', 'mart', 'quality', 'meta', 'main') AND table_catalog = current_database()
          AND (CASE table_schema WHEN 'main' THEN '' ELSE table_schema || '.' END || table_name, column_name)
              NOT IN (SELECT (table_id, column_name) FROM meta.column)""",
    "every column carries its comment": """
        SELECT schema_name, table_name, column_name FROM duckdb_columns()
        WHERE database_name = current_database() AND schema_name IN ('core', 'mart', 'quality', 'meta', 'main') AND comment IS NULL""",
}
