"""Views and macros over the tables: what is known now, and what was known on a day.

Belongs here: SQL that selects among editions. Does not belong here: anything that computes a figure.

The newest edition that holds a figure wins. A row that a newer edition prints as missing hides the older figure (the
source withdrew it); a country that a partial edition lacks does not, and `carried_over` says that its figure is older
than the source's newest edition. An edition that was withdrawn counts until the day of its withdrawal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from warehouse.contracts.model import sql_literal


@dataclass(frozen=True, slots=True)
class View:
    """A view or a table macro in schema main, with its comment."""

    name: str
    kind: str
    definition: str
    comment: str

    def statements(self) -> Sequence[str]:
        """CREATE and COMMENT; names carry no quotes because they are this module's own."""
        target = self.name.partition("(")[0]
        create = f"CREATE VIEW {self.name} AS {self.definition}"
        if self.kind == "MACRO TABLE":
            create = f"CREATE MACRO {self.name} AS TABLE {self.definition}"
        return create, f"COMMENT ON {self.kind} {target} IS {sql_literal(self.comment)}"


# The newest edition of each source that stands on the day.
_NEWEST: Final = """
    SELECT source_id, max_by(edition_id, vintage_seq) AS edition_id FROM core.edition
    WHERE published_on <= {day} AND (withdrawn_on IS NULL OR withdrawn_on > {day})
    GROUP BY source_id
"""

# The spans stand on the rows (transforms.vintages): two filters that skip blocks, and no window over all editions. The
# spans of a row do not overlap, so no row comes twice.
_OBSERVATION: Final = f"""
WITH known AS (
    FROM core.observation WHERE known_from <= {{day}} AND known_until > {{day}}
    UNION ALL
    FROM core.observation WHERE restored_from <= {{day}} AND restored_until > {{day}}
)
SELECT known.*, known.edition_id <> newest.edition_id AS carried_over
FROM known JOIN ({_NEWEST}) AS newest USING (source_id)
"""

# A partial edition that lacks a figure judges nothing, unless no edition does: then the verdict stays `not_reported`.
_COMPLIANCE: Final = f"""
SELECT c.*, c.edition_id <> newest.edition_id AS carried_over
FROM mart.compliance AS c
JOIN core.edition AS e USING (edition_id)
JOIN ({_NEWEST}) AS newest USING (source_id)
WHERE e.published_on <= {{day}} AND (e.withdrawn_on IS NULL OR e.withdrawn_on > {{day}})
QUALIFY row_number() OVER (
    PARTITION BY c.rule_id, c.entity, c.year
    ORDER BY e.completeness = 'partial' AND c.verdict = 'not_reported', e.vintage_seq DESC
) = 1
"""

# The day before the end of all spans: everything that is published is known then.
_ALWAYS: Final = "DATE '9999-12-30'"

VIEWS: Final = (
    View(
        "observation_latest",
        "VIEW",
        _OBSERVATION.format(day=_ALWAYS),
        "Each series and year from the newest edition that prints it; carried_over: the source's newest edition lacks it.",
    ),
    View(
        "compliance_latest",
        "VIEW",
        _COMPLIANCE.format(day=_ALWAYS),
        "Each verdict from the newest edition that can give it; carried_over: NATO's newest edition cannot.",
    ),
    View(
        "observation_as_of(d)",
        "MACRO TABLE",
        _OBSERVATION.format(day="d"),
        "Each series and year from the newest edition published on or before the day; carried_over: the source's newest edition of that day lacks it.",
    ),
    View(
        "compliance_as_of(d)",
        "MACRO TABLE",
        _COMPLIANCE.format(day="d"),
        "Each verdict from the newest edition published on or before the day that can give it; carried_over: NATO's newest edition of that day cannot.",
    ),
)

# Over the whole publication; any row stops it. Single tables have passed their own gates before.
AUDITS: Final[dict[str, str]] = {
    "every figure has its edition": """
        SELECT DISTINCT edition_id FROM core.observation ANTI JOIN core.edition USING (edition_id)""",
    "every edition has figures": """
        SELECT edition_id FROM core.edition ANTI JOIN core.observation USING (edition_id)""",
    "every verdict rests on the figure of its own edition": """
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
    "no check of this build that blocks has failed": """
        SELECT * FROM quality.expectation_result SEMI JOIN meta.build USING (build_id)
        WHERE severity = 'error' AND question = 'structure' AND NOT passed""",
    "this build has its checks": """
        SELECT build_id FROM meta.build ANTI JOIN quality.expectation_result USING (build_id)""",
    "the dictionary describes every column": """
        SELECT table_schema, table_name, column_name FROM information_schema.columns
        WHERE table_schema IN ('core', 'mart', 'quality', 'meta') AND table_catalog = current_database()
          AND (table_schema || '.' || table_name, column_name) NOT IN (SELECT (table_id, column_name) FROM meta.column)""",
}
