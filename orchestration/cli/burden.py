"""`burden`: every command in one place. Exit codes: 0 done, 1 failed, 2 wrong usage; no traceback for a user's mistake.

Output is UTF-8 unless PYTHONIOENCODING asks for another encoding; what that cannot write is an error of one line.

Belongs here: the entry point, and which module has which command. Does not belong here: any command.

A command's module is imported when the command is asked for: the list of commands needs none of them, and a question
to the warehouse needs neither the pipeline nor what draws charts.
"""

from __future__ import annotations

import io
import re
import sys
from importlib import import_module, metadata
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from transforms.errors import RefusedInputError
from transforms.inert_text import inert, is_whole
from warehouse import settings
from warehouse.errors import StoppedError, UsageError

# Command -> the module that has it, and the first line of its help (a test holds the two to each other).
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "status": ("reading", "What is served: editions and their age, the last build, the results of its checks."),
    "quality": (
        "reading",
        "Results of the checks: one row per table; with --table, --severity or --failed one row per check.",
    ),
    "query": ("reading", "Run SQL over the warehouse: read-only, without access to any other file or the network."),
    "names": (
        "reading",
        "Look up a name: countries, groups and totals, their codes, which sources print them, and all their names.",
    ),
    "compliance": (
        "reading",
        "Who meets a rule, and how much is missing: positive gaps are missing, negative ones are above.",
    ),
    "explain": (
        "reading",
        "Where a figure comes from: formula, inputs, edition, cell, licence and citation; recomputed on the way.",
    ),
    "revisions": (
        "reading",
        "What a later edition changed, split into spending, GDP and method; or which verdicts changed by it.",
    ),
    "export": (
        "reading",
        (
            "Write tables as files, with terms, citations and hashes: "
            "Parquet or CSV with a data package, workbook, or SQLite."
        ),
    ),
    "report": (
        "reading",
        "The report of the served publication: where it is, a copy of its whole site, or the page itself.",
    ),
    "health": (
        "health",
        "Whether a whole publication is served, of what has landed and of this code; exit code 0 or 1.",
    ),
    "run": ("run", "Ingest new editions, rebuild what they change, check it, and publish."),
    "path": (
        "path",
        "What it takes to reach a target: share, spending and cost, year by year, with every assumption.",
    ),
    "ui": (
        "ui",
        "The Dagster UI on 127.0.0.1, with the daemon that ticks schedules and sensors; ends with Ctrl-C.",
    ),
    "ingest": ("ingest", "Hand in a file, accept or withdraw an edition, withhold figures."),
    "alerts": (
        "alerts",
        "What a person must know now: sources that are silent or overdue, what waits in quarantine or is withheld.",
    ),
    "publication": (
        "publication",
        "List the publications that are kept; go back to one; copy what is served into DuckLake.",
    ),
    "docs": (
        "docs",
        "Where the documentation of what is served is: the data dictionary, and the Data Docs with every check.",
    ),
    "outlook": ("outlook", "Test the outlook against the past."),
    "bundle": ("bundle", "Make the bundled editions from the sources' own files."),
    "rates": ("rates", "Recreate the registers of yearly rates."),
}


def command_of(name: str) -> Any:  # noqa: ANN401 (typer has its own copy of click and does not export its types)
    """The command of that name, its module imported. A module has one `app` for all of its commands."""
    found: Any = typer.main.get_command(import_module(f"orchestration.cli.{COMMANDS[name][0]}").app)
    return getattr(found, "commands", {}).get(name, found)


class _Commands(TyperGroup):
    """The group of COMMANDS: listed without their modules, resolved with them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 (see command_of)
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 (see command_of)
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name][1]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 (see command_of)
        name, listed, rest = super().resolve_command(ctx, args)
        return name, command_of(name) if name and listed else listed, rest


app = typer.Typer(
    cls=_Commands,
    help="Who pays for the common defence, by which rule, and what it would take to reach the target.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001 (an option's callback)
    if asked:
        from warehouse.contracts.registry import SCHEMA_VERSION  # noqa: PLC0415 (see the module)

        sys.stdout.write(f"burden {metadata.version('burden-sharing')}, contract {SCHEMA_VERSION} of the warehouse\n")
        raise typer.Exit


@app.callback()
def global_options(
    data_dir: Annotated[
        str | None,
        typer.Option(
            help="The data directory; else BURDEN_DATA_DIR, else `data` in the checkout or the working directory."
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001, FBT002 (its callback answers)
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Who pays for the common defence, by which rule, and what it would take to reach the target."""
    if data_dir is not None:
        settings.use_data_dir(data_dir)


