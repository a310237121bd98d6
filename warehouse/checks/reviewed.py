"""Checks that leave out what a person has reviewed, and the check on each exception that it still explains something.

The query of such a check has a row for every figure tested, with `deviation` and `tolerance` as fractions; the
exception's `largest` is in percent. It is a relation by the id of the check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from warehouse.contracts.model import Expectation, expired_exceptions

# The query itself looks at the exceptions, and a check of its own says when one has expired.
OF_THE_QUERY: Final = "in the query"
# Which exceptions `x` speak of a deviation `d`. One of an edition holds for every issue of it (new bytes under the old
# name are `…:issue-2`); one of a source for all of its editions (what happened in the world), and expires when no
# edition of the batch needs it.
_SPEAKS_OF: Final[Mapping[str, str]] = {
    "by edition": "x.edition_id = split_part(d.edition_id, ':issue-', 1) AND x.entity = d.entity",
    "by source": "x.source_id = d.source_id AND x.indicator = d.indicator AND x.entity = d.entity",
}
EXCEPTIONS: Final = (*_SPEAKS_OF, OF_THE_QUERY)


def unless_reviewed(check_id: str, exceptions: str) -> str:
    """The deviations beyond their tolerance that no exception covers. `exceptions` is a key of the header."""
    return f"""SELECT * FROM (SELECT * FROM relation.{check_id} WHERE deviation > tolerance) d WHERE NOT EXISTS (
                  SELECT 1 FROM core_check_exception x
                  WHERE {_same(check_id, exceptions)} AND d.year BETWEEN x.year_from AND x.year_to AND d.deviation <= x.largest / 100)"""


def expired(check_id: str, exceptions: str, inlined: Callable[[str], str], topic: str | None) -> Expectation:
    """The check that each exception is still needed; one is tested where its years' ends are."""
    written = f"""SELECT x.exception_id, x.edition_id, x.entity, d.year, bool_or(d.deviation > d.tolerance) AS needed
                FROM core_check_exception x JOIN relation.{check_id} d ON {_same(check_id, exceptions)} AND d.year IN (x.year_from, x.year_to)
                GROUP BY ALL HAVING NOT needed"""
    return expired_exceptions(
        f"{check_id}_exceptions_still_apply",
        inlined(written),
        "an exception that no longer explains anything, or covers more years than it explains, is removed",
        topic=topic,
        written=written,
    )


def _same(check_id: str, exceptions: str) -> str:
    return f"x.check_id = '{check_id}' AND {_SPEAKS_OF[exceptions]}"
