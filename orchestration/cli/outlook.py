"""`burden outlook`: how the model of the outlook does against the past."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import polars.selectors as cs
import typer

from warehouse.reading.connect import connect
from warehouse.reading.rendering import Format, console, print_rows

app: Final = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Test the outlook against the past."
)
_MEASURES: Final = pl.col("year", "brier", "brier_at_its_word")


@app.command("backtest")
def backtest(
    workbook: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="SIPRI's workbook: SIPRI-Milex-data-1949-2024_2.xlsx.")
    ],
    write: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder to write the tables to, as CSV.")
    ] = None,
    *,
    choose: Annotated[bool, typer.Option("--choose", help="Also compare all parameters: half a minute more.")] = False,
) -> None:
    """Scores of the model and its rivals on SIPRI's long series, and of NATO's past editions; a minute.

    [bold]Example[/]

      burden outlook backtest SIPRI-Milex-data-1949-2024_2.xlsx --choose --write docs/outlook
    """
    from orchestration.ingest.handed_in import payload_of  # noqa: PLC0415 (all the parsers)
    from transforms.outlook.backtest_tables import history_of, tables_of  # noqa: PLC0415 (only this command)
    from warehouse.reading.calibration import editions_of  # noqa: PLC0415

    tables = tables_of(history_of(payload_of(workbook)), choose=choose)
    with closing(connect()) as warehouse:
        tables["editions"] = editions_of(warehouse)
    for name, table in tables.items():
        print_rows(console(), table.with_columns(cs.float().cast(pl.String)), Format.MARKDOWN)
        if write is not None:
            table.write_csv(write / f"{name}.csv")


@app.command("calibration")
def calibration(
    output: Annotated[Format, typer.Option("--format", "-f", help="How rows are printed.")] = Format.MARKDOWN,
) -> None:
    """How first estimates of the past would have been judged, against the outturns: Brier scores, 0 is best.

    [bold]Example[/]

      burden outlook calibration --format csv
    """
    from warehouse.reading.calibration import judged, scores  # noqa: PLC0415 (only this command)

    with closing(connect()) as warehouse:
        table = scores(judged(warehouse))
    print_rows(console(), table.with_columns(_MEASURES.cast(pl.String)), output)
