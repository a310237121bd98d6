"""`burden`: every command in one place. Exit codes: 0 done, 1 failed, 2 wrong usage; no traceback for a user's mistake.

Belongs here: the entry point, and the commands that need the pipeline or the transforms. Does not belong here: the
commands that only read the warehouse (warehouse.cli).
"""

from __future__ import annotations

import sys

import duckdb
from rich.console import Console
from rich.markup import escape

from orchestration.path_command import path
from orchestration.run import main as run_pipeline
from orchestration.run_lock import RunInProgressError
from orchestration.ui import ui
from transforms.errors import RefusedInputError
from warehouse.cli import app
from warehouse.connect import WarehouseMissingError
from warehouse.query import QueryStoppedError
from warehouse.usage import UsageError

# What a user can cause and mend; anything else is a fault of ours and keeps its traceback.
_EXPECTED = (WarehouseMissingError, RunInProgressError, RefusedInputError, QueryStoppedError, OSError, duckdb.Error)

app.command("run")(run_pipeline)
app.command("path")(path)
app.command("ui")(ui)


def main() -> None:
    """Run `burden` and exit."""
    try:
        app()
    except UsageError as error:
        sys.exit(_say(error, code=2))
    except _EXPECTED as error:
        sys.exit(_say(error, code=1))


def _say(error: Exception, *, code: int) -> int:
    Console(stderr=True).print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
    return code


if __name__ == "__main__":
    main()
