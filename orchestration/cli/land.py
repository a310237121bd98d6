"""`python -m orchestration.cli.land`: hand in a file that could not be fetched, or that was refused before.

Belongs here: the command. Does not belong here: what the file is (handed_in), whether it is accepted (intake).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.sources.registry import SOURCES
from transforms.errors import RefusedInputError
from warehouse.settings import data_dir


def main(  # noqa: PLR0917 (one parameter an option)
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="The source's own file.")] = None,
    published: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of publication, where the file prints none.")
    ] = None,
    url: Annotated[str, typer.Option(help="Where the source publishes it.")] = "",
    source: Annotated[str, typer.Option(help=f"{', '.join(SOURCES)}.")] = "nato",
    title: Annotated[str, typer.Option(help="Title of the publication, if not the source's usual one.")] = "",
    edition: Annotated[str | None, typer.Option(help="The edition that you expect; refused if it is another.")] = None,
    retry: Annotated[str | None, typer.Option(help="Beginning of a refused payload's SHA-256, after a fix.")] = None,
) -> None:
    """Put an edition into incoming/; the next `make run` takes it in, or refuses it with its reason.

    Example: python -m orchestration.cli.land def-exp-2026-en.xlsx --published 2026-07-10 --url https://www.nato.int/…
    What the file is, it says itself; what is said of it here, and its name, may not contradict it.
    With --retry, and no file: move a refused payload from quarantine back to incoming/ (quality.quarantine names it).
    """
    if retry is not None:
        if file is not None:
            raise typer.BadParameter("a file or --retry, not both")
        _retry(retry)
    elif file is None or not url:
        raise typer.BadParameter("expected FILE with --url, or --retry")
    else:
        day = published.date() if published else None
        _deposit(file, source, Claims(name=file.name, published_on=day, edition=edition, title=title), url=url)


def _retry(prefix: str) -> None:
    try:
        waiting = LandingStore(data_dir()).retry(prefix)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{waiting.provenance.edition_id} waits for intake again; `make run` takes it in")


def _deposit(file: Path, source: str, claims: Claims, *, url: str) -> None:
    payload = file.read_bytes()
    try:
        provenance = provenance_of(source, payload, claims, url=url)
    except RefusedInputError as error:
        raise typer.BadParameter(str(error)) from error
    if LandingStore(data_dir()).deposit(payload, provenance) is None:
        typer.echo("these bytes have landed already: same bytes, no new edition")
        return
    typer.echo(f"{provenance.edition_id} waits for intake; `make run` takes it in")


if __name__ == "__main__":
    from orchestration.cli.burden import main as run_and_exit

    run_and_exit(lambda: typer.run(main))
