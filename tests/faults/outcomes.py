"""What is known of each fault: the reviewed table outcomes.csv, and how a trial becomes a row of it.

Belongs here: reading, writing and judging that table. Does not belong here: the page made of it (table).
"""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.faults.effects import figures_changed, share_moved_pp, shows_in_revisions, verdicts_moved, warned_beyond
from tests.faults.model import CARRIERS, Edition, Fault, good_edition
from tests.faults.trial import Bench, Trial

OUTCOMES: Final = Path(__file__).with_name("outcomes.csv")
WORTH_CATCHING_PP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row of outcomes.csv. Names are joined by a blank; counts are against the good edition."""

    fault: str
    gate: str
    refused_by: str
    warned_by: str
    figures_changed: int
    share_moved_pp: float
    verdicts_moved: int
    revision_rows: int

    @property
    def caught(self) -> bool:
        return bool(self.refused_by or self.warned_by)

    @property
    def harmless(self) -> bool:
        """Landed with the very figures of the good edition."""
        return not self.caught and self.figures_changed == 0

    @property
    def weighty(self) -> bool:
        """Moves a published share by 0.05 pp or more, or a verdict."""
        return round(self.share_moved_pp, 6) >= WORTH_CATCHING_PP or self.verdicts_moved > 0


class Trials:
    """Tries faults on one bench; each good edition is tried once."""

    def __init__(self, published: Path) -> None:
        self._bench = Bench(published)
        self._good: dict[str, Trial] = {}

    def verdict(self, fault: Fault) -> Verdict:
        good, spoiled = self.good(fault.carrier), self._run(fault.carrier, fault.spoiled())
        return Verdict(
            fault=fault.id,
            gate=spoiled.gate,
            refused_by=" ".join(spoiled.refused_by),
            warned_by=" ".join(warned_beyond(spoiled, good)),
            figures_changed=figures_changed(spoiled, good),
            share_moved_pp=round(share_moved_pp(spoiled, good), 4),
            verdicts_moved=verdicts_moved(spoiled, good),
            revision_rows=shows_in_revisions(spoiled, good),
        )

    def good(self, carrier: str) -> Trial:
        if carrier not in self._good:
            self._good[carrier] = self._run(carrier, good_edition(carrier))
        return self._good[carrier]

    def _run(self, carrier: str, edition: Edition) -> Trial:
        with TemporaryDirectory() as folder:
            return self._bench.try_edition(Path(folder), CARRIERS[carrier], edition)


def read_outcomes() -> dict[str, Verdict]:
    """The reviewed outcomes by fault."""
    with OUTCOMES.open(newline="") as file:
        return {row["fault"]: _verdict(row) for row in csv.DictReader(file)}


def write_outcomes(verdicts: list[Verdict]) -> None:
    with OUTCOMES.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Verdict)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(verdict) for verdict in verdicts)


def _verdict(row: dict[str, str]) -> Verdict:
    return Verdict(
        row["fault"],
        row["gate"],
        row["refused_by"],
        row["warned_by"],
        int(row["figures_changed"]),
        float(row["share_moved_pp"]),
        int(row["verdicts_moved"]),
        int(row["revision_rows"]),
    )
