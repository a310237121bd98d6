"""`python -m tests.faults.table`: tries the whole catalogue and writes what came of it; minutes.

Belongs here: outcomes.csv made anew, and docs/faults.md from it. Does not belong here: the trial, the catalogue, the
page's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Annotated, Final

import typer

from tests.faults.catalogue import FAULTS
from tests.faults.model import CARRIERS
from tests.faults.outcomes import REFUSED, Outcome, Trials, read_outcomes, write_outcomes
from tests.faults.page import PAGE, page
from warehouse.connect import data_dir

_AT_ONCE: Final = 10  # of one carrier, mostly: a process tries its good edition once


def main(
    carrier: Annotated[list[str] | None, typer.Option(help="Only the corruptions of these editions.")] = None,
    *,
    let_through: Annotated[bool, typer.Option(help="Only those that were not refused.")] = False,
    page_only: Annotated[bool, typer.Option("--page", help="Only the page, from outcomes.csv as it is.")] = False,
) -> None:
    """Try the corruptions on what `make run` published; write tests/faults/outcomes.csv and docs/faults.md.

    Both are reviewed as differences. A corruption that is not refused needs a reason in outcomes.csv.
    """
    if not page_only:
        known = read_outcomes() if carrier or let_through else {}
        chosen = [
            fault.id
            for fault in FAULTS.values()
            if (not carrier or fault.carrier in carrier)
            and not (let_through and fault.id in known and known[fault.id].fate == REFUSED)
        ]
        needed = dict.fromkeys(FAULTS[fault_id].carrier for fault_id in chosen)
        if missing := [name for name in needed if not CARRIERS[name].can_be_tried]:
            raise typer.BadParameter(f"needs the sources' own files beside the repository: {', '.join(missing)}")
        for outcome in _tried(chosen):
            known[outcome.fault] = outcome
            write_outcomes(known[fault_id] for fault_id in FAULTS if fault_id in known)
    PAGE.write_text(page(read_outcomes()))


_trials: dict[Path, Trials] = {}  # of this process


def _tried(fault_ids: list[str]) -> Iterator[Outcome]:
    with Pool() as pool:
        for count, outcome in enumerate(pool.imap(_try, fault_ids, chunksize=_AT_ONCE), start=1):
            by = outcome.refused_by or outcome.warned_by
            typer.echo(f"{count:4} of {len(fault_ids)}  {outcome.fault}: {outcome.fate}  {by}")
            yield outcome


def _try(fault_id: str) -> Outcome:
    if data_dir() not in _trials:
        _trials[data_dir()] = Trials(data_dir())
    return _trials[data_dir()].outcome(FAULTS[fault_id])


if __name__ == "__main__":
    typer.run(main)
