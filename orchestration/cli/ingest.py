"""`burden ingest`: hand in a file, and decide on an edition or on single figures of it.

Belongs here: the commands, and recording a person's decisions. Does not belong here: what a decision does
(transforms.normalise.withholding), whether a payload is accepted (ingest.acceptance).

A decision is a line of the journal: reason, author, time, and the printed value that it concerns. It takes
effect in the next run.
"""

from __future__ import annotations

import datetime as dt
import getpass
import re
from typing import Annotated, Final

import polars as pl
import typer
from rich.console import Console

from orchestration.cli.land import land, retry
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import (
    Landed,
    LandingStore,
    Provenance,
    Refusal,
    accept_command,
    next_command,
)
from orchestration.ingest.parsing import edition_rows, observations
from transforms.normalise.withholding import (
    ACCEPT,
    BY_HAND,
    DECISION_SCHEMA,
    FIGURE,
    GATE,
    WITHDRAW,
    WITHHOLD,
    edition_name,
    newest_word,
    withdrawn,
)
from warehouse.errors import UsageError
from warehouse.reading.rendering import Format, print_rows
from warehouse.settings import data_dir

app: Final = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Hand in a file, accept or withdraw an edition, withhold figures."
)
_NEXT: Final = "it takes effect in the next `burden run`"
_A_HASH: Final = re.compile(r"[0-9a-f]{6,64}")

Reason = Annotated[str, typer.Option(help="Why: it is published with the decision.")]
Author = Annotated[str, typer.Option(help="Who decides; the user's name on this machine without it.")]
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
    store, journal = LandingStore(data_dir()), Decisions(data_dir())
    waiting = [(p, r) for p, r in store.refused() if _is_meant(p, edition)]
    if len(waiting) > 1:
        raise UsageError(f"{edition}: expected one payload, found {', '.join(p.sha256[:12] for p, _ in waiting)}")
    if waiting:
        typer.echo(_accept_held(store, journal, *waiting[0], checks=check or [], words=(reason, author)))
        return
    landed = _landed(store, edition)
    taken_back = withdrawn(journal.read()).filter(pl.col("sha256") == landed.provenance.sha256)
    if not taken_back.is_empty():
        journal.append(_stamped(taken_back, ACCEPT, reason, author))
        typer.echo(f"{landed.provenance.edition_id}: accepted again; the next `burden run` builds with it")
        return
    name = landed.provenance.edition_id.partition(":issue-")[0]
    withheld = newest_word(journal.read()).filter(edition_name() == name, pl.col("action") == WITHHOLD)
    _refuse_unknown(check or [], withheld["check_id"].unique().sort().to_list())
    chosen = withheld.filter(pl.col("check_id").is_in(check)) if check else withheld
    if chosen.is_empty():
        raise UsageError(
            f"{landed.provenance.edition_id}: no figure of it is withheld; `burden ingest list` shows what waits"
        )
    journal.append(_stamped(chosen, ACCEPT, reason, author))
    typer.echo(f"{landed.provenance.edition_id}: {chosen.select(FIGURE).n_unique()} figures accepted; {_NEXT}")


@app.command("withdraw")
def withdraw(
    edition: Annotated[str, typer.Argument(help="Edition that landed, or the beginning of the SHA-256 of its bytes.")],
    reason: Reason,
    author: Author = "",
) -> None:
    """Withdraw an edition that landed: it is kept, and is part of no build until `burden ingest accept` takes it back.

    Example: burden ingest withdraw nato:2027-06-01 --reason "NATO has withdrawn the file"
    """
    store, journal = LandingStore(data_dir()), Decisions(data_dir())
    landed = _landed(store, edition)
    name, sha256 = landed.provenance.edition_id, landed.provenance.sha256
    if sha256 in withdrawn(journal.read())["sha256"]:
        raise UsageError(f"{name} is withdrawn already; `burden ingest accept {name}` takes it back")
    journal.append(_stamped(_of_the_whole(name, sha256, [BY_HAND]), WITHDRAW, reason, author))
    typer.echo(f"{name}: withdrawn; the next `burden run` builds without it")


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
    store, journal = LandingStore(data_dir()), Decisions(data_dir())
    landed = _landed(store, edition)
    first, last = _years(year)
    printed = observations([landed], edition_rows([landed.provenance]))
    chosen = printed.filter(
        pl.col("entity") == entity.upper(),
        pl.col("indicator") == indicator,
        pl.col("year").is_between(first, last),
        pl.lit(value=True) if not currency else pl.col("currency") == currency.upper(),
        pl.lit(value=True) if not price_basis else pl.col("price_basis") == price_basis,
    )
    if chosen.is_empty():
        known = printed.filter(pl.col("entity") == entity.upper())["indicator"].unique().sort().to_list()
        found = (
            f"of {entity.upper()} it prints {', '.join(known)}" if known else f"it prints nothing of {entity.upper()}"
        )
        raise UsageError(f"{landed.provenance.edition_id}: no such figure; {found}")
    decided = chosen.with_columns(
        check_id=pl.lit(BY_HAND), sha256=pl.lit(landed.provenance.sha256), printed_value=pl.col("value")
    )
    journal.append(_stamped(decided, WITHHOLD, reason, author))
    typer.echo(f"{landed.provenance.edition_id}: {decided.height} figures withheld; {_NEXT}")


