"""`python -m orchestration.cli.reference_rates ecb|imf FILE`: makes the registers of yearly rates again.

Belongs here: which currencies and years the registers hold, and writing them. Does not belong here: reading the
sources' files (transforms.parse), reading the registers (transforms.registers.reader).

The rates are a check on currencies and years, never an input to a figure.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from transforms import registers
from transforms.parse.ecb import parse_reference_rates, yearly_means
from transforms.parse.imf.database import parse_gdp_rates
from transforms.registers.reader import labels
from warehouse.settings import require_checkout

_REGISTERS: Final = Path(str(registers.__file__)).parent
FIRST_YEAR: Final = 1999  # the first of the euro
_ECB: Final = "ECB, euro foreign exchange reference rates (eurofxref-hist), mean over the year's quoted days"
_IMF: Final = "IMF, World Economic Outlook, {edition:%B %Y}: NGDP over NGDPD"

app = typer.Typer(no_args_is_help=True, add_completion=False)
Payload = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


def register_of_yearly_rates(payload: bytes) -> pl.DataFrame:
    """The rows of ecb_yearly_rates.csv from the ECB's file: every currency that it quotes."""
    means = yearly_means(parse_reference_rates(payload)).filter(pl.col("year") >= FIRST_YEAR)
    return means.with_columns(pl.col("units_per_eur").round(6), citation=pl.lit(_ECB))


def register_of_gdp_rates(payload: bytes, stated_on: dt.date) -> pl.DataFrame:
    """The rows of imf_gdp_rates.csv from the whole database: the countries on which SIPRI reports.

    `stated_on` is the day of publication, in whose currency the IMF restates the whole history.
    """
    reported = labels("sipri").filter(pl.col("kind") == "country")["entity"].unique()
    kept = parse_gdp_rates(payload).filter(pl.col("iso3").is_in(reported.implode()))
    return kept.sort("iso3", "year").with_columns(
        pl.col("units_per_usd").round_sig_figs(7),
        stated_on=pl.lit(stated_on),
        citation=pl.lit(_IMF.format(edition=stated_on)),
    )


@app.command()
def ecb(file: Payload) -> None:
    """Write transforms/registers/ecb_yearly_rates.csv from the ECB's daily file, eurofxref-hist.zip."""
    rows = register_of_yearly_rates(file.read_bytes())
    _write("ecb_yearly_rates.csv", rows, rows["currency"].n_unique(), "currencies")


@app.command()
def imf(file: Payload, published_on: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"])]) -> None:
    """Write transforms/registers/imf_gdp_rates.csv from the whole WEO database as a workbook."""
    rows = register_of_gdp_rates(file.read_bytes(), published_on.date())
    _write("imf_gdp_rates.csv", rows, rows["iso3"].n_unique(), "countries")


def _write(name: str, rows: pl.DataFrame, count: int, of: str) -> None:
    require_checkout()
    (_REGISTERS / name).write_text(rows.write_csv())
    typer.echo(f"{name}: {rows.height} yearly rates of {count} {of}")


if __name__ == "__main__":
    from orchestration.cli.burden import main as run_and_exit

    run_and_exit(app)
