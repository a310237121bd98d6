"""Checks that leave out what a person has reviewed, and the check on each exception that it still explains something.

Belongs here: how core.check_exception bears on a check. Does not belong here: the checks, and the exceptions themselves
(transforms/registers/check_exceptions.csv).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from warehouse.contracts.model import Expectation, Question, Severity, expired_exceptions, offending_rows

# An exception holds for every issue of its edition (new bytes under the old name are `…:issue-2`).
_OF_EDITION: Final = "split_part(d.edition_id, ':issue-', 1)"
_STILL_APPLY: Final = "_exceptions_still_apply"


def reviewed(
    check_id: str,
    deviations: str,
    reason: str,
    severity: Severity = "error",
    *,
    question: Question,
    concerns: Sequence[str] = (),
) -> tuple[Expectation, Expectation]:
    """A check with exceptions by edition, and the check that each of them is still needed.

    `deviations` has a row for every figure tested: edition_id, entity, year, and deviation and tolerance as fractions; the
    exception's `largest` is in percent.
    """
    same = f"x.check_id = '{check_id}' AND x.edition_id = {_OF_EDITION} AND x.entity = d.entity"
    return _reviewed(check_id, deviations, same, reason, severity, question, concerns)


def reviewed_in_all_editions(
    check_id: str,
    deviations: str,
    reason: str,
    severity: Severity = "error",
    *,
    question: Question,
    concerns: Sequence[str] = (),
) -> tuple[Expectation, Expectation]:
    """The same with exceptions for every edition of a source: what happened in the world. One expires when no edition
    of the batch needs it. `deviations` also gives source_id and indicator.
    """
    same = f"""x.check_id = '{check_id}' AND x.source_id = d.source_id AND x.indicator = d.indicator AND x.entity = d.entity"""
    return _reviewed(check_id, deviations, same, reason, severity, question, concerns)


def _reviewed(  # noqa: PLR0917 (handed on by the two above)
    check_id: str,
    deviations: str,
    same: str,
    reason: str,
    severity: Severity,
    question: Question,
    concerns: Sequence[str],
) -> tuple[Expectation, Expectation]:
    """`same` says which exceptions `x` speak of a deviation `d`; an exception is tested where its years' ends are."""
    broken = f"SELECT * FROM ({deviations}) WHERE deviation > tolerance"
    return (
        offending_rows(
            check_id,
            f"""SELECT * FROM ({broken}) d WHERE NOT EXISTS (
                  SELECT 1 FROM core_check_exception x
                  WHERE {same} AND d.year BETWEEN x.year_from AND x.year_to AND d.deviation <= x.largest / 100)""",
            reason,
            severity,
            question=question,
            concerns=concerns,
        ),
        expired_exceptions(
            f"{check_id}{_STILL_APPLY}",
            f"""SELECT x.exception_id, x.edition_id, x.entity, d.year, bool_or(d.deviation > d.tolerance) AS needed
                FROM core_check_exception x JOIN ({deviations}) d ON {same} AND d.year IN (x.year_from, x.year_to)
                GROUP BY ALL HAVING NOT needed""",
            "an exception that no longer explains anything, or covers more years than it explains, is removed",
        ),
    )


def with_exceptions(expectations: Iterable[Expectation]) -> tuple[str, ...]:
    """Checks that core.check_exception may except from: those beside one that says when an exception has expired."""
    ids = {expectation.id: None for expectation in expectations}
    return tuple(name for name in ids if f"{name}{_STILL_APPLY}" in ids)
