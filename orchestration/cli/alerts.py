"""`burden alerts`: what is wrong now, and sending what is new, for an installation without Dagster's daemon."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

import polars as pl
import typer

from warehouse.errors import StoppedError
from warehouse.reading.rendering import Format, console, print_rows
from warehouse.settings import data_dir

app: Final = typer.Typer(add_completion=False, rich_markup_mode="rich")
_SCHEMA: Final = {"trouble": pl.String, "what": pl.String, "text": pl.String}


@app.command("alerts")
def alerts(
    output: Annotated[Format, typer.Option("--format", "-f", help="How rows are printed.")] = Format.TABLE,
    *,
    send: Annotated[
        bool, typer.Option("--send", help="Send what is new to the channels of BURDEN_NOTIFY, and print that.")
    ] = False,
) -> None:
    """What a person must know now: sources that are silent or overdue, what waits in quarantine or is withheld.

    The sensor `send_alerts` sends it while the daemon runs; without it, a cron job after `burden run` may.

    [bold]Example[/]

      burden alerts --send
    """
    from orchestration.alerts.sending import look  # noqa: PLC0415 (all parsers)
    from orchestration.alerts.troubles import troubles  # noqa: PLC0415
    from orchestration.notify import DeliveryError, channels_of_environment  # noqa: PLC0415

    now = dt.datetime.now(dt.UTC)
    if send:
        try:
            found = [
                (message.key, message.subject, message.text)
                for message in look(data_dir(), channels_of_environment(), now=now)
            ]
        except DeliveryError as error:
            raise StoppedError(str(error)) from error
    else:
        found = [(trouble.key, trouble.subject, trouble.text) for trouble in troubles(data_dir(), now)]
    print_rows(console(), pl.DataFrame(found, schema=_SCHEMA, orient="row"), output)
