"""Events of a data directory that are news once: an edition published, verdicts changed, a layout, a roll-back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import duckdb

from orchestration.ingest.actions import ROLL_BACK, Actions
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.source_health import newest_layout
from orchestration.ingest.sources.registry import SOURCES
from warehouse.reading.connect import OtherContractError, WarehouseMissingError, connect

_SHOWN: Final = 10  # differences of a layout: a moved sheet alone has dozens
_PUBLISHED: Final = """
SELECT e.edition_id, e.title, e.published_on, e.origin, count(o.value)
FROM core.edition AS e LEFT JOIN core.observation AS o USING (edition_id)
GROUP BY e.edition_id, e.title, e.published_on, e.origin, e.vintage_seq ORDER BY e.vintage_seq"""
_VERDICTS: Final = """
SELECT a.edition_id, a.from_edition_id, a.rule_id, g.title, c.name, a.entity, a.year, a.change, a.old_value,
       a.new_value, a.spending_part_pp, a.gdp_part_pp, a.method_part_pp, a.old_definition, a.new_definition, a.break_ids
FROM mart.headline_audit AS a JOIN core.guideline AS g USING (rule_id) JOIN core.country AS c ON c.iso3 = a.entity
     JOIN core.edition AS e ON e.edition_id = a.edition_id
WHERE a.in_force AND e.withdrawn_on IS NULL
ORDER BY e.vintage_seq, a.rule_id, a.year DESC, c.name"""


@dataclass(frozen=True, slots=True)
class Event:
    """One message about things that happened, a key and a line for each."""

    keys: tuple[str, ...]
    subject: str
    lines: tuple[str, ...]
    trouble: bool = False

    def only(self, known: Collection[str]) -> Event:
        """The event without what is known already."""
        new = [(key, line) for key, line in zip(self.keys, self.lines, strict=True) if key not in known]
        return replace(self, keys=tuple(key for key, _ in new), lines=tuple(line for _, line in new))


def news(root: Path, since: dt.datetime) -> list[Event] | None:
    """Every event that can be read now, in the order of messages; None while nothing is served that can be read.

    Of roll-backs, which stay in their journal for ever, those after `since`.
    """
    try:
        with connect(root) as warehouse:
            published, verdicts = _rows(warehouse, _PUBLISHED), _rows(warehouse, _VERDICTS)
    except (WarehouseMissingError, OtherContractError):
        return None
    return [*map(_edition, published), *_verdicts(verdicts), *_layouts(root), *_roll_backs(root, since)]


def _rows(warehouse: duckdb.DuckDBPyConnection, sql: str) -> Sequence[tuple[Any, ...]]:
    return warehouse.execute(sql).fetchall()


def _edition(row: tuple[Any, ...]) -> Event:
    edition_id, title, published_on, origin, figures = row
    line = f"{title}, published on {published_on:%d %B %Y}: {figures:,} figures ({origin}) are served now"
    return Event((f"published:{edition_id}",), f"{edition_id} is published", (line,))


def _verdicts(rows: Sequence[tuple[Any, ...]]) -> Iterator[Event]:
    """One message an edition: who, which rule, from and to, and why."""
    for edition_id in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == edition_id]
        keys = tuple(f"verdict:{row[0]}:{row[2]}:{row[5]}:{row[6]}:{row[7]}" for row in own)
        yield Event(keys, f"verdicts changed by {edition_id}", tuple(map(_verdict, own)), trouble=True)


def _verdict(row: tuple[Any, ...]) -> str:
    _, against, rule_id, title, name, _, year, change, old, new, *why, old_definition, new_definition, breaks = row
    verdict = "not met → met" if change == "entered" else "met → not met"
    parts = [
        f"{part} {round(value, 2) + 0.0:+.2f}"  # + 0.0: no negative zero
        for part, value in zip(("spending", "GDP", "method"), why, strict=True)
        if value is not None
    ]
    reasons = [
        f"{', '.join(parts)} points" if parts else "parts unknown: the editions share no money in constant prices",
        *([f"definition {old_definition} → {new_definition}"] if old_definition != new_definition else []),
        *([f"breaks {', '.join(breaks)}"] if breaks else []),
    ]
    values = f"{old:.2f} → {new:.2f} % against {against}"
    return f"{name} {year}, {title} ({rule_id}): {verdict}, {values}; {'; '.join(reasons)}"


def _layouts(root: Path) -> Iterator[Event]:
    """Newest editions whose layout is another than that of the edition before."""
    store = LandingStore(root)
    for source_id in SOURCES:
        found = newest_layout(store, source_id)
        if found and found[1].changes:
            edition_id, layout = found
            shown, more = layout.changes[:_SHOWN], len(layout.changes) - _SHOWN
            rest = f"; and {more} more, in the check layout_as_before" if more > 0 else ""
            text = f"against {layout.against}: {'; '.join(shown)}{rest}"
            yield Event((f"layout:{edition_id}",), f"{edition_id} landed in another layout", (text,), trouble=True)


def _roll_backs(root: Path, since: dt.datetime) -> Iterator[Event]:
    for row in Actions(root).read().iter_rows(named=True):
        if row["action"] == ROLL_BACK and row["acted_at"].replace(tzinfo=dt.UTC) > since:
            line = f"{row['author']}, {row['acted_at']:%Y-%m-%d %H:%M} UTC: {row['reason']}"
            yield Event((f"roll_back:{row['acted_at'].isoformat()}",), f"rolled back to {row['subject']}", (line,))
