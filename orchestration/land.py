"""`python -m orchestration.land`: hand a file to the pipeline that could not be fetched, or that was refused before.

Belongs here: the command, and what each source's file is by its ending. Does not belong here: deciding whether the file
is to be believed (intake).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from orchestration import parsing
from orchestration.landing import XLSX, LandingStore, Provenance
from orchestration.sources.nato import CORE_SINCE_YEAR
from orchestration.sources.sipri import WORKBOOK_NAME
from orchestration.sources.source import CSV, JSON, ZIP, terms
from warehouse.settings import data_dir


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a file of a source is. `edition` names it from the file's name and the day; ValueError if it cannot."""

    format: str
    media_type: str
    title: str
    edition: Callable[[str, dt.date], str]
    definition: Callable[[dt.date], str]


def _day(_: str, published_on: dt.date) -> str:
    return f"{published_on}"


def _month(_: str, published_on: dt.date) -> str:
    return f"{published_on:%Y-%m}"


def _sipri_release(name: str, _: dt.date) -> str:
    match = re.fullmatch(WORKBOOK_NAME, name)
    if match is None:
        raise ValueError(
            f"{name}: expected SIPRI's own name, like SIPRI-Milex-data-1949-2024_2.xlsx: it is the edition"
        )
    return match[1]


def _nato_definition(published_on: dt.date) -> str:
    return "nato_core" if published_on.year >= CORE_SINCE_YEAR else "nato"


_NATO: Final = "Defence expenditure of NATO countries"
_KINDS: Final = {
    ("nato", ".xlsx"): _Kind(parsing.NATO_WORKBOOK, XLSX, _NATO, _day, _nato_definition),
    ("nato", ".csv"): _Kind(parsing.FIGURES, CSV, _NATO, _day, _nato_definition),
    ("sipri", ".xlsx"): _Kind(
        parsing.SIPRI_WORKBOOK, XLSX, "SIPRI Military Expenditure Database", _sipri_release, lambda _: "sipri"
    ),
    ("world_bank", ".csv"): _Kind(parsing.WORLD_BANK_CSV, CSV, "World Development Indicators", _day, lambda _: "wdi"),
    ("world_bank", ".zip"): _Kind(parsing.WORLD_BANK_CSV, ZIP, "World Development Indicators", _day, lambda _: "wdi"),
    ("imf", ".csv"): _Kind(parsing.IMF_SDMX_CSV, CSV, "World Economic Outlook", _month, lambda _: "weo"),
    ("eurostat", ".json"): _Kind(
        parsing.EUROSTAT_JSONSTAT,
        JSON,
        "Government expenditure on defence (gov_ev)",
        lambda _, day: f"gov_ev:{day}",
        lambda _: "eurostat_gov_ev",
    ),
    ("eurostat", ".csv"): _Kind(
        parsing.EUROSTAT_SDMX_CSV,
        CSV,
        "Government expenditure by function, defence (gov_10a_exp)",
        lambda _, day: f"gov_10a_exp:{day}",
        lambda _: "eurostat_cofog",
    ),
}


def main(  # noqa: PLR0917 (one parameter an option)
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="The source's own file.")] = None,
    published: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of publication.")] = None,
    url: Annotated[str, typer.Option(help="Where the source publishes it.")] = "",
    source: Annotated[str, typer.Option(help="nato, sipri, world_bank, imf or eurostat.")] = "nato",
    title: Annotated[str, typer.Option(help="Title of the publication, if not the source's usual one.")] = "",
    retry: Annotated[str | None, typer.Option(help="Beginning of a refused payload's SHA-256, after a fix.")] = None,
) -> None:
    """Put an edition into incoming/; the next `make run` takes it in, or refuses it with its reason.

    Example: python -m orchestration.land def-exp-2026-en.xlsx --published 2026-07-10 --url https://www.nato.int/…
    With --retry, and no file: move a refused payload from quarantine back to incoming/ (quality.quarantine names it).
    """
    if retry is not None:
        if file is not None:
            raise typer.BadParameter("a file or --retry, not both")
        _retry(retry)
    elif file is None or published is None or not url:
        raise typer.BadParameter("expected FILE with --published and --url, or --retry")
    else:
        _deposit(file, source, published.date(), url=url, title=title)


def _retry(prefix: str) -> None:
    try:
        waiting = LandingStore(data_dir()).retry(prefix)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{waiting.provenance.edition_id} waits for intake again; `make run` takes it in")


def _deposit(file: Path, source: str, published_on: dt.date, *, url: str, title: str) -> None:
    try:
        provenance = provenance_of(source, file.name, published_on, url=url, title=title)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if LandingStore(data_dir()).deposit(file.read_bytes(), provenance) is None:
        typer.echo("these bytes have landed already: same bytes, no new edition")
        return
    typer.echo(f"{provenance.edition_id} waits for intake; `make run` takes it in")


def provenance_of(source: str, name: str, published_on: dt.date, *, url: str, title: str = "") -> Provenance:
    """Sidecar of a file that is handed in; ValueError for a file that the source does not publish."""
    kind = _KINDS.get((source, Path(name).suffix.lower()))
    if kind is None:
        known = ", ".join(f"{of} {suffix}" for of, suffix in _KINDS)
        raise ValueError(f"{source} {name}: expected one of {known}")
    licence, citation = terms(source)
    return Provenance(
        source_id=source,
        edition_id=f"{source}:{kind.edition(name, published_on)}",
        title=title or kind.title,
        published_on=published_on,
        retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        url=url,
        media_type=kind.media_type,
        format=kind.format,
        definition=kind.definition(published_on),
        completeness="complete",
        origin="dropped",
        licence=licence,
        citation=citation,
        sha256="",
        bytes=0,
    )


if __name__ == "__main__":
    typer.run(main)
