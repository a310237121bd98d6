"""What is known of each fault: the reviewed table outcomes.csv, and how a trial becomes a row of it.

Belongs here: making, reading and writing that table and the reasons in it. Does not belong here: the page made of it
(table).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.faults.effects import figures_changed, share_moved_pp, shows_in_revisions, verdicts_moved, warned_beyond
from tests.faults.model import CARRIERS, Edition, Fault, edition_before, good_edition
from tests.faults.trial import Bench, Trial

OUTCOMES: Final = Path(__file__).with_name("outcomes.csv")
REASONS: Final = Path(__file__).with_name("reasons.csv")
WORTH_CATCHING_PP: Final = 0.05
REFUSED, WARNED, IN_REVISIONS, UNSEEN, HARMLESS = "refused", "warned", "seen in revisions only", "unseen", "harmless"
FATES: Final = (REFUSED, WARNED, IN_REVISIONS, UNSEEN, HARMLESS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault: a row of outcomes.csv but for the reason. Names are joined by a blank.

    Counts are against the good edition. What a parser refused was not read: its counts are 0.
    """

    fault: str
    gate: str
    refused_by: str
    warned_by: str
    figures_changed: int
    share_moved_pp: float
    verdicts_moved: int
    revision_rows: int

    @property
    def fate(self) -> str:
        """Refused is caught; a warning, or a row of mart.revision, needs somebody who looks."""
        if self.refused_by:
            return REFUSED
        if self.warned_by:
            return WARNED
        if self.revision_rows:
            return IN_REVISIONS
        return UNSEEN if self.figures_changed else HARMLESS

    @property
    def weighty(self) -> bool:
        """Moves a published share by 0.05 pp or more, or a verdict."""
        return round(self.share_moved_pp, 6) >= WORTH_CATCHING_PP or self.verdicts_moved > 0


class Trials:
    """Tries faults on one bench; each good edition is tried once."""

    def __init__(self, published: Path) -> None:
        self._bench = Bench(published)
        self._good: dict[str, Trial] = {}

    def outcome(self, fault: Fault) -> Outcome:
        good, spoiled = self.good(fault.carrier), self._run(fault.carrier, fault.spoiled())
        # Under a wrong day every figure is wrong, though none is changed.
        changed = spoiled.rows.height if fault.redated else figures_changed(spoiled, good)
        return Outcome(
            fault=fault.id,
            gate=spoiled.gate,
            refused_by=" ".join(spoiled.refused_by),
            warned_by=" ".join(warned_beyond(spoiled, good)),
            figures_changed=changed,
            share_moved_pp=round(share_moved_pp(spoiled, good), 4),
            verdicts_moved=verdicts_moved(spoiled, good),
            revision_rows=shows_in_revisions(spoiled, good),
        )

    def good(self, carrier: str) -> Trial:
        """The trial of the good edition."""
        if carrier not in self._good:
            self._good[carrier] = self._run(carrier, good_edition(carrier))
        return self._good[carrier]

    def _run(self, carrier: str, edition: Edition) -> Trial:
        with TemporaryDirectory() as folder:
            return self._bench.try_edition(Path(folder), CARRIERS[carrier], edition_before(carrier), edition)


def read_outcomes() -> dict[str, Outcome]:
    """The reviewed outcomes by fault."""
    return {row["fault"]: _outcome(row) for row in _rows(OUTCOMES)}


def read_reasons() -> dict[str, str]:
    """By fault, why what is not refused cannot be told from a revision: a name of `reasons()`."""
    return {row["fault"]: row["reason"] for row in _rows(OUTCOMES) if row["reason"]}


def reasons() -> dict[str, str]:
    """The reasons by name."""
    return {row["reason"]: row["text"] for row in _rows(REASONS)}


def write_outcomes(outcomes: Iterable[Outcome]) -> None:
    """Write the table anew; a reason stays while the fault is not refused."""
    known = read_reasons() if OUTCOMES.exists() else {}
    with OUTCOMES.open("w", newline="") as file:
        names = [*(field.name for field in fields(Outcome)), "reason"]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        for outcome in outcomes:
            reason = "" if outcome.fate in {REFUSED, HARMLESS} else known.get(outcome.fault, "")
            writer.writerow({**asdict(outcome), "reason": reason})


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _outcome(row: dict[str, str]) -> Outcome:
    return Outcome(
        fault=row["fault"],
        gate=row["gate"],
        refused_by=row["refused_by"],
        warned_by=row["warned_by"],
        figures_changed=int(row["figures_changed"]),
        share_moved_pp=float(row["share_moved_pp"]),
        verdicts_moved=int(row["verdicts_moved"]),
        revision_rows=int(row["revision_rows"]),
    )
