"""`burden publication`: the publications that are kept, the way back to one, and the copy of one in DuckLake."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from orchestration.cli.author import Author, word
from orchestration.ingest.actions import ROLL_BACK, Actions
from warehouse.publication.ducklake import Lake, write_snapshot
from warehouse.publication.publish import publications
from warehouse.reading.connect import DamagedPublicationError, schema_version_of, warehouse_path
from warehouse.reading.rendering import Format, console, print_rows
from warehouse.settings import data_dir, ducklake

app: Final = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="List the publications that are kept; go back to one; copy what is served into DuckLake.",
)
_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "build_id": pl.String,
    "served": pl.Boolean,
    "last_served_at": pl.Datetime,
    "schema_version": pl.String,
    "megabytes": pl.Float64,
}


@app.command("list")
def list_kept(
    output: Annotated[Format, typer.Option("--format", "-f", help="How rows are printed.")] = Format.TABLE,
) -> None:
    """The publications that are kept: the one that is served first, then those served last; moments are UTC.

    [bold]Example[/]

      burden publication list
    """
    rows = [
        {
            "build_id": kept.build_id,
            "served": kept.is_current,
            "last_served_at": kept.last_served_at.replace(microsecond=0, tzinfo=None),
            "schema_version": _version_of(kept.database),
            "megabytes": round(kept.bytes / 1e6, 1),
        }
        for kept in publications(data_dir())
    ]
    print_rows(console(), pl.DataFrame(rows, schema=_SCHEMA), output)


def _version_of(database: Path) -> str | None:
    """`damaged` for a file that cannot be opened: it hides no other publication."""
    try:
        return schema_version_of(database)
    except DamagedPublicationError:
        return "damaged"


@app.command("roll-back")
def go_back(
    build: Annotated[str, typer.Argument(help="Build id, as `burden publication list` prints it.")],
    reason: Annotated[str, typer.Option(help="Why: it is kept with who and when.")] = "no reason given",
    author: Author = "",
) -> None:
    """Serve a kept publication again. Readers keep what they opened; a later run publishes a new one.

    [bold]Example[/]

      burden publication roll-back 20261127T140708-429a7257 --reason "the new edition is in doubt"
    """
    from orchestration.ingest.by_hand import go_back as serve_again  # noqa: PLC0415 (all parsers, which a list needs not)

    served = serve_again(data_dir(), build, word(author, reason))
    typer.echo(f"{served.build_id} is served: {served.path}")


@app.command("roll-backs")
def list_roll_backs(
    output: Annotated[Format, typer.Option("--format", "-f", help="How rows are printed.")] = Format.TABLE,
) -> None:
    """Every roll-back: when, who, to which publication, and why.

    [bold]Example[/]

      burden publication roll-backs
    """
    print_rows(console(), Actions(data_dir()).read().filter(pl.col("action") == ROLL_BACK).drop("action"), output)


@app.command("ducklake")
def copy_into_ducklake(
    follow: Annotated[
        int | None, typer.Option(min=1, help="Stay, and look for a new publication every so many seconds.")
    ] = None,
) -> None:
    """Make what is served the newest snapshot of a DuckLake, where it is not yet: all tables in one transaction.

    BURDEN_DUCKLAKE names its catalogue, BURDEN_DUCKLAKE_FILES the folder or object store of its files.

    [bold]Example[/]

      BURDEN_DUCKLAKE="postgres:dbname=lake host=127.0.0.1" BURDEN_DUCKLAKE_FILES=/srv/lake burden publication ducklake
    """
    lake = Lake(*ducklake())
    copied = None
    while True:
        served = warehouse_path().parent
        if served != copied:
            snapshot, copied = write_snapshot(served, lake), served
            said = f"{len(snapshot.written)} tables written" if snapshot.written else "there already"
            typer.echo(f"{snapshot.build_id}: snapshot {snapshot.snapshot_id}, {said}")
        if follow is None:
            return
        time.sleep(follow)
