"""`python -m orchestration.land`: hand a file to the pipeline that could not be fetched, or that somebody keeps.

Belongs here: provenance from the command line into the incoming folder. Does not belong here: whether the file is to
be believed (intake, at the next run).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from orchestration.landing import XLSX, LandingStore, Provenance
from orchestration.parsing import FIGURES, NATO_WORKBOOK
from orchestration.sources.nato import CORE_SINCE_YEAR
from transforms.registers import sources
from warehouse.connect import data_dir

_FORMATS = {".xlsx": (NATO_WORKBOOK, XLSX), ".csv": (FIGURES, "text/csv")}


def main(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="NATO's workbook, or a figures file.")],
    published: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of publication.")],
    url: Annotated[str, typer.Option(help="Where the source publishes it.")],
    title: Annotated[str, typer.Option(help="Title of the publication.")] = "Defence expenditure of NATO countries",
) -> None:
    """Put an edition of NATO's tables into incoming/; the next `make run` takes it in, or refuses it with its reason.

    Example: python -m orchestration.land def-exp-2026-en.xlsx --published 2026-07-10 --url https://www.nato.int/…
    """
    if file.suffix not in _FORMATS:
        raise typer.BadParameter(f"{file.name}: expected one of {', '.join(_FORMATS)}")
    landing_format, media_type = _FORMATS[file.suffix]
    source = sources().row(by_predicate=pl.col("source_id") == "nato", named=True)
    provenance = Provenance(
        source_id="nato",
        edition_id=f"nato:{published:%Y-%m-%d}",
        title=title,
        published_on=published.date(),
        retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        url=url,
        media_type=media_type,
        format=landing_format,
        definition="nato_core" if published.year >= CORE_SINCE_YEAR else "nato",
        completeness="complete",
        origin="dropped",
        licence=source["licence"],
        citation=source["citation"],
        sha256="",
        bytes=0,
    )
    if LandingStore(data_dir()).deposit(file.read_bytes(), provenance) is None:
        typer.echo("these bytes have landed already: same bytes, no new edition")
        return
    typer.echo(f"{provenance.edition_id} waits for intake; `make run` takes it in")


if __name__ == "__main__":
    typer.run(main)