@app.command("list")
def list_waiting(
    output: Output = Format.TABLE, *, decided: Annotated[bool, typer.Option(help="Every decision.")] = False
) -> None:
    """What waits for a decision: editions that are held or refused, and figures that are withheld.

    Example: burden ingest list --format json
    """
    store, journal = LandingStore(data_dir()), Decisions(data_dir())
    if decided:
        print_rows(Console(), journal.read().with_columns(pl.col("action").cast(pl.String)), output)
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
        for p, r in store.refused()
    ]
    in_force = newest_word(decisions).filter(pl.col("action") == WITHHOLD, pl.col("author") == GATE)
    figures = [
        {
            "edition_id": row["edition_id"],
            "state": "withheld",
            "by": row["check_id"],
            "figures": row["figures"],
            "command": f'burden ingest accept {row["edition_id"]} --check {row["check_id"]} --reason "…"',
        }
        for row in in_force.group_by("edition_id", "check_id", maintain_order=True)
        .agg(pl.len().alias("figures"))
        .iter_rows(named=True)
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


def _accept_held(
    store: LandingStore,
    journal: Decisions,
    provenance: Provenance,
    refusal: Refusal,
    *,
    checks: list[str],
    words: tuple[str, str],
) -> str:
    if not refusal.checks:
        raise UsageError(
            f"{provenance.edition_id} cannot be read, so it cannot be accepted: {refusal.reason} | after a fix: "
            f"{next_command(provenance, refusal)}"
        )
    _refuse_unknown(checks, list(refusal.checks))
    chosen = checks or list(refusal.checks)
    whole = _of_the_whole(provenance.edition_id, provenance.sha256, chosen)
    journal.append(_stamped(whole, ACCEPT, *words))
    store.retry(provenance.sha256)
    waits = "it waits to be ingested again; the next `burden run` ingests it"
    return f"{provenance.edition_id}: {', '.join(chosen)} accepted, {waits}"


def _of_the_whole(edition_id: str, sha256: str, checks: list[str]) -> pl.DataFrame:
    """Decisions on an edition as a whole, one a check, before they are stamped."""
    nothing = [name for name in DECISION_SCHEMA if name not in {"edition_id", "sha256", "check_id"}]
    of_checks = pl.DataFrame({"edition_id": edition_id, "sha256": sha256, "check_id": checks})
    return of_checks.with_columns(pl.lit(None).alias(name) for name in nothing)


def _stamped(decisions: pl.DataFrame, action: str, reason: str, author: str) -> pl.DataFrame:
    if not reason.strip():
        raise UsageError("--reason: expected an explanation in words; it is published with the decision")
    if author == GATE:
        raise UsageError(f"--author: {GATE!r} is the pipeline itself; expected a person")
    return (
        decisions.with_columns(
            decided_at=pl.lit(dt.datetime.now(dt.UTC).replace(tzinfo=None)),
            author=pl.lit(author or getpass.getuser()),
            action=pl.lit(action),
            reason=pl.lit(reason.strip()),
        )
        .select(*DECISION_SCHEMA)
        .cast(DECISION_SCHEMA)
    )


def _is_meant(provenance: Provenance, edition: str) -> bool:
    if provenance.edition_id == edition:
        return True
    return _A_HASH.fullmatch(edition.lower()) is not None and provenance.sha256.startswith(edition.lower())


def _landed(store: LandingStore, edition: str) -> Landed:
    found = [item for item in store.landed() if _is_meant(item.provenance, edition)]
    if len(found) != 1:
        known = ", ".join([item.provenance.edition_id for item in store.landed()])
        raise UsageError(f"{edition!r}: expected one edition that is held or has landed: {known}")
    return found[0]


def _refuse_unknown(checks: list[str], known: list[str]) -> None:
    if unknown := [name for name in checks if name not in known]:
        raise UsageError(f"--check {', '.join(unknown)}: expected one that failed here: {', '.join(known) or 'none'}")


def _years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if match is None:
        raise UsageError(f"--year: expected a year, or first and last like 1992-2013, found {text!r}")
    first = int(match[1])
    return first, int(match[2] or first)
