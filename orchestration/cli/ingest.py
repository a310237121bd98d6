"""`burden ingest`: hand in a file, and decide on an edition or on single figures of it.

Belongs here: the commands. Does not belong here: what a decision does (orchestration.ingest.by_hand), whether a payload
is accepted (ingest.acceptance).

A decision is a line of the journal: reason, author, time, and the printed value that it concerns. It takes
effect in the next run.
"""

from __future__ import annotations

from typing import Annotated, Final

import polars as pl
import typer
from rich.console import Console

from orchestration.cli.author import Author, word
from orchestration.cli.land import land, retry
from orchestration.ingest import by_hand
from orchestration.ingest.actions import ROLL_BACK, Actions
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import LandingStore, accept_command, next_command
from orchestration.ingest.source_health import waiting_figures, waiting_payloads
from orchestration.ingest.sources.registry import SOURCES
from transforms.normalise.withholding import withdrawn
from warehouse.reading.rendering import Format, print_rows
from warehouse.settings import data_dir

app: Final = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Hand in a file, accept or withdraw an edition, withhold figures."
)

Reason = Annotated[str, typer.Option(help="Why: it is published with the decision.")]
Output = Annotated[Format, typer.Option("--format", help="How rows are printed.")]

app.command("land")(land)
app.command("retry")(retry)


@app.command("accept")
def accept(
    edition: Annotated[str, typer.Argument(help="Edition, or the beginning of the SHA-256 of its bytes.")],
    reason: Reason,
    check: Annotated[
        list[str] | None, typer.Option(help="Only the figures that this check doubts; may be repeated.")
    ] = None,
    author: Author = "",
) -> None:
    """Accept an edition that is held or withdrawn, or the figures of one that are withheld, as printed.

    Example: burden ingest accept nato:2027-06-01 --reason "Table 3 as NATO printed it"
    """
    typer.echo(by_hand.accept(data_dir(), edition, word(author, reason), check or []))


@app.command("withdraw")
def withdraw(
    edition: Annotated[str, typer.Argument(help="Edition that landed, or the beginning of the SHA-256 of its bytes.")],
    reason: Reason,
    author: Author = "",
) -> None:
    """Withdraw an edition that landed: it is kept, and is part of no build until `burden ingest accept` takes it back.

    Example: burden ingest withdraw nato:2027-06-01 --reason "NATO has withdrawn the file"
    """
    typer.echo(by_hand.withdraw(data_dir(), edition, word(author, reason)))


@app.command("withhold")
def withhold(  # noqa: PLR0917 (one parameter an option)
    edition: Annotated[str, typer.Argument(help="Edition that prints the figures.")],
    entity: Annotated[str, typer.Option(help="Code of the country or aggregate, as core.observation has it.")],
    indicator: Annotated[str, typer.Option(help="Indicator, as core.observation has it.")],
    year: Annotated[str, typer.Option(help="Year, or first and last: 2024, 1992-2013.")],
    reason: Reason,
    currency: Annotated[str, typer.Option(help="Only figures in this currency.")] = "",
    price_basis: Annotated[str, typer.Option(help="Only figures at current or constant prices.")] = "",
    author: Author = "",
) -> None:
    """Withhold figures of an edition: they are missing instead, flagged `withheld`, as long as it prints these values.

    Example: burden ingest withhold sipri:1949-2025 --entity BLR --indicator defence_share_of_gdp --year 1992-2013
             --reason "a thousandfold: 1 490 % in 1992"
    """
    figures = by_hand.Figures(
        entity=entity, indicator=indicator, years=year, currency=currency, price_basis=price_basis
    )
    typer.echo(by_hand.withhold(data_dir(), edition, figures, word(author, reason)))


@app.command("list")
def list_waiting(
    output: Output = Format.TABLE,
    *,
    decided: Annotated[bool, typer.Option(help="Every decision.")] = False,
    handed_in: Annotated[bool, typer.Option(help="Every file that a person handed in or retried.")] = False,
) -> None:
    """What waits for a decision: editions that are held or refused, and figures that are withheld.

    Example: burden ingest list --format json
    """
    store, journal = LandingStore(data_dir()), Decisions(data_dir())
    if decided:
        print_rows(Console(), journal.read().with_columns(pl.col("action").cast(pl.String)), output)
        return
    if handed_in:
        print_rows(Console(), Actions(data_dir()).read().filter(pl.col("action") != ROLL_BACK), output)
        return
    print_rows(Console(), _waiting(store, journal.read()), output)


def _waiting(store: LandingStore, decisions: pl.DataFrame) -> pl.DataFrame:
    """One row an edition that did not land, or a check that keeps figures of one withheld."""
    editions = [
        {
            "edition_id": p.edition_id,
            "state": r.verdict,
            "by": ", ".join(r.checks) or r.place,
            "figures": None,
            "command": next_command(p, r),
        }
        for source_id in SOURCES
        for p, r in waiting_payloads(store, source_id)
    ]
    figures = [
        {**row, "state": "withheld", "by": row["check_id"]} for row in waiting_figures(data_dir()).iter_rows(named=True)
    ]
    gone = [
        {
            "edition_id": row["edition_id"],
            "state": "withdrawn",
            "by": row["check_id"],
            "figures": None,
            "command": accept_command(row["edition_id"]),
        }
        for row in withdrawn(decisions).iter_rows(named=True)
    ]
    schema = {"edition_id": pl.String, "state": pl.String, "by": pl.String, "figures": pl.Int64, "command": pl.String}
    return pl.DataFrame([*editions, *figures, *gone], schema=schema)
