"""A command waits for nothing that it does not need: no module of another task is imported to answer it."""

import subprocess
import sys

import pytest

from orchestration.cli.burden import COMMANDS, command_of

_NOT_TO_LIST_COMMANDS = ("polars", "duckdb", "pandas", "numpy", "openpyxl", "httpx", "pyarrow")
_NOT_TO_READ = ("dagster", "great_expectations", "altair", "vl_convert", "pandas", "httpx", "openpyxl", "sqlalchemy")


def _imported_by(*arguments: str) -> set[str]:
    """The top-level modules that are loaded when `burden` with these arguments has ended, whatever its exit code."""
    script = (
        "import sys\n"
        "from orchestration.cli.burden import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print('loaded:', *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.rpartition("loaded: ")[2].split())


def test_the_list_of_commands_needs_no_library_that_computes() -> None:
    assert _imported_by("--help").isdisjoint({*_NOT_TO_LIST_COMMANDS, *_NOT_TO_READ})


@pytest.mark.parametrize("command", [("query", "SELECT 1"), ("compliance",)])
def test_a_question_to_the_warehouse_needs_neither_the_pipeline_nor_charts(command: tuple[str, ...]) -> None:
    assert _imported_by(*command).isdisjoint(_NOT_TO_READ)


def test_the_list_of_commands_says_of_each_what_its_own_help_begins_with() -> None:
    listed = {name: line for name, (_, line) in COMMANDS.items()}

    assert {name: command_of(name).help.partition("\n")[0] for name in COMMANDS} == listed
