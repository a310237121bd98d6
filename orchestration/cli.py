"""`burden`: every command in one place. Exit codes: 0 done, 1 failed, 2 wrong usage; no traceback for a user's mistake.

Belongs here: the entry point, and the commands that need the pipeline or the transforms. Does not belong here: the
commands that only read the warehouse (warehouse.cli).
"""

from __future__ import annotations

import sys

import duckdb
from rich.console import Console

from orchestration.path_command import path
from orchestration.run import main as run_pipeline
from transforms.errors import RefusedInputError
from warehouse.cli import app
from warehouse.connect import WarehouseMissingError

# What a user can cause and mend; anything else is a fault of ours and keeps its traceback.
_EXPECTED = (WarehouseMissingError, RefusedInputError, duckdb.Error)

app.command("run")(run_pipeline)
app.command("path")(path)


def main() -> None:
    """Run `burden` and exit."""
    try:
        app()
    except _EXPECTED as error:
        Console(stderr=True).print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
