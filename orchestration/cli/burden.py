"""`burden`: every command in one place. Exit codes: 0 done, 1 failed, 2 wrong usage; no traceback for a user's mistake.

Output is UTF-8 unless PYTHONIOENCODING asks for another encoding; what that cannot write is an error of one line.

Belongs here: the entry point, and the commands that need the pipeline or the transforms. Does not belong here: the
commands that only read the warehouse (orchestration.cli.reading).
"""

from __future__ import annotations

import io
import sys

import duckdb
from rich.text import Text

from orchestration.cli.bundle import bundle
from orchestration.cli.docs import docs
from orchestration.cli.ingest import ingest
from orchestration.cli.outlook import outlook
from orchestration.cli.path import path
from orchestration.cli.publication import publication
from orchestration.cli.rates import rates
from orchestration.cli.reading import app
from orchestration.cli.run import main as run_pipeline
from orchestration.cli.ui import ui
from transforms.errors import RefusedInputError
from warehouse import settings
from warehouse.publication.database import PublicationError
from warehouse.publication.run_lock import RunInProgressError
from warehouse.reading.connect import OtherContractError, WarehouseMissingError
from warehouse.reading.lookup import UsageError
from warehouse.reading.query import QueryStoppedError
from warehouse.reading.rendering import console

__all__ = ["app", "main"]

# What a user can cause and mend; anything else is a fault of ours and keeps its traceback.
_EXPECTED = (
    WarehouseMissingError,
    OtherContractError,
    RunInProgressError,
    PublicationError,
    RefusedInputError,
    QueryStoppedError,
    OSError,
    duckdb.Error,
)

_PUBLISH_ANEW = "what is served was published by an earlier state of this version; `burden run` publishes it anew"

app.command("run")(run_pipeline)
app.command("path")(path)
app.command("ui")(ui)
app.command("bundle")(bundle)
app.command("docs")(docs)
app.add_typer(ingest, name="ingest")
app.add_typer(outlook, name="outlook")
app.add_typer(publication, name="publication")
app.add_typer(rates, name="rates")


def main() -> None:
    """Run `burden` and exit."""
    _write_utf8()
    try:
        app()
    except UsageError as error:
        sys.exit(_say(str(error), code=2))
    except UnicodeEncodeError as error:
        sys.exit(_say(_cannot_write(error), code=1))
    except (duckdb.CatalogException, duckdb.BinderException) as error:  # our own query: a user's is a UsageError
        sys.exit(_say(f"{error}\n{_PUBLISH_ANEW}", code=1))
    except _EXPECTED as error:
        sys.exit(_say(str(error), code=1))


def _write_utf8() -> None:
    """Whatever the locale or the code page of a pipe is: names and signs of every source can be written."""
    if settings.encoding_is_chosen():
        return
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _cannot_write(error: UnicodeEncodeError) -> str:
    character = error.object[error.start]
    return (
        f"the output holds U+{ord(character):04X}, which its encoding {error.encoding} cannot write; "
        "unset PYTHONIOENCODING or set it to utf-8"
    )


def _say(message: str, *, code: int) -> int:
    console(stderr=True).print(Text.assemble(("error: ", "bold red"), message))
    return code


if __name__ == "__main__":
    main()
