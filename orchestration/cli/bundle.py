"""`burden bundle`: makes the bundled editions again from the sources' own files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warehouse.errors import UsageError
from warehouse.settings import require_checkout

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def bundle(
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="Folder that holds nato/, sipri/, world_bank/, imf/, eurostat/."
        ),
    ],
    edition: Annotated[list[str] | None, typer.Option(help="Only these editions; all of them without it.")] = None,
) -> None:
    """Make the bundled editions from the sources' own files.

    [bold]Example[/]

      burden bundle payloads --edition nato:2024-06-17
    """
    from orchestration.ingest.bundle import ORIGINS, make_edition, write_edition  # noqa: PLC0415 (all the parsers)
    from orchestration.ingest.handed_in import payload_of  # noqa: PLC0415

    require_checkout()
    unknown = set(edition or ()) - set(ORIGINS)
    if unknown:
        raise UsageError(f"--edition: unknown {', '.join(sorted(unknown))}; known are {', '.join(ORIGINS)}")
    for edition_id in edition or ORIGINS:
        payload = payload_of(folder / ORIGINS[edition_id].file)
        figures, provenance = make_edition(edition_id, payload)
        path = write_edition(figures, provenance)
        rows = figures.count(b"\n") - 1
        typer.echo(f"{edition_id:28}{rows:7} figures  {path.parent.name}/{path.name}")
