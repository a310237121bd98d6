"""Views and macros over the tables: what is known now, and what was known on a day.

Belongs here: SQL that selects among editions. Does not belong here: anything that computes a figure.

The newest edition that holds a figure wins. A row that a newer edition prints as missing hides the older figure (the
source withdrew it); a country that a partial edition lacks does not.
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


# National currency and US dollars are two series of one quantity; a currency that joined the euro stays one series.
_OBSERVATION_SERIES: Final = """o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.year_basis,
    CASE WHEN o.currency IS NULL THEN 'none' WHEN o.currency = 'USD' THEN 'usd' ELSE 'national' END"""

_OBSERVATION: Final = f"""
SELECT o.* FROM core.observation AS o JOIN core.edition AS e USING (edition_id) {{where}}
QUALIFY row_number() OVER (PARTITION BY {_OBSERVATION_SERIES} ORDER BY e.vintage_seq DESC) = 1
"""

_COMPLIANCE: Final = """
SELECT c.* FROM mart.compliance AS c JOIN core.edition AS e USING (edition_id)
WHERE NOT (e.completeness = 'partial' AND c.verdict = 'not_reported') {where}
QUALIFY row_number() OVER (PARTITION BY c.rule_id, c.entity, c.year ORDER BY e.vintage_seq DESC) = 1
"""

VIEWS: Final = (
    View(
        "observation_latest",
        "VIEW",
        _OBSERVATION.format(where=""),
        "Each series and year from the newest edition that prints it.",
    ),
    View(
        "compliance_latest",
        "VIEW",
        _COMPLIANCE.format(where=""),
        "Each verdict from the newest edition that can give it.",
    ),
    View(
        "observation_as_of(d)",
        "MACRO TABLE",
        _OBSERVATION.format(where="WHERE e.published_on <= d"),
        "Each series and year from the newest edition published on or before the day.",
    ),
    View(
        "compliance_as_of(d)",
        "MACRO TABLE",
        _COMPLIANCE.format(where="AND e.published_on <= d"),
        "Each verdict from the newest edition published on or before the day that can give it.",
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
        SELECT source_id, indicator, entity, year, price_basis, year_basis, currency FROM observation_latest
        GROUP BY ALL HAVING count(*) > 1""",
    "what is known today is what is latest": """
        (SELECT * FROM observation_as_of(DATE '9999-01-01') EXCEPT SELECT * FROM observation_latest)
        UNION ALL (SELECT * FROM observation_latest EXCEPT SELECT * FROM observation_as_of(DATE '9999-01-01'))""",
    "no check of this run that blocks has failed": """
        SELECT * FROM quality.expectation_result WHERE severity = 'error' AND NOT passed""",
    "the dictionary describes every column": """
        SELECT table_schema, table_name, column_name FROM information_schema.columns
        WHERE table_schema IN ('core', 'mart', 'quality', 'meta') AND table_catalog = current_database()
          AND (table_schema || '.' || table_name, column_name) NOT IN (SELECT (table_id, column_name) FROM meta.column)""",
}
