"""`burden run`: what is stale, as runs of Dagster in this process, and a summary at the end. LIVE=1 asks the sources.

Belongs here: launching, progress, exit codes. Does not belong here: what the job does; the summary's queries.
The run is recorded in the Dagster instance; Dagster's own log goes there and to a file, not over the summary.
"""

from __future__ import annotations

import gc
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from orchestration.cli.preparation import prepare
from orchestration.ingest.edition_store import EditionStore
from orchestration.ingest.staleness import Plan, plan, something_waits
from transforms.inert_text import inert
from warehouse.publication.run_lock import require_no_other_run
from warehouse.reading.compliance import counted
from warehouse.reading.connect import connect, still_served
from warehouse.reading.summary import Summary, summarise
from warehouse.settings import data_dir, keep_runs, live

if TYPE_CHECKING:
    import dagster as dg

app: Final = typer.Typer(add_completion=False, rich_markup_mode="rich")
_CHANGES_SHOWN: Final = 20  # a screen; the newest years come first
# The UI links a run to its job by this tag.
_LAUNCHED_HERE: Final = {".dagster/repository": "__repository__@burden_sharing"}


@app.command("run")
def main(
    full: Annotated[  # noqa: FBT002 (an option)
        bool,
        typer.Option(
            "--full", help="Parse every edition and build every table again, changed or not; both judges audit all."
        ),
    ] = False,
) -> None:
    """Ingest new editions, rebuild what they change, check it, and publish.

    What is not new is not done again: an edition is parsed again, and a table is built and audited again, only if its
    code, its checks, or what it is made from has changed.

    Exit code 0: everything was ingested and is served. 1: a source failed or was refused (the others are served), or a
    table failed its gate (the last good publication is served).
    """
    console = Console()
    prepare()
    root = data_dir()
    require_no_other_run(root)
    started = time.perf_counter()
    first = plan(root, ingest=full or live() or something_waits(root))
    outcome = Outcome([], [], []) if first.is_empty else _refresh(console, root, first, full=full)
    for name, message in [*outcome.sources, *outcome.steps]:
        console.print(f"[bold red]{name}[/] {escape(inert(message))}", highlight=False)
    for name, message in outcome.warnings:
        console.print(f"[yellow]{name}[/] {escape(inert(message))}", highlight=False)
    if outcome.steps:
        console.print(f"\nNothing was published; {still_served(root)}. Details: burden ui")
    else:
        with connect() as warehouse:
            if first.is_empty:
                built_at = warehouse.sql("SELECT built_at FROM meta.build").fetchall()[0][0]
                console.print(f"nothing new since {built_at:%Y-%m-%d %H:%M} UTC", highlight=False)
            print_summary(console, summarise(warehouse), root / "current", time.perf_counter() - started)
    if outcome.sources or outcome.steps:
        raise typer.Exit(code=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What went wrong, as (name, message): sources that the run went on without, and steps that failed.

    `warnings` are of sources that landed all the same, in another layout.
    """

    sources: list[tuple[str, str]]
    warnings: list[tuple[str, str]]
    steps: list[tuple[str, str]]

    def and_then(self, later: Outcome) -> Outcome:
        """What went wrong in a run, and in the one after it."""
        return Outcome([*self.sources, *later.sources], [*self.warnings, *later.warnings], [*self.steps, *later.steps])


def _refresh(console: Console, root: Path, first: Plan, *, full: bool) -> Outcome:
    """Run what is planned, and then what has become stale by it, with progress; everything at once where it is full."""
    # Late: Dagster takes seconds to import, and a run without news should not wait for it.
    import dagster as dg  # noqa: PLC0415

    from orchestration.definitions import defs  # noqa: PLC0415
    from orchestration.event_log import unhurried_event_log  # noqa: PLC0415
    from orchestration.retention import delete_old_runs  # noqa: PLC0415

    # Dagster keeps most of what it allocates: to look for cycles at every 700 objects was a twentieth of a run.
    gc.set_threshold(100_000)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    logging.getLogger("stamina").addHandler(logging.NullHandler())  # retries are in the run's log
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    # Where it cannot be shown, its thread would draw it ten times a second all the same.
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    definitions, done = defs(), Outcome([], [], [])
    with unhurried_event_log(), dg.DagsterInstance.get() as instance, bar as progress, _dead_runs_ended(instance, root):
        delete_old_runs(instance, definitions.resolve_asset_graph(), keep=keep_runs())
        if full:
            EditionStore(root).forget()
            return _outcome(_run(definitions, instance, progress, None))
        planned = first
        while not (planned.is_empty or done.steps):
            done = done.and_then(_outcome(_run(definitions, instance, progress, planned)))
            before, planned = planned, plan(root)
            if planned == before and not done.steps:
                raise RuntimeError(f"what was built is stale as it was before: {', '.join(planned.tables)}")
    return done


@contextmanager
def _dead_runs_ended(instance: dg.DagsterInstance, root: Path) -> Iterator[None]:
    """Runs that are dead at the beginning and at the end are marked so: the daemon, which does it too, may not run."""
    from orchestration.defs.dead_runs import end, suspects  # noqa: PLC0415 (see _refresh)

    found = suspects(instance, root)
    yield
    end(instance, found)


def _run(
    definitions: dg.Definitions, instance: dg.DagsterInstance, progress: Progress, planned: Plan | None
) -> dg.ExecuteInProcessResult:
    """One run of what is planned, or of everything."""
    import dagster as dg  # noqa: PLC0415 (see _refresh)

    from orchestration.defs.editions import ASKING, INGEST_EDITIONS  # noqa: PLC0415
    from orchestration.defs.publication import selection_of  # noqa: PLC0415
    from orchestration.defs.schedules import PARSE, REFRESH  # noqa: PLC0415
    from orchestration.ingest.http import AGAIN  # noqa: PLC0415
    from orchestration.partitions import range_tags  # noqa: PLC0415
    from orchestration.tables import JUDGED_TWICE  # noqa: PLC0415

    editions = planned.editions if planned else ()
    job = definitions.resolve_job_def(PARSE.name if editions else REFRESH.name)
    selection = selection_of(planned) if planned and not editions else None
    ingests = planned is None or planned.ingest
    config = {
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        **({"ops": {INGEST_EDITIONS: {"config": {"live": live()}}}} if ingests else {}),
    }
    run_id = str(uuid.uuid4())
    task = progress.add_task("starting", total=len(selection or job.nodes))

    def show(entry: dg.EventLogEntry) -> None:
        if entry.dagster_event and entry.dagster_event.event_type == dg.DagsterEventType.STEP_START:
            progress.update(task, description=_name(entry.dagster_event.step_key))
        elif entry.dagster_event and entry.dagster_event.is_step_success:
            progress.advance(task)
        elif entry.user_message.startswith(ASKING) or AGAIN in entry.user_message:
            show_progress(progress, task, entry.user_message)

    instance.add_event_listener(run_id, show)
    return job.execute_in_process(
        instance=instance,
        run_id=run_id,
        run_config=config,
        raise_on_error=False,
        asset_selection=selection,
        tags=_LAUNCHED_HERE | (range_tags(instance, editions) if editions else {}) | ({} if planned else JUDGED_TWICE),
    )


def show_progress(progress: Progress, task: TaskID, message: str) -> None:
    """What is asked, and what is waited for; as lines where a bar that moves cannot be shown."""
    progress.update(task, description=escape(message))
    if not progress.console.is_terminal:
        progress.console.print(message, markup=False, highlight=False, soft_wrap=True)


def _outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    import dagster as dg  # noqa: PLC0415 (see _refresh)

    from orchestration.step_failure import step_failure  # noqa: PLC0415

    failed = [(_name(event.step_key), step_failure(event)) for event in result.all_events if event.is_step_failure]
    if not (result.success or failed):  # no step of it: another run held the data directory, say
        failed = [("run", _run_failure(result))]
    return Outcome(
        # Did not answer, or something of it was refused: the run goes on without it, and says so.
        _failed_sources(result, dg.AssetCheckSeverity.ERROR),
        _failed_sources(result, dg.AssetCheckSeverity.WARN),
        failed,
    )


def _failed_sources(result: dg.ExecuteInProcessResult, severity: dg.AssetCheckSeverity) -> list[tuple[str, str]]:
    """Sources with a check of that severity that failed by this run, and what it said."""
    from orchestration.source_checks import CARRIED_OVER  # noqa: PLC0415 (see _refresh)

    return [
        (check.asset_key.to_user_string(), check.description or check.check_name)
        for check in result.get_asset_check_evaluations()
        if check.asset_key.path[0] == "landing" and not check.passed and check.severity == severity
        if CARRIED_OVER not in check.metadata
    ]


def _name(step_key: str | None) -> str:
    return (step_key or "").replace("__", ".")


def _run_failure(result: dg.ExecuteInProcessResult) -> str:
    """Why a run failed of which no step did: the innermost error, such as that of a resource."""
    error = result.get_run_failure_event().job_failure_data.error
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "failed without a message"


def print_summary(console: Console, summary: Summary, current: Path, seconds: float) -> None:
    """Editions, checks, the headline of the newest edition, and where everything is."""
    console.print(f"\n[bold]Burden sharing[/] · build {summary.build_id} · {seconds:.1f} s\n", highlight=False)
    console.print(_held(summary))
    for line in _overdue(summary):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(
        f"\nchecks: {summary.checks_passed} passed, {summary.checks_warned} warned, {summary.checks_failed} failed"
        f" · {summary.refused_payloads} payloads in quarantine\n",
        highlight=False,
    )
    console.print(_counts(summary))
    for line in [*_newer(summary), *_changes(summary), *_definitions(summary), "", *_gaps(summary)]:
        console.print(line, highlight=False, soft_wrap=True)
    console.print(
        f"\nwarehouse  {current / 'burden_sharing.duckdb'}\nreport     {current / 'report' / 'index.html'}"
        f"\nquality    {current / 'quality' / 'index.html'}",
        highlight=False,
    )


def _held(summary: Summary) -> Table:
    table = Table(box=None)
    for name in ("source", "editions", "figures", "newest edition", "published"):
        table.add_column(name, justify="right" if name in {"editions", "figures"} else "left", no_wrap=True)
    for held in summary.held:
        newest = (held.newest, f"{held.newest_published_on}") if held.newest else ("all withdrawn", "")
        table.add_row(held.source, f"{held.editions}", f"{held.figures:,}", *newest)
    editions, figures = (sum(numbers) for numbers in zip(*((h.editions, h.figures) for h in summary.held), strict=True))
    table.add_row("all", f"{editions}", f"{figures:,}", "", "")
    return table


def _overdue(summary: Summary) -> list[str]:
    """Newest editions after which another was due by the source's calendar."""
    late = [held for held in summary.held if held.overdue_since]
    lines = [
        f"  {held.newest}, {held.days_old:,} days old: a newer edition was due by {held.overdue_since}" for held in late
    ]
    return ["\noverdue by the sources' calendars (LIVE=1 asks them):", *lines] if lines else []


def _counts(summary: Summary) -> Table:
    first = summary.counts[0]
    table = Table(title=f"Allies that meet each rule, {summary.edition}", title_justify="left", box=None)
    table.add_column("rule")
    table.add_column(
        f"{first.last_year} (estimate)" if first.last_year != first.outturn_year else str(first.last_year),
        justify="right",
    )
    if first.outturn_year and first.outturn_year != first.last_year:
        table.add_column(str(first.outturn_year), justify="right")
    for count in summary.counts:
        cells = [count.title, counted(*count.last)]
        if count.outturn and count.outturn_year != count.last_year:
            cells.append(counted(*count.outturn))
        table.add_row(*cells)
    return table


def _newer(summary: Summary) -> list[str]:
    if summary.newer_in_part is None:
        return []
    return [f"\nnewer, and held in part: {summary.newer_in_part}, in observation_latest and compliance_latest"]


def _definitions(summary: Summary) -> list[str]:
    """Below a headline that compares two definitions: what is known of the difference."""
    return [f"definition: {said}" for said in summary.definition_changes]


def _changes(summary: Summary) -> list[str]:
    lines = ["\nverdict changes since the edition before that judged the same year:"]
    if not summary.changes:
        return [*lines, "  none"]
    more = len(summary.changes) - _CHANGES_SHOWN
    return [
        *lines,
        *(
            f"  {'↑' if change.entered else '↓'} {change.country} {change.year}: {change.before_pct:.2f} → "
            f"{change.after_pct:.2f} %, {change.title}, since {change.edition_before}"
            for change in summary.changes[:_CHANGES_SHOWN]
        ),
        *([f"  and {more} more, in mart.headline_audit"] if more > 0 else []),
    ]


def _gaps(summary: Summary) -> list[str]:
    lines = ["largest gaps to 3.5 %:"]
    for gap in summary.gaps:
        money = f", {gap.gap_usd_current_m / 1000:,.1f} bn US$ at current prices" if gap.gap_usd_current_m else ""
        lines.append(f"  {gap.country} {gap.year}: {gap.share_pct:.2f} %, {gap.gap_pp:.2f} pp short{money}")
    return lines
