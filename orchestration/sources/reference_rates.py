"""`python -m orchestration.sources.reference_rates eurofxref-hist.zip`: makes the register of yearly rates again.

Belongs here: which currencies and years the register holds, and writing it. Does not belong here: reading the ECB's
file (transforms.parse.ecb), reading the register (transforms.registers).

The rates are a check on currencies and years, never an input to a figure.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from transforms import reference
from transforms.parse.ecb import parse_reference_rates, yearly_means
from transforms.registers import national_currencies

REGISTER: Final = Path(str(reference.__file__)).parent / "ecb_yearly_rates.csv"
FIRST_YEAR: Final = 2009  # the oldest year of any of NATO's workbooks at hand is 2010; growth needs the one before
_CITATION: Final = "ECB, euro foreign exchange reference rates (eurofxref-hist), mean over the year's quoted days"


def register_of_yearly_rates(payload: bytes) -> pl.DataFrame:
    """The register's rows from the ECB's file: US dollar and the national currencies that the warehouse knows."""
    wanted = {*national_currencies()["currency"], "USD"}
    means = yearly_means(parse_reference_rates(payload))
    kept = means.filter(pl.col("currency").is_in(wanted) & (pl.col("year") >= FIRST_YEAR))
    return kept.with_columns(pl.col("units_per_eur").round(6), citation=pl.lit(_CITATION))


def main(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="eurofxref-hist.zip")]) -> None:
    """Write transforms/reference/ecb_yearly_rates.csv from the ECB's daily file."""
    rows = register_of_yearly_rates(file.read_bytes())
    REGISTER.write_text(rows.write_csv())
    typer.echo(f"{REGISTER.name}: {rows.height} yearly rates of {rows['currency'].n_unique()} currencies")


if __name__ == "__main__":
    typer.run(main)
