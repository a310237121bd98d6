"""The headline of a publication: what a person wants to read after a run.

Belongs here: a handful of queries over a published warehouse, as plain records. Does not belong here: layout.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from warehouse.reading.definition_change import definition_changes

TARGET_RULE: Final = "hague_core_3_5pct"


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a data set of a source; no newest edition where all were withdrawn.

    `days_old` counts to the day of the build; `overdue_since` is the day by which a newer edition was due by then.
    """

    source: str
    editions: int
    newest: str | None
    newest_published_on: dt.date | None
    figures: int
    days_old: int | None
    overdue_since: dt.date | None


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many Allies met a rule in the edition's last year and in its last year that is no estimate."""

    rule_id: str
    title: str
    last_year: int
    last_met: int | None
    last_members: int
    last_not_reported: int
    outturn_year: int | None
    outturn_met: int | None
    outturn_members: int | None
    outturn_not_reported: int | None

    @property
    def last(self) -> tuple[int | None, int, int]:
        """Met (None where no member has a figure), members, not reported in the last year."""
        return self.last_met, self.last_members, self.last_not_reported

    @property
    def outturn(self) -> tuple[int | None, int, int] | None:
        """The same in the last year that is no estimate; None where the edition has none."""
        if self.outturn_members is None or self.outturn_not_reported is None:
            return None
        return self.outturn_met, self.outturn_members, self.outturn_not_reported


@dataclass(frozen=True, slots=True)
class Change:
    """An Ally whose verdict on a year in force differs from that of the newest earlier edition that judges it."""

    title: str
    country: str
    year: int
    before_pct: float
    after_pct: float
    entered: bool
    edition_before: str


@dataclass(frozen=True, slots=True)
class Gap:
    """An Ally's distance to the target in the last year of the newest edition."""

    country: str
    year: int
    share_pct: float
    gap_pp: float
    gap_usd_current_m: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    build_id: str
    held: list[Held]
    checks_passed: int
    checks_warned: int
    checks_failed: int
    refused_payloads: int
    edition: str
    newer_in_part: str | None
    counts: list[RuleCount]
    changes: list[Change]
    definition_changes: list[str]
    gaps: list[Gap]


class NothingToSummariseError(LookupError):
    """A warehouse without a valid edition of NATO."""


def summarise(warehouse: duckdb.DuckDBPyConnection) -> Summary:
    """The headline of an open warehouse: of NATO's newest complete edition, or of its newest if none is complete.

    `newer_in_part` names an edition that is newer and held in part: it has figures of some Allies or years only.
    Raises `NothingToSummariseError`.
    """
    found = _rows(warehouse, _NEWEST)
    if not found:
        raise NothingToSummariseError("the warehouse holds no edition of NATO that was not withdrawn")
    ((edition, newer_in_part),) = found
    checks = dict(_rows(warehouse, _CHECKS))
    return Summary(
        build_id=_rows(warehouse, "SELECT build_id FROM meta.build")[0][0],
        held=[Held(*row) for row in _rows(warehouse, _HELD)],
        checks_passed=checks.get("passed", 0),
        checks_warned=checks.get("warned", 0),
        checks_failed=checks.get("failed", 0),
        refused_payloads=_rows(warehouse, "SELECT count(*) FROM quality.quarantine")[0][0],
        edition=edition,
        newer_in_part=newer_in_part,
        counts=[RuleCount(*row) for row in _rows(warehouse, _COUNTS, edition)],
        changes=[Change(*row) for row in _rows(warehouse, _CHANGES, edition)],
        definition_changes=definition_changes(warehouse, _rows(warehouse, _COMPARED, edition)),
        gaps=[Gap(*row) for row in _rows(warehouse, _GAPS, TARGET_RULE, edition)],
    )


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[Any]:
    return warehouse.execute(query, list(parameters)).fetchall()


_NEWEST: Final = """
SELECT coalesce(complete_edition_id, edition_id), CASE WHEN edition_id <> complete_edition_id THEN edition_id END
FROM edition_latest WHERE source_id = 'nato'
"""

_HELD: Final = """
SELECT e.source_id, count(*), any_value(n.edition_id), any_value(n.published_on), sum(o.figures)::BIGINT,
       any_value(date_diff('day', n.published_on, b.built_at::DATE)),
       any_value(e.next_due_on) FILTER (WHERE e.edition_id = n.edition_id AND e.next_due_on < b.built_at::DATE)
FROM meta.build AS b, core.edition AS e
JOIN (
    SELECT edition_id, count(*) AS figures FROM core.observation WHERE availability = 'reported' GROUP BY ALL
) AS o USING (edition_id)
LEFT JOIN edition_latest AS n USING (source_id, data_set)
GROUP BY e.source_id, e.data_set ORDER BY e.source_id, e.data_set
"""

_CHECKS: Final = """
SELECT CASE WHEN passed THEN 'passed' WHEN severity = 'warn' THEN 'warned' ELSE 'failed' END AS outcome, count(*)
FROM quality.expectation_result SEMI JOIN meta.build USING (build_id) GROUP BY ALL
"""

# The last year that is no estimate is that of the Alliance's own total, or of the United States in partial editions.
_COUNTS: Final = """
WITH years AS (
    SELECT max(year) AS last_year, max(year) FILTER (WHERE status = 'actual') AS outturn_year
    FROM core.observation
    WHERE edition_id = $1 AND indicator = 'defence_share_of_gdp' AND availability = 'reported'
)
SELECT g.rule_id, g.title, l.year, l.met, l.members, l.not_reported,
       o.year, o.met, o.members, o.not_reported
FROM years
CROSS JOIN core.guideline AS g
JOIN mart.compliance_count AS l ON l.rule_id = g.rule_id AND l.edition_id = $1 AND l.year = years.last_year
LEFT JOIN mart.compliance_count AS o ON o.rule_id = g.rule_id AND o.edition_id = $1 AND o.year = years.outturn_year
WHERE g.scope = 'NATO' AND l.met + l.not_met > 0
ORDER BY g.adopted_on, g.rule_id
"""

# Rules of the same measure and threshold change together: the oldest represents them all.
_CHANGES: Final = """
SELECT arg_min(g.title, g.adopted_on), c.name, h.year, h.old_value, h.new_value, h.change = 'entered', h.from_edition_id
FROM mart.headline_audit AS h
JOIN core.guideline AS g USING (rule_id)
JOIN core.country AS c ON c.iso3 = h.entity
WHERE h.edition_id = $1 AND g.scope = 'NATO' AND h.in_force
GROUP BY g.indicator, g.threshold_pct, c.name, h.year, h.old_value, h.new_value, h.change, h.from_edition_id
ORDER BY h.year DESC, g.indicator, g.threshold_pct, c.name
"""

_COMPARED: Final = """
SELECT DISTINCT h.from_edition_id, h.edition_id FROM mart.headline_audit AS h JOIN core.guideline AS g USING (rule_id)
WHERE h.edition_id = $1 AND g.scope = 'NATO'
"""

_GAPS: Final = """
SELECT c.name, m.year, m.value, m.gap_pp, m.gap_usd_current_m
FROM mart.compliance AS m JOIN core.country AS c ON c.iso3 = m.entity
WHERE m.rule_id = $1 AND m.edition_id = $2 AND m.gap_pp > 0
  AND m.year = (SELECT max(year) FROM mart.compliance WHERE edition_id = $2 AND value IS NOT NULL)
ORDER BY m.gap_pp DESC LIMIT 3
"""
