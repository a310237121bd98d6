"""`burden health`: one answer for a probe, by exit code, and the reasons for a person."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from orchestration.cli.preparation import DAGSTER_YAML
from orchestration.ingest.staleness import Plan, plan, something_waits
from warehouse.errors import StoppedError
from warehouse.publication.run_lock import RunInProgressError, require_no_other_run
from warehouse.reading.connect import WarehouseMissingError, connect, damage_of, warehouse_path
from warehouse.reading.rendering import Format, console, print_rows
from warehouse.settings import dagster_home, data_dir, hand_on

app: Final = typer.Typer(add_completion=False, rich_markup_mode="rich")
Answer = tuple[str, bool, str]


@app.command("health")
def health(
    daemon: Annotated[  # noqa: FBT002 (an option)
        bool, typer.Option("--daemon", help="Ask for a sign of life of Dagster's daemon too; takes seconds.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", "-f", help="How rows are printed.")] = Format.TABLE,
) -> None:
    """Whether a whole publication is served, of what has landed and of this code; exit code 0 or 1.

    What landed a moment ago is not served yet: a probe asks again before it raises an alarm.

    [bold]Examples[/]

      burden health

      burden health --daemon --format json
    """
    root = data_dir()
    answers = [_is_served(root), _is_up_to_date(root), *([_has_a_daemon(root, dagster_home())] if daemon else [])]
    rows = pl.DataFrame(
        answers, schema={"question": pl.String, "healthy": pl.Boolean, "found": pl.String}, orient="row"
    )
    print_rows(console(), rows, output)
    if not rows["healthy"].all():
        raise typer.Exit(code=1)


def _is_served(root: Path) -> Answer:
    question = "a publication is served"
    try:
        with closing(connect(root)) as warehouse:
            ((build, built_at),) = warehouse.execute("SELECT build_id, built_at FROM meta.build").fetchall()
        damage = damage_of(warehouse_path(root).parent)
    except (WarehouseMissingError, StoppedError) as error:
        return question, False, str(error)
    if damage:
        return question, False, f"{build} is damaged: {damage}; `burden run` publishes a new one"
    return question, True, f"{build}, built at {built_at:%Y-%m-%d %H:%M} UTC"


def _is_up_to_date(root: Path) -> Answer:
    question = "it is of what has landed"
    waits = "a payload waits for its intake" if something_waits(root) else _waiting(plan(root))
    if not waits:
        return question, True, "nothing waits"
    try:
        require_no_other_run(root)
    except RunInProgressError as error:
        return question, True, str(error)
    return question, False, f"{waits}, and no run is in progress"


def _waiting(planned: Plan) -> str:
    """What the next run has to do; nothing where it has nothing."""
    if planned.editions:
        return f"{len(planned.editions)} editions wait to be parsed"
    if planned.tables:
        name, why = next(iter(planned.tables.items()))
        return f"{len(planned.tables)} tables wait to be built, {name} first: {why}"
    return "what is built waits to be published" if planned.publish else ""


def _has_a_daemon(root: Path, home: Path) -> Answer:
    question = "the daemon is alive"
    if not (home / DAGSTER_YAML).exists():
        return question, False, f"no Dagster has been started in {home}"
    from orchestration.daemon import silent_parts  # noqa: PLC0415 (seconds, and asked for seldom)

    hand_on(root, home)
    silent = silent_parts(home)
    said = f"no sign of life for five minutes: {', '.join(silent)}" if silent else "every part gave a sign of life"
    return question, not silent, said
