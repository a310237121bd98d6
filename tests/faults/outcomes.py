"""What is known of each fault: the reviewed table outcomes.csv, and how a trial becomes a row of it.

Belongs here: making, reading and writing that table and the reasons in it. Does not belong here: the page made of it
(table).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from tests.faults.effects import (
    figures_changed,
    published,
    revisions_changed,
    share_moved_pp,
    verdicts_moved,
    warned_beyond,
)
from tests.faults.model import CARRIERS, Edition, Fault, edition_before, good_edition
from tests.faults.trial import Bench, Trial

OUTCOMES: Final = Path(__file__).with_name("outcomes.csv")
REASONS: Final = Path(__file__).with_name("reasons.csv")
WORTH_CATCHING_PP: Final = 0.05
REFUSED, HELD, WITHHELD = "refused", "held", "withheld"
WARNED, IN_REVISIONS, UNSEEN, HARMLESS = "warned", "seen in revisions only", "unseen", "harmless"
FATES: Final = (REFUSED, HELD, WITHHELD, WARNED, IN_REVISIONS, UNSEEN, HARMLESS)
CAUGHT: Final = frozenset({REFUSED, HELD, WITHHELD})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault: a row of outcomes.csv but for the reason. Names are joined by a blank.

    Counts are against the good edition: of what it prints, and (`served_…`) of what is served of it and not withheld.
    What a parser refused was not read: its counts are 0.
    """

    fault: str
    gate: str
    refused_by: str = ""
    held_by: str = ""
    withheld_by: str = ""
    warned_by: str = ""
    figures_changed: int = 0
    share_moved_pp: float = 0.0
    verdicts_moved: int = 0
    served_changed: int = 0
    served_share_moved_pp: float = 0.0
    served_verdicts_moved: int = 0
    revision_rows: int = 0

    @property
    def fate(self) -> str:
        """Refused, held and withheld are caught; a warning, or a row of mart.revision, needs a person who looks.

        Withheld: of what the fault changed, nothing that moves a share or a verdict is served; where it moves neither,
        nothing at all (a currency that official rates contradict is withheld where it is read). Where other figures are
        withheld than those at fault, it is warned of.
        """
        if self.refused_by:
            return REFUSED
        if self.held_by:
            return HELD
        if self.withheld_by or self.warned_by:
            return WITHHELD if self._nothing_served else WARNED
        if self.revision_rows:
            return IN_REVISIONS
        return UNSEEN if self.figures_changed else HARMLESS

    @property
    def _nothing_served(self) -> bool:
        if self.withheld_by and self.weighty:
            return round(self.served_share_moved_pp, 6) < WORTH_CATCHING_PP and not self.served_verdicts_moved
        return self.figures_changed > 0 and self.served_changed == 0

    @property
    def weighty(self) -> bool:
        """Moves a published share by 0.05 pp or more, or a verdict."""
        return round(self.share_moved_pp, 6) >= WORTH_CATCHING_PP or self.verdicts_moved > 0


_BY: Final = ("refused_by", "held_by", "withheld_by", "warned_by")


def still_holds(reviewed: Outcome, found: Outcome) -> bool:
    """Whether a fault meets the fate that was reviewed: the checks named there speak, and others may speak too."""
    silent = {name for by in _BY for name in set(getattr(reviewed, by).split()) - set(getattr(found, by).split())}
    named = replace(found, **{by: getattr(reviewed, by) for by in _BY})
    return not silent and found.fate == reviewed.fate and named == reviewed


