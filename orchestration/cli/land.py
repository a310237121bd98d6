"""`burden ingest land` and `retry`: hand in a file that could not be fetched, or one that was refused before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Final

import typer

from orchestration.cli.author import Author, word
from orchestration.ingest import by_hand
from orchestration.ingest.handed_in import Claims, payload_of
from orchestration.ingest.sources.registry import SOURCES
from warehouse.settings import data_dir

_BY_HAND: Final = "handed in by hand"
_AFTER_A_FIX: Final = "tried again after a fix"


def land(  # noqa: PLR0917 (one parameter an option)
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The source's own file.")],
    url: Annotated[str, typer.Option(help="Where the source publishes it.")],
    published: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of publication, where the file prints none.")
    ] = None,
    source: Annotated[str, typer.Option(help=f"{', '.join(SOURCES)}.")] = "nato",
    title: Annotated[str, typer.Option(help="Title of the publication, if not the source's usual one.")] = "",
    edition: Annotated[str | None, typer.Option(help="The edition that you expect; refused if it is another.")] = None,
    reason: Annotated[str, typer.Option(help="Why you hand it in.")] = _BY_HAND,
    author: Author = "",
    *,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say what it would change: nothing lands, nothing is published."),
    ] = False,
) -> None:
    """Put an edition into incoming/; the next `burden run` ingests it, or refuses it with the reason.

    What the file is, it says itself; what is said of it here, and its name, may not contradict it.

    With --dry-run the whole build runs on a copy, and the verdicts and figures that would change are printed. Exit
    code 0: it would be accepted and published; 1: it would be refused, held, or stop the build.

    Example: burden ingest land def-exp-2026-en.xlsx --published 2026-07-10 --url https://www.nato.int/…
    """
    payload = payload_of(file)
    day = published.date() if published else None
    claims = Claims(name=file.name, published_on=day, edition=edition, title=title)
    provenance = by_hand.identified(payload, source, claims, url=url)
    if not dry_run:
        typer.echo(by_hand.hand_in(data_dir(), payload, provenance, word(author, reason)))
        return
    from orchestration.rehearsal import rehearse_alone  # noqa: PLC0415 (Dagster: seconds, which landing does without)

    found = rehearse_alone(data_dir(), payload, provenance)
    typer.echo(found.as_text())
    if not found.would_be_published:
        raise typer.Exit(code=1)


def retry(
    sha256: Annotated[str, typer.Argument(help="Beginning of the refused payload's SHA-256.")],
    reason: Annotated[str, typer.Option(help="Why: what was fixed.")] = _AFTER_A_FIX,
    author: Author = "",
) -> None:
    """Take a refused payload in again, after a fix: quality.quarantine names it, and the command.

    Example: burden ingest retry 3f2a9c81b04e
    """
    typer.echo(by_hand.retry(data_dir(), sha256, word(author, reason)))
