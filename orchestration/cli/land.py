"""`burden ingest land` and `retry`: hand in a file that could not be fetched, or one that was refused before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.sources.registry import SOURCES
from transforms.errors import RefusedInputError
from warehouse.errors import UsageError
from warehouse.settings import data_dir


def land(  # noqa: PLR0917 (one parameter an option)
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The source's own file.")],
    url: Annotated[str, typer.Option(help="Where the source publishes it.")],
    published: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of publication, where the file prints none.")
    ] = None,
    source: Annotated[str, typer.Option(help=f"{', '.join(SOURCES)}.")] = "nato",
    title: Annotated[str, typer.Option(help="Title of the publication, if not the source's usual one.")] = "",
    edition: Annotated[str | None, typer.Option(help="The edition that you expect; refused if it is another.")] = None,
) -> None:
    """Put an edition into incoming/; the next `burden run` ingests it, or refuses it with the reason.

    What the file is, it says itself; what is said of it here, and its name, may not contradict it.

    Example: burden ingest land def-exp-2026-en.xlsx --published 2026-07-10 --url https://www.nato.int/…
    """
    payload = file.read_bytes()
    day = published.date() if published else None
    try:
        provenance = provenance_of(
            source, payload, Claims(name=file.name, published_on=day, edition=edition, title=title), url=url
        )
    except RefusedInputError as error:
        raise UsageError(str(error)) from error
    if LandingStore(data_dir()).deposit(payload, provenance) is None:
        typer.echo("these bytes have landed already: same bytes, no new edition")
        return
    typer.echo(f"{provenance.edition_id} waits to be ingested; `burden run` ingests it")


def retry(
    sha256: Annotated[str, typer.Argument(help="Beginning of the refused payload's SHA-256.")],
) -> None:
    """Take a refused payload in again, after a fix: quality.quarantine names it, and the command.

    Example: burden ingest retry 3f2a9c81b04e
    """
    try:
        waiting = LandingStore(data_dir()).retry(sha256)
    except ValueError as error:
        raise UsageError(str(error)) from error
    typer.echo(f"{waiting.provenance.edition_id} waits to be ingested again; `burden run` ingests it")
