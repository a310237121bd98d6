"""The commands that read the warehouse; `orchestration.cli.burden` adds those that compute.

Belongs here: options, help with examples, printing. Does not belong here: what a command answers (one module a topic).
"""

from __future__ import annotations

import datetime as dt
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import polars as pl
import typer
from typer.core import TyperCommand

from orchestration.cli.process_bounds import at_most, ended_after
from warehouse.errors import UsageError
from warehouse.reading import lookup as usage
from warehouse.reading import quality
from warehouse.reading.compliance import compliance as compliance_rows
from warehouse.reading.compliance import counted
from warehouse.reading.connect import connect, warehouse_path
from warehouse.reading.definition_change import definition_changes
from warehouse.reading.explain import Value, explain_mart, explain_observation
from warehouse.reading.explanation_text import explanation_lines, to_json
from warehouse.reading.export import FileFormat
from warehouse.reading.export import export as export_bundle
from warehouse.reading.query import Answer, QueryStoppedError, bytes_of, run_query
from warehouse.reading.rendering import Format, console, print_rows, width_of
from warehouse.reading.revisions import changed_verdicts, revisions
from warehouse.reading.site import copy_site, served_report
from warehouse.reading.status import build, editions, failed_checks

# Columns that a table for a person does without: said in its title, or next to what fits a terminal.
_ONLY_FOR_PROGRAMS: Final = (
    "rule_id",
    "threshold",
    "threshold_pct",
    "rounding_sensitive",
    "in_force",
    "flags",
    "unit",
    "old_status",
    "new_status",
)

_TO_STOP_S: Final = 5.0  # an interrupt is noticed between two steps of a query
_SQL_BYTES: Final = 1_000_000  # no question of a person has as many
_ANSWER_MEMORY: Final = 3_000_000_000  # bytes, in addition to --memory, which is for DuckDB's tables

app = typer.Typer(add_completion=False, rich_markup_mode="rich")

Output = Annotated[Format, typer.Option("--format", "-f", help="How rows are printed.")]
Country = Annotated[str | None, typer.Option(help="A country by its name, ISO code, or a group: Germany, DE, DEU.")]
Year = Annotated[int | None, typer.Option(help="One year.")]
Edition = Annotated[str | None, typer.Option(help="One edition, such as nato:2024-06-17.")]


def notice(text: str) -> None:
    """A note for the reader, on standard error, so that a program does not find it among the rows."""
    console(stderr=True).print(text, style="yellow")


@app.command()
def status(output: Output = Format.TABLE) -> None:
    """What is served: editions and their age, the last build, the results of its checks.

    [bold]Examples[/]

      burden status

      burden status --format json
    """
    with closing(connect()) as warehouse:
        print_rows(console(), editions(warehouse), output, title="Editions")
        if output is not Format.TABLE:
            return
        console().print()
        print_rows(
            console(), build(warehouse).transpose(include_header=True, header_name="build", column_names=[""]), output
        )
        failed = failed_checks(warehouse)
        if failed.height:
            console().print()
            print_rows(console(), failed, output, title="Failed checks (warnings do not block)")


@app.command("quality")
def quality_command(
    table: Annotated[str | None, typer.Option(help="The checks of one table, such as core.observation.")] = None,
    severity: Annotated[quality.Severity | None, typer.Option(help="Checks of one severity.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Failed checks, warnings included.")] = False,  # noqa: FBT002
    build_id: Annotated[str | None, typer.Option("--build", help="An earlier build instead of the one served.")] = None,
    builds: Annotated[bool, typer.Option("--builds", help="Instead: one row per published build.")] = False,  # noqa: FBT002
    page: Annotated[bool, typer.Option("--page", help="Instead: the path of the page of all checks.")] = False,  # noqa: FBT002
    output: Output = Format.TABLE,
) -> None:
    """Results of the checks: one row per table; with --table, --severity or --failed one row per check.

    [bold]Examples[/]

      burden quality

      burden quality --failed

      burden quality --table core.observation --severity warn --format json

      burden quality --builds
    """
    if page:
        sys.stdout.write(f"{warehouse_path().parent / 'quality' / 'index.html'}\n")
        return
    with closing(connect()) as warehouse:
        if builds:
            print_rows(console(), quality.builds(warehouse), output, title="Checks by build")
            return
        if not (table or severity or failed):
            print_rows(console(), quality.tables(warehouse, build=build_id), output, title="Checks by table")
            return
        rows = quality.checks(warehouse, build=build_id, table=table, severity=severity, failed=failed)
    if rows.is_empty():
        notice("every check that was asked for held" if failed else "there is no such check")
    elif output is Format.TABLE:
        _print_checks(rows, with_samples=failed)
        return
    print_rows(console(), rows, output)


