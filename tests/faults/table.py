"""`python -m tests.faults.table`: tries the whole catalogue and writes what came of it; minutes.

Belongs here: outcomes.csv made anew, and docs/faults.md from it. Does not belong here: the trial, the catalogue, the
page's words.
"""

from __future__ import annotations

from multiprocessing import Pool
from pathlib import Path
from typing import Annotated

import typer

from tests.faults.catalogue import FAULTS
from tests.faults.model import CARRIERS
from tests.faults.outcomes import Outcome, Trials, read_outcomes, write_outcomes
from tests.faults.page import PAGE, page
from warehouse.connect import data_dir


def main(
    carrier: Annotated[list[str] | None, typer.Option(help="Only the corruptions of these editions.")] = None,
    *,
    page_only: Annotated[bool, typer.Option("--page", help="Only the page, from outcomes.csv as it is.")] = False,
) -> None:
    """Try the corruptions on what `make run` published; write tests/faults/outcomes.csv and docs/faults.md.

    Both are reviewed as differences. A corruption that is not refused needs a reason in outcomes.csv.
    """
    if not page_only:
        carriers = [name for name in CARRIERS if any(f.carrier == name for f in FAULTS.values())]
        chosen = [name for name in carriers if not carrier or name in carrier]
        if missing := [name for name in chosen if not CARRIERS[name].can_be_tried]:
            raise typer.BadParameter(f"needs the sources' own files beside the repository: {', '.join(missing)}")
        with Pool() as pool:
            found = pool.starmap(_try, [(name, data_dir()) for name in chosen], chunksize=1)
        known = read_outcomes() if carrier else {}
        known |= {outcome.fault: outcome for outcomes in found for outcome in outcomes}
        write_outcomes(known[fault_id] for fault_id in FAULTS)
    PAGE.write_text(page(read_outcomes()))


def _try(carrier: str, published: Path) -> list[Outcome]:
    trials, found = Trials(published), []
    for fault in FAULTS.values():
        if fault.carrier == carrier:
            found.append(trials.outcome(fault))
            typer.echo(f"{fault.id}: {found[-1].fate} {found[-1].refused_by or found[-1].warned_by}")
    return found


if __name__ == "__main__":
    typer.run(main)
