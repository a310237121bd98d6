"""`burden rates`: makes the registers of yearly rates again from the files of the ECB and the IMF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from transforms import registers
from warehouse.settings import require_checkout

if TYPE_CHECKING:
    import polars as pl

_REGISTERS: Final = Path(str(registers.__file__)).parent

app: Final = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Recreate the registers of yearly rates.",
)
Payload = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The source's own file.")]


@app.command("ecb")
def ecb(file: Payload) -> None:
    """Write transforms/registers/ecb_yearly_rates.csv from the ECB's daily file, eurofxref-hist.zip.

    [bold]Example[/]

      burden rates ecb eurofxref-hist.zip
    """
    from orchestration.ingest.handed_in import payload_of  # noqa: PLC0415 (all the parsers)
    from transforms.registers.yearly_rates import register_of_yearly_rates  # noqa: PLC0415 (only this command)

    rows = register_of_yearly_rates(payload_of(file))
    _write("ecb_yearly_rates.csv", rows, rows["currency"].n_unique(), "currencies")


@app.command("imf")
def imf(
    file: Payload,
    published_on: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of publication.")],
) -> None:
    """Write transforms/registers/imf_gdp_rates.csv from the whole WEO database as a workbook.

    [bold]Example[/]

      burden rates imf WEOApr2022all.xlsx --published-on 2022-04-19
    """
    from orchestration.ingest.handed_in import payload_of  # noqa: PLC0415 (all the parsers)
    from transforms.registers.yearly_rates import register_of_gdp_rates  # noqa: PLC0415 (only this command)

    rows = register_of_gdp_rates(payload_of(file), published_on.date())
    _write("imf_gdp_rates.csv", rows, rows["iso3"].n_unique(), "countries")


def _write(name: str, rows: pl.DataFrame, count: int, of: str) -> None:
    require_checkout()
    (_REGISTERS / name).write_text(rows.write_csv(), encoding="utf-8")
    typer.echo(f"{name}: {rows.height} yearly rates of {count} {of}")
