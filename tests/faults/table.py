"""`python -m tests.faults.table`: tries the whole catalogue and writes what came of it; minutes."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Final

import typer

from tests.faults.catalogue import FAULTS
from tests.faults.model import CARRIERS
from tests.faults.outcomes import CAUGHT, Outcome, Trials, read_outcomes, write_outcomes
from tests.faults.page import PAGE, page
from warehouse.settings import data_dir

_AT_ONCE: Final = 10  # of one carrier, mostly: a process tries its good edition once


def main(
    check: Annotated[list[str] | None, typer.Option(help="Only those that these checks speak of.")] = None,
    *,
    let_through: Annotated[bool, typer.Option(help="Only those that were not caught.")] = False,
    processes: Annotated[int | None, typer.Option(help="At once; as many as there are cores without it.")] = None,
    page_only: Annotated[bool, typer.Option("--page", help="Only the page, from outcomes.csv as it is.")] = False,
) -> None:
    """Try the corruptions on what `make run` published; write tests/faults/outcomes.csv and docs/faults.md.

    Both are reviewed as differences. A corruption that is not caught needs a reason in outcomes.csv.
    """
    if not page_only:
        chosen_only = bool(check) or let_through
        known = read_outcomes()
        chosen = [name for name in FAULTS if not chosen_only or _is_chosen(known.get(name), check or [], let_through)]
        needed = dict.fromkeys(FAULTS[fault_id].carrier for fault_id in chosen)
        if missing := [name for name in needed if not CARRIERS[name].can_be_tried]:
            raise typer.BadParameter(f"needs the sources' own files next to the repository: {', '.join(missing)}")
        for outcome in _tried(chosen, processes):
            known[outcome.fault] = outcome
            write_outcomes(known[fault_id] for fault_id in FAULTS if fault_id in known)
    PAGE.write_text(page(read_outcomes()))


def _is_chosen(outcome: Outcome | None, checks: list[str], let_through: bool) -> bool:  # noqa: FBT001 (an option)
    """A corruption without an outcome always is."""
    if outcome is None:
        return True
    spoke = {
        *outcome.refused_by.split(),
        *outcome.held_by.split(),
        *outcome.withheld_by.split(),
        *outcome.warned_by.split(),
    }
    return (let_through and outcome.fate not in CAUGHT) or not spoke.isdisjoint(checks)


_trials: dict[Path, Trials] = {}  # of this process


def _tried(fault_ids: list[str], processes: int | None) -> Iterator[Outcome]:
    # A fork of a process in which polars has threads waits for ever.
    with get_context("spawn").Pool(processes) as pool:
        for count, outcome in enumerate(pool.imap(_try, fault_ids, chunksize=_AT_ONCE), start=1):
            by = outcome.refused_by or outcome.held_by or outcome.withheld_by or outcome.warned_by
            typer.echo(f"{count:4} of {len(fault_ids)}  {outcome.fault}: {outcome.fate}  {by}")
            yield outcome


def _try(fault_id: str) -> Outcome:
    if data_dir() not in _trials:
        _trials[data_dir()] = Trials(data_dir())
    return _trials[data_dir()].outcome(FAULTS[fault_id])


if __name__ == "__main__":
    typer.run(main)