class Trials:
    """Tries faults on one bench. Each good edition is read once, and served once where a spoiled one is served."""

    def __init__(self, published: Path) -> None:
        self._bench = Bench(published)
        self._good: dict[str, Trial] = {}
        self._good_rows: dict[str, pl.DataFrame] = {}

    def outcome(self, fault: Fault) -> Outcome:
        """What comes of a fault."""
        spoiled = self._run(fault.carrier, fault.spoiled())
        by = " ".join(sorted(spoiled.stopped_by))
        outcome = Outcome(
            fault.id, spoiled.gate, refused_by="" if spoiled.held else by, held_by=by if spoiled.held else ""
        )
        if spoiled.printed.is_empty():
            return outcome
        good = self._rows(fault.carrier)
        outcome = replace(
            outcome,
            # Under a wrong day every figure is wrong, though none is changed.
            figures_changed=spoiled.printed.height if fault.redated else figures_changed(spoiled.printed, good),
            share_moved_pp=round(share_moved_pp(spoiled.printed, good), 4),
            verdicts_moved=verdicts_moved(spoiled.printed, good),
        )
        return outcome if by else self._served(outcome, fault, spoiled, good)

    def _served(self, outcome: Outcome, fault: Fault, spoiled: Trial, good: pl.DataFrame) -> Outcome:
        """The outcome of a fault that landed: what of it is served, and what speaks of it."""
        served, compared = published(spoiled.served, good)
        of_good = self.good(fault.carrier)
        return replace(
            outcome,
            withheld_by=" ".join(warned_beyond(spoiled.withheld, of_good.withheld)),
            warned_by=" ".join(warned_beyond(spoiled.warned, of_good.warned)),
            served_changed=served.height if fault.redated else figures_changed(served, compared),
            served_share_moved_pp=round(share_moved_pp(served, compared), 4),
            served_verdicts_moved=verdicts_moved(served, compared),
            revision_rows=revisions_changed(spoiled.revisions, of_good.revisions),
        )

    def good(self, carrier: str) -> Trial:
        """The trial of the good edition."""
        if carrier not in self._good:
            self._good[carrier] = self._run(carrier, good_edition(carrier))
        return self._good[carrier]

    def _rows(self, carrier: str) -> pl.DataFrame:
        if carrier not in self._good_rows:
            with TemporaryDirectory() as folder:
                self._good_rows[carrier] = self._bench.read(Path(folder), CARRIERS[carrier], good_edition(carrier))
        return self._good_rows[carrier]

    def _run(self, carrier: str, edition: Edition) -> Trial:
        with TemporaryDirectory() as folder:
            return self._bench.try_edition(Path(folder), CARRIERS[carrier], edition_before(carrier), edition)


def read_outcomes() -> dict[str, Outcome]:
    """The reviewed outcomes by fault."""
    return {row["fault"]: _outcome(row) for row in _rows(OUTCOMES)}


def read_reasons() -> dict[str, str]:
    """By fault, why what is not caught cannot be distinguished from a revision: a name of `reasons()`."""
    return {row["fault"]: row["reason"] for row in _rows(OUTCOMES) if row["reason"]}


def reasons() -> dict[str, str]:
    """The reasons by name."""
    return {row["reason"]: row["text"] for row in _rows(REASONS)}


def write_outcomes(outcomes: Iterable[Outcome]) -> None:
    """Rewrite the table; a reason stays while the fault is not caught."""
    known = read_reasons() if OUTCOMES.exists() else {}
    with OUTCOMES.open("w", newline="") as file:
        names = [*(field.name for field in fields(Outcome)), "reason"]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        for outcome in outcomes:
            reason = "" if outcome.fate in {*CAUGHT, HARMLESS} else known.get(outcome.fault, "")
            writer.writerow({**asdict(outcome), "reason": reason})


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _outcome(row: dict[str, str]) -> Outcome:
    return Outcome(
        fault=row["fault"],
        gate=row["gate"],
        refused_by=row["refused_by"],
        held_by=row["held_by"],
        withheld_by=row["withheld_by"],
        warned_by=row["warned_by"],
        figures_changed=int(row["figures_changed"]),
        share_moved_pp=float(row["share_moved_pp"]),
        verdicts_moved=int(row["verdicts_moved"]),
        served_changed=int(row["served_changed"]),
        served_share_moved_pp=float(row["served_share_moved_pp"]),
        served_verdicts_moved=int(row["served_verdicts_moved"]),
        revision_rows=int(row["revision_rows"]),
    )
