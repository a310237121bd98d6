"""`burden ui`: the Dagster UI with its daemon, on this machine only.

Belongs here: starting it with our workspace and home. Does not belong here: what it shows (orchestration.definitions).
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer

from orchestration.cli.preparation import prepare

app: Final = typer.Typer(add_completion=False, rich_markup_mode="rich")
_WEBSERVER: Final = "dagster_webserver"
WORKSPACE: Final = Path(__file__).parents[1] / "workspace.yaml"


@app.command("ui")
def ui(port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 3000) -> None:
    """The Dagster UI on 127.0.0.1, with the daemon that ticks schedules and sensors; ends with Ctrl-C.

    [bold]Example[/]

      burden ui --port 3001
    """
    if find_spec(_WEBSERVER) is None:
        raise ModuleNotFoundError(name=_WEBSERVER)
    prepare()
    served = ["--workspace", str(WORKSPACE), "--host", "127.0.0.1", "--port", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", "dagster", "dev", *served])  # noqa: S606 (no shell, our own command)