def main() -> None:
    """Run `burden` and exit."""
    _write_utf8()
    _require_utf8(sys.argv[1:])
    try:
        app()
    except SystemExit:  # how every command ends: it must not ask the last clause for its class
        raise
    except UsageError as error:
        sys.exit(_say(str(error), code=2))
    except UnicodeEncodeError as error:
        sys.exit(_say(_cannot_write(error), code=1))
    except (RefusedInputError, StoppedError, OSError) as error:  # a missing warehouse is an OSError
        sys.exit(_say(str(error), code=1))
    except ModuleNotFoundError as error:
        if (extra := _extra_with(error.name or "")) is None:
            raise
        sys.exit(_say(f"this command needs {error.name}: install burden-sharing[{extra}]", code=1))
    except (MemoryError, ImportError, RuntimeError) as error:
        if (said := _starved(error)) is None:
            raise
        sys.exit(_say(said, code=1))
    except _database_error() as error:
        sys.exit(_say(_of_database(error), code=1))


def _require_utf8(arguments: list[str]) -> None:
    """No library of ours takes other bytes, and every answer would name them."""
    for argument in arguments:
        if not is_whole(argument):
            sys.exit(_say(f"{argument!r}: expected UTF-8; write it so, or rename the file", code=2))


def _starved(error: Exception) -> str | None:
    """What is said of a process that the system gives too little; None for any other error."""
    said = str(error)
    if isinstance(error, MemoryError) or "failed to map segment" in said or "start new thread" in said:
        return f"this process may not have the memory or the threads that it needs (ulimit, cgroup): {said or 'memory'}"
    return None


def _extra_with(module: str) -> str | None:
    """The extra of our installation that names the distribution of a module; None if none does."""
    wanted = module.partition(".")[0].replace("_", "-")
    for line in metadata.requires("burden-sharing") or []:
        found = re.fullmatch(r"([A-Za-z0-9-]+)[^;]*; *extra == [\"'](\w+)[\"']", line)
        if found and found[1].startswith(wanted) and found[2] != "dev":
            return found[2]
    return None


def _database_error() -> tuple[type[Exception], ...]:
    """DuckDB's and Dagster's errors; Python asks an except clause for its class when something was raised, not before.

    Dagster's SQLAlchemy is asked for its class where a command has imported it: no other command raises it.
    """
    import duckdb  # noqa: PLC0415 (see the module)

    sqlalchemy = sys.modules.get("sqlalchemy.exc")
    return (duckdb.Error, *([sqlalchemy.DBAPIError] if sqlalchemy else []))


def _of_database(error: Exception) -> str:
    import duckdb  # noqa: PLC0415 (see the module)

    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):  # our own query: a user's is a UsageError
        return f"{error}\nan earlier state of this version made this publication; `burden run` publishes a new one"
    if isinstance(error, duckdb.Error):
        return str(error)
    home, said = settings.dagster_home(), str(error).partition("\n")[0]
    return (
        f"Dagster's record of its runs cannot be used: {said}. Where a file below {home} is damaged, move that folder "
        "away and run again: no figure, decision or publication is in it, only the history of runs"
    )


def _write_utf8() -> None:
    """Names and signs of every source can be written under any locale or code page of a pipe."""
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
    from rich.text import Text  # noqa: PLC0415 (see the module)

    from warehouse.reading.rendering import console  # noqa: PLC0415

    console(stderr=True).print(Text.assemble(("error: ", "bold red"), inert(message)))
    return code


if __name__ == "__main__":
    main()