def _print_checks(rows: pl.DataFrame, *, with_samples: bool) -> None:
    """For a person: the checks, and the rows that broke each."""
    print_rows(console(), rows.drop("sample", "build_id", "evaluated_at"), Format.TABLE, title="Checks")
    if not with_samples:
        return
    for check in rows.iter_rows(named=True):
        found = quality.offending(check["sample"])
        counted = f"{check['unexpected_count']} rows"
        if found.height < check["unexpected_count"]:
            counted += f", the first {found.height}"
        console().print()
        title = f"{check['table_id']} {check['expectation_id']}: {counted}"
        print_rows(console(), found, Format.TABLE, title=title)


class _CommandOfSql(TyperCommand):
    """A command whose argument may begin with a comment: `-- newest` is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 (typer types its own copy of click)
        options = {name for parameter in self.params for name in parameter.opts}
        return super().parse_args(ctx, [f" {arg}" if _is_comment(arg, options) else arg for arg in args])


def _is_comment(argument: str, options: set[str]) -> bool:
    """SQL that begins with `--`: it has a blank or a line end somewhere, which an option has only in its value."""
    begins = argument.startswith("--") and len(argument.split()) > 1
    return begins and argument.partition("=")[0] not in options


@app.command(cls=_CommandOfSql)
def query(
    sql: Annotated[str, typer.Argument(help="One SQL statement, or - to read it from standard input.")],
    output: Output = Format.TABLE,
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds after which the query is stopped.")] = 30.0,
    memory: Annotated[str, typer.Option(help="Memory that the query may use.")] = "1GB",
    rows: Annotated[int, typer.Option(min=1, help="Rows that are printed at most.")] = 1000,
) -> None:
    """Run SQL over the warehouse: read-only, without access to any other file or the network.

    [bold]Examples[/]

      burden query "SELECT entity, value FROM compliance_latest WHERE rule_id = 'wales_2pct' AND year = 2024"

      burden query "FROM compliance_as_of(DATE '2025-01-01') LIMIT 5" --format csv

      burden query "SELECT column_name, unit, description FROM meta.column WHERE table_id = 'mart.compliance'"
    """
    text = _read_sql() if sql == "-" else sql
    bound = _ANSWER_MEMORY + bytes_of(memory)
    with ended_after(timeout + _TO_STOP_S, f"ended: it could not be stopped within {timeout:g} s"), at_most(bound):
        answer = _answered(text, timeout, memory, rows)
    with at_most(bound), _not_too_deep():
        print_rows(console(), answer.rows, output)
    if answer.truncated:
        notice(f"there are more than {rows} rows; --rows prints more")


def _read_sql() -> str:
    """SQL from standard input. Raises `UsageError` for more than any question needs, and for what is no UTF-8."""
    given = sys.stdin.buffer.read(_SQL_BYTES + 1)
    if len(given) > _SQL_BYTES:
        raise UsageError(f"standard input: expected at most {_SQL_BYTES:,} bytes of SQL, found more")
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input: expected UTF-8, found {given[error.start : error.start + 1]!r}") from error


def _answered(sql: str, timeout_s: float, memory_limit: str, max_rows: int) -> Answer:
    try:
        with _not_too_deep():
            return run_query(sql, timeout_s=timeout_s, memory_limit=memory_limit, max_rows=max_rows)
    except MemoryError as error:
        raise QueryStoppedError("stopped: a value of the answer is too large; select less") from error


@contextmanager
def _not_too_deep() -> Iterator[None]:
    try:
        yield
    except RecursionError as error:
        raise QueryStoppedError("stopped: values are nested too deeply to be printed") from error


@app.command()
def names(
    name: Annotated[str | None, typer.Argument(help="A name, such as Turkey, EL or EU; without it, all.")] = None,
    output: Output = Format.TABLE,
) -> None:
    """Look up a name: countries, groups and totals, their codes, which sources print them, and all their names.

    [bold]Examples[/]

      burden names EU

      burden names "Korea, Rep."

      burden names --format csv
    """
    with closing(connect()) as warehouse:
        rows = usage.entities(warehouse, name)
    print_rows(console(), rows if name or output is not Format.TABLE else rows.drop("meaning", "names"), output)


@app.command()
def compliance(
    rule: Annotated[str, typer.Option(help="The rule, such as wales_2pct.")] = "hague_core_3_5pct",
    edition: Edition = None,
    as_of: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As it was known on a day.")] = None,
    country: Country = None,
    year: Year = None,
    output: Output = Format.TABLE,
) -> None:
    """Who meets a rule, and how much is missing: positive gaps are missing, negative ones are above.

    Without --edition or --as-of: the newest figures. Without --country and --year: the last year held.

    [bold]Examples[/]

      burden compliance

      burden compliance --rule wales_2pct --year 2024 --as-of 2024-12-31

      burden compliance --country Germany --year 2025 --format json
    """
    day = as_of.date() if as_of else None
    with closing(connect()) as warehouse:
        rows = compliance_rows(warehouse, rule=rule, edition=edition, as_of=day, country=country, year=year)
    if output is not Format.TABLE:
        print_rows(console(), rows, output)
        return
    threshold = rows["threshold_pct"][0]
    print_rows(
        console(), rows.drop(_ONLY_FOR_PROGRAMS, strict=False).drop("entity"), output, title=f"{rule}: {threshold:g} %"
    )
    if rows.height > 1:
        met, unreported = (rows.filter(rows["verdict"] == verdict).height for verdict in ("met", "not_reported"))
        count = counted(met, rows.height, unreported)
        console().print(f"\nmet: {count}; --format csv has more columns")


@app.command()
def explain(
    subject: Annotated[str, typer.Argument(help="A country, or a mart (and its column): mart.compliance.gap_pp.")],
    year_or_nothing: Annotated[int | None, typer.Argument(metavar="[YEAR]", help="The year of the figure.")] = None,
    indicator: Annotated[str | None, typer.Argument(help="What is measured, such as defence_share_of_gdp.")] = None,
    year: Year = None,
    rule: Annotated[str | None, typer.Option(help="The rule, for marts that have one.")] = None,
    edition: Edition = None,
    entity: Annotated[str | None, typer.Option("--entity", "--country", help="Country, for marts.")] = None,
    source: Annotated[str | None, typer.Option(help="Source of the figure, where several sources print it.")] = None,
    currency: Annotated[
        str | None, typer.Option(help="Which figure, where it is printed in several currencies.")
    ] = None,
    price_basis: Annotated[str | None, typer.Option(help="current or constant.")] = None,
    key: Annotated[list[str] | None, typer.Option(help="Any other key of a mart: --key group_id=NATO.")] = None,
    output: Annotated[Format, typer.Option("--format", "-f", help="table (a tree) or json.")] = Format.TABLE,
) -> None:
    """Where a figure comes from: formula, inputs, edition, cell, licence and citation; recomputed on the way.

    [bold]Examples[/]

      burden explain DEU 2025 defence_share_of_gdp

      burden explain Poland 2025 defence_share_of_gdp --edition nato:2025-08-28

      burden explain mart.compliance.gap_national_currency_m --rule hague_core_3_5pct --entity DEU --year 2025

      burden explain mart.aggregate.members --year 2024 --key group_id=NATO --key membership_basis=fixed_members
    """
    if output not in {Format.TABLE, Format.JSON}:
        raise typer.BadParameter("an explanation is a tree: table or json", param_hint="--format")
    asked_year = year_or_nothing if year_or_nothing is not None else year
    with closing(connect()) as warehouse:
        if subject.startswith(("mart.", "core.")):
            table, column = _table_and_column(subject)
            given = {"rule_id": rule, "edition_id": edition, "entity": entity, "year": asked_year, "source_id": source}
            keys: dict[str, Value] = {name: value for name, value in given.items() if value is not None}
            figures = explain_mart(warehouse, table, {**keys, **_keys(key or [])}, column, depth=None if column else 1)
        else:
            if asked_year is None or indicator is None:
                raise typer.BadParameter("a country's figure needs a year and an indicator", param_hint="SUBJECT")
            figures = [
                explain_observation(
                    warehouse,
                    subject,
                    asked_year,
                    usage.indicator(warehouse, indicator),
                    edition_id=usage.edition_id(warehouse, edition) if edition else None,
                    source_id=usage.source_id(warehouse, source) if source else None,
                    currency=currency,
                    price_basis=price_basis,
                )
            ]
    if output is Format.JSON:
        sys.stdout.write(to_json(figures))
    else:
        screen = console()
        for line in explanation_lines(figures, width_of(screen)):
            screen.print(line, soft_wrap=True)


def _table_and_column(subject: str) -> tuple[str, str | None]:
    schema, _, rest = subject.partition(".")
    table, _, column = rest.partition(".")
    return f"{schema}.{table}", column or None


def _keys(given: list[str]) -> dict[str, Value]:
    for pair in given:
        if "=" not in pair:
            raise typer.BadParameter(f"{pair!r} is no name=value", param_hint="--key")
    return {name: value for name, _, value in (pair.partition("=") for pair in given)}


@app.command("revisions")
def revisions_command(
    country: Country = None,
    year: Year = None,
    indicator: Annotated[str, typer.Option(help="What is measured.")] = "defence_share_of_gdp",
    edition: Annotated[str | None, typer.Option(help="The revising edition; else the newest of the source.")] = None,
    source: Annotated[str, typer.Option(help="Source of the figures.")] = "nato",
    rule: Annotated[
        str | None, typer.Option(help="Instead: verdict changes under this rule, in every edition.")
    ] = None,
    output: Output = Format.TABLE,
) -> None:
    """What a later edition changed, split into spending, GDP and method; or which verdicts changed by it.

    [bold]Examples[/]

      burden revisions --country Italy

      burden revisions --rule wales_2pct --year 2024

      burden revisions --edition nato:2026-07-10 --year 2024 --format csv
    """
    with closing(connect()) as warehouse:
        notes: list[str] = []
        if rule:
            rows = changed_verdicts(warehouse, rule=rule, year=year, country=country)
            notes = definition_changes(warehouse, rows.select("from_edition_id", "edition_id").iter_rows())
        else:
            rows = revisions(warehouse, country=country, year=year, indicator=indicator, edition=edition, source=source)
    title = f"{rule}: whose verdict changed" if rule else f"{indicator}: what was revised"
    shown = rows.drop(_ONLY_FOR_PROGRAMS, strict=False) if output is Format.TABLE else rows
    print_rows(console(), shown, output, title=title)
    if rows.is_empty():
        notice("nothing was revised in what was asked for")
    for note in notes:
        notice(note)


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="A new folder for the bundle.")],
    file_format: Annotated[FileFormat, typer.Option("--format", "-f", help="What is written.")] = FileFormat.PARQUET,
    public: Annotated[bool, typer.Option("--public", help="Leave out what may not be passed on.")] = False,  # noqa: FBT002
) -> None:
    """Write tables as files, with terms, citations and hashes: Parquet or CSV with a data package, workbook, or SQLite.

    [bold]Examples[/]

      burden export --to bundle

      burden export --to bundle --format xlsx --public
    """
    done = export_bundle(to, file_format, public=public)
    console().print(f"{done.path}: {done.files} files, {done.bytes / 1e6:,.1f} MB")
    for line in done.left_out:
        console().print(f"left out: {line}")


@app.command()
def report(
    to: Annotated[Path | None, typer.Option(help="Copy the site to this new folder, or file named .zip.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,  # noqa: FBT002
) -> None:
    """The report of the served publication: where it is, a copy of its whole site, or the page itself.

    [bold]Examples[/]

      burden report

      burden report --open

      burden report --to burden-sharing

      burden report --to burden-sharing.zip
    """
    page = copy_site(to) if to else served_report()
    sys.stdout.write(f"{page}\n")
    if show:
        webbrowser.open(page.resolve().as_uri())
