"""Contract to asset: check specs, the gate inside the writing step, Parquet, metadata.

Belongs here: how any contracted table becomes a Dagster asset. Does not belong here: how a table is computed.

The gate sits in the op that writes: check results are yielded first, then either the table is written or the step
fails for good. A blocking asset check next to the op would block only within its own run.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import dagster as dg
import polars as pl

from orchestration.column_lineage import column_lineage, described
from orchestration.ingest.set_aside import set_aside
from orchestration.ingest.staleness import origin_of
from orchestration.stores import Stores
from warehouse.checks.expectations import ExpectationResult, validate
from warehouse.contracts.model import Expectation, Table
from warehouse.reading.rendering import to_markdown
from warehouse.table_file import Rows
from warehouse.table_store import Origin, Tables

Compute = Callable[[Tables, Stores, str], Rows]
# What a person should see of a written table in addition to its rows: from the table and those that it reads.
Report = Callable[[pl.DataFrame, Mapping[str, pl.DataFrame]], Mapping[str, Any]]

CONTRACT: Final = "contract"
# The tag of a run in which both judges judge every expectation, whatever the first finds.
JUDGED_TWICE: Final = {"burden/judged_twice": "yes"}
_DESCRIBED: Final = 2000  # characters of a message that the UI shows whole
_FIRST_ROWS: Final = 3
_SAMPLES: Final = 10
_ANSWERS: Final = dg.TableSchema(
    columns=[
        dg.TableColumn("expectation"),
        dg.TableColumn("passed", "bool"),
        dg.TableColumn("severity"),
        dg.TableColumn("unexpected_rows", "int"),
        dg.TableColumn("first_rows"),
        dg.TableColumn("reason"),
    ]
)


def asset_key(table_id: str) -> dg.AssetKey:
    return dg.AssetKey(table_id.split("."))


def table_asset(
    table: Table,
    compute: Compute,
    *,
    group: str,
    kinds: set[str],
    code_version: str,
    deps: Sequence[dg.AssetKey] = (),
    metadata: Mapping[str, Any] | None = None,
    report: Report | None = None,
) -> dg.AssetsDefinition:
    """The asset of a contracted table. `compute` gets the tables of `table.reads`, the stores and the run id."""
    upstream = dict.fromkeys([*map(asset_key, (*table.reads, *table.joins)), *deps])

    @dg.asset(
        key=asset_key(table.id),
        deps=list(upstream),
        group_name=group,
        kinds=kinds,
        description=_description(table),
        code_version=code_version,
        check_specs=check_specs(table),
        metadata={"dagster/column_schema": column_schema(table), "licence": table.licence, **(metadata or {})},
    )
    def build(
        context: dg.AssetExecutionContext, stores: Stores
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
        yield from _build(table, compute, stores, code_version=code_version, run=context.run, report=report)

    return build


def table_assets(
    name: str, made: Sequence[tuple[Table, Compute, str]], *, group: str, kinds: set[str]
) -> dg.AssetsDefinition:
    """The assets of tables that are made faster than a step is run, as one step.

    `made` are tables, each after those that it reads, with what computes it and its code version. A table that fails
    its gate stops those that need it, and the step, once the others are written.
    """

    @dg.multi_asset(
        name=name,
        can_subset=True,
        specs=[
            dg.AssetSpec(
                asset_key(table.id),
                deps=list(map(asset_key, dict.fromkeys((*table.reads, *table.joins)))),
                group_name=group,
                kinds=kinds,
                description=_description(table),
                code_version=code_version,
                metadata={"dagster/column_schema": column_schema(table), "licence": table.licence},
            )
            for table, _, code_version in made
        ],
        check_specs=[spec for table, _, _ in made for spec in check_specs(table)],
    )
    def build(
        context: dg.AssetExecutionContext, stores: Stores
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
        failed: dict[str, str] = {}
        for table, compute, code_version in made:
            if asset_key(table.id) not in context.selected_asset_keys or failed.keys() & {*table.reads, *table.joins}:
                continue
            try:
                yield from _build(table, compute, stores, code_version=code_version, run=context.run)
            except dg.Failure as failure:
                failed[table.id] = failure.description or ""
        if failed:
            raise dg.Failure(description=" | ".join(failed.values()), allow_retries=False)

    return build


def _build(
    table: Table,
    compute: Compute,
    stores: Stores,
    *,
    code_version: str,
    run: dg.DagsterRun,
    report: Report | None = None,
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    store = stores.tables()
    reads = store.tables(table.reads)
    origin = origin_of(table, stores.root, code_version)
    rows = compute(reads, stores, run.run_id)
    shown = report(rows, reads) if report and isinstance(rows, pl.DataFrame) else {}
    yield from gate_and_write(table, rows, stores, origin=origin, run=run, shown=shown)


def gate_and_write(
    table: Table,
    rows: Rows,
    stores: Stores,
    *,
    origin: Origin,
    run: dg.DagsterRun,
    shown: Mapping[str, Any],
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    """Run the table's suite; write the table if nothing blocks, else remember the refusal and fail without retry."""
    store = stores.tables()
    joined = {table_id.replace(".", "_"): store.file(table_id) for table_id in table.joins}
    held = in_contract_types(table, rows) if isinstance(rows, pl.DataFrame) else rows
    judged_twice = JUDGED_TWICE.items() <= run.tags.items()
    results = validate(table, held, joined, judged_twice=judged_twice)
    checks = check_results(table, results)
    blocking = [result for result in results if result.blocks]
    if blocking:
        yield from checks
        store.refuse(table, run_id=run.run_id, failed=[result.expectation.id for result in blocking])
        said = [*(result.describe() for result in blocking), *set_aside(stores.landing(), blocking)]
        raise dg.Failure(description=f"{table.id} was not written. " + " | ".join(said), allow_retries=False)
    evaluated_at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    records = [result_record(table, result, run.run_id, evaluated_at) for result in results]
    sample = to_markdown(rows.head(5))
    manifest = store.write(table, rows, origin=origin, run_id=run.run_id, results=records)
    yield dg.MaterializeResult(
        asset_key=asset_key(table.id),
        check_results=checks,
        data_version=dg.DataVersion(manifest.content_sha256[:16]),
        metadata={
            "dagster/row_count": manifest.rows,
            "dagster/uri": str(store.parquet(table.id)),
            "content_sha256": manifest.content_sha256,
            "sample": dg.MetadataValue.md(sample),
            **column_lineage(table),
            **shown,
        },
    )


