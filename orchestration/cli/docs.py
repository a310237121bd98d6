"""`burden docs`: the data dictionary and the Data Docs, and where they are.

Belongs here: options and printing. Does not belong here: the dictionary (warehouse.publication.dictionary), the pages
(warehouse.publication.report).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warehouse.reading.connect import warehouse_path

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def docs(
    write: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Also write the dictionary of the contracts, as Markdown.")
    ] = None,
) -> None:
    """Where the documentation of what is served is: the data dictionary, and the Data Docs with every check.

    [bold]Examples[/]

      burden docs

      burden docs --write docs/dictionary.md
    """
    from warehouse.publication.dictionary import dictionary_markdown  # noqa: PLC0415 (all the contracts)

    if write is not None:
        write.write_text(dictionary_markdown(), encoding="utf-8")
        typer.echo(f"contracts        {write}")
    served = warehouse_path().parent
    typer.echo(f"data dictionary  {served / 'dictionary' / 'index.html'}")
    typer.echo(f"data docs        {served / 'quality' / 'index.html'}")