def in_contract_types(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the contract's types, if its columns are the contract's; else as it is, for the gate to refuse."""
    if set(frame.columns) != set(table.column_names):
        return frame
    return frame.select(table.column_names).cast(table.polars_schema)


def check_specs(table: Table) -> list[dg.AssetCheckSpec]:
    """One asset check a question: the table's contract, and each topic of its own checks. Great Expectations is not
    imported.
    """
    return [
        dg.AssetCheckSpec(
            name,
            asset=asset_key(table.id),
            description=_asked(name, expectations),
            blocking=any(expectation.blocks for expectation in expectations),
            metadata={"expectations": len(expectations)},
        )
        for name, expectations in questions(table).items()
    ]


def questions(table: Table) -> dict[str, list[Expectation]]:
    """The table's expectations by the asset check that they belong to, the contract's first."""
    found: dict[str, list[Expectation]] = {CONTRACT: []}
    for expectation in table.suite():
        found.setdefault(expectation.topic or CONTRACT, []).append(expectation)
    return found


def _asked(name: str, expectations: Sequence[Expectation]) -> str:
    """What a check asks: of a topic its expectations, of a contract what it consists of."""
    if name == CONTRACT:
        return "the contract holds: columns, grain, what is known, vocabularies, patterns, ranges, finite figures"
    reasons = "\n".join(f"- `{expectation.id}`: {expectation.reason}" for expectation in expectations)
    return f"{name.replace('_', ' ')}\n\n{reasons}"


def check_results(table: Table, results: Sequence[ExpectationResult]) -> list[dg.AssetCheckResult]:
    """The results by question, in the order of `check_specs`."""
    by_id = {result.expectation.id: result for result in results}
    return [
        _check_result(table, name, [by_id[expectation.id] for expectation in expectations])
        for name, expectations in questions(table).items()
    ]


def _check_result(table: Table, name: str, results: Sequence[ExpectationResult]) -> dg.AssetCheckResult:
    """One question's answer: as severe as the worst expectation that failed."""
    failed = sorted((result for result in results if not result.passed), key=lambda result: not result.blocks)
    # What does not block informs: figures that broke a strong check have been withheld or accepted at ingestion.
    severe = any(result.blocks for result in failed) if failed else any(r.expectation.blocks for r in results)
    return dg.AssetCheckResult(
        asset_key=asset_key(table.id),
        check_name=name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
        description=" | ".join(result.describe() for result in failed)[:_DESCRIBED] or None,
        metadata={
            "failed": len(failed),
            "rows_tested": max(result.row_count for result in results),
            "expectations": _answers([*failed, *(result for result in results if result.passed)]),
            **{result.expectation.id: dg.MetadataValue.json(result.sample_rows()) for result in failed[:_SAMPLES]},
        },
    )


def _answers(results: Sequence[ExpectationResult]) -> dg.TableMetadataValue:
    """One row an expectation: whether it held, how many rows broke it, and the first of them."""
    records = [
        dg.TableRecord(
            {
                "expectation": result.expectation.id,
                "passed": result.passed,
                "severity": "error" if result.blocks or result.expectation.blocks else "warn",
                "unexpected_rows": 0 if result.passed else result.unexpected_count,
                "first_rows": "" if result.passed else _first_rows(result),
                "reason": result.expectation.reason,
            }
        )
        for result in results
    ]
    return dg.MetadataValue.table(records, schema=_ANSWERS)


def _first_rows(result: ExpectationResult) -> str:
    return (result.exception or json.dumps(result.sample_rows()[:_FIRST_ROWS], ensure_ascii=False))[:_DESCRIBED]


def result_record(table: Table, result: ExpectationResult, run_id: str, evaluated_at: dt.datetime) -> dict[str, Any]:
    """The row of quality.expectation_result."""
    return {
        "table_id": table.id,
        "expectation_id": result.expectation.id,
        "expectation_type": result.expectation.type,
        "severity": result.expectation.severity,
        "question": result.expectation.question,
        "passed": result.passed,
        "unexpected_count": 0 if result.passed else result.unexpected_count,
        "row_count": result.row_count,
        "sample": result.sample_json(),
        "reason": result.expectation.reason,
        "run_id": run_id,
        "evaluated_at": evaluated_at.isoformat(),
    }


def column_schema(table: Table) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.type,
                description=described(table, column),
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for column in table.columns
        ]
    )


def _description(table: Table) -> str:
    caveats = "".join(f"\n\n**Caveat.** {caveat}" for caveat in table.caveats)
    return f"{table.description}\n\nGrain: {', '.join(table.grain)}. Source: {table.source}.{caveats}"
