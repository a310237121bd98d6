"""A contract's suite over a frame: one result an expectation, by the first judge and, where it must be, the second.

Belongs here: the first judge, which is polars for what follows from a contract (certain) and DuckDB for what is SQL; what
is left to the second judge; the results.
Does not belong here: Great Expectations (second_judge), which expectations a table has (contracts), what happens when
one fails (orchestration.tables).

- What the first judge finds to hold, holds.
- What a query only warns of is in its rows: there is nothing more to judge.
- All else, which may stop a table or withhold a figure, the second judge judges for itself.
- In a full audit it judges every expectation. Where the two differ, the program is at fault, and the expectation has
  failed.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeGuard

import duckdb
import polars as pl

from warehouse.checks import second_judge
from warehouse.checks.certain import certainly_holding
from warehouse.checks.files import referenced, relations
from warehouse.checks.second_judge import SAMPLE_ROWS, Verdict
from warehouse.contracts.model import Expectation, Table
from warehouse.files import unfinished_folder
from warehouse.scratch import scratch_database
from warehouse.settings import duckdb_limits, spill_folder
from warehouse.table_file import Rows, TableFile

ENUMERATED_FROM: Final = 10_000  # rows; of fewer, to make enumerations takes longer than they save
_BATCH: Final = "batch"
_LONGEST_ENUMERATION: Final = 2**16  # words of a column; more are no vocabulary, and take four bytes each
_OF_COLUMNS: Final = "expect_column_"
_ROWS_KEPT: Final = 200  # of a query
_AT_A_TIME: Final = 2  # queries, of which most of the time is planning, on one core
_ONE_BY_ONE_FROM: Final = 1_000_000  # rows; of more, a query has work for all cores, and two take twice the memory


@dataclass(frozen=True, slots=True)
class _Answer:
    """Of the first judge to one expectation: the first rows that break it, and how many do; `raised`: it cannot be asked."""

    rows: Sequence[Mapping[str, Any]] = ()
    count: int = 0
    raised: bool = False

    @property
    def holds(self) -> bool:
        return self.count == 0 and not self.raised


_HOLDS: Final = _Answer()


class _Database:
    """The table under test as `batch`, and those that its checks join to, in one DuckDB for all expectations of a suite.

    A relation that several queries select from is computed once, when the first of them is run.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, suite: Sequence[Expectation]) -> None:
        self._connection = connection
        self._cursors = threading.local()
        self._first: dict[str, list[dict[str, Any]]] = {}
        self._written = {_query(e): e.written for e in suite if e.written is not None}
        self._uses = Counter(_references(self._written.values()))
        self._made: set[str] = set()
        self._making: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        ((self._name,),) = connection.execute("SELECT current_database()").fetchall()
        connection.execute("CREATE SCHEMA IF NOT EXISTS relation")

    def ask(self, expectations: Sequence[Expectation], at_a_time: int = 1) -> dict[str, _Answer]:
        """The answer to the query of each expectation, on so many cursors."""
        queries = [_query(expectation) for expectation in expectations]
        with ThreadPoolExecutor(at_a_time) as pool:
            return dict(zip((e.id for e in expectations), pool.map(self._answer, queries), strict=True))

    def _answer(self, query: str) -> _Answer:
        try:
            return _Answer(self.rows(query), self.count(query))
        except duckdb.Error:
            return _Answer(raised=True)

    def as_given(self) -> _Database:
        """Over the same tables, but each query asked again, as the contract gives it: without relations made once."""
        return _Database(self._connection, ())

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The first rows of a query, _ROWS_KEPT at most: the largest deviation first, in an order that is always the same.
        It is run once, for its rows and for their count; once more where it has rows, to order them.
        """
        if query not in self._first:
            found = f"({self._over_relations(query)})"
            rows = self._fetched(f"FROM {found} LIMIT {_ROWS_KEPT}")
            if len(rows) > 1:
                rows = self._fetched(f"FROM {found} ORDER BY {_order(list(rows[0]))} LIMIT {_ROWS_KEPT}")
            self._first[query] = rows
        return self._first[query]

    def _fetched(self, query: str) -> list[dict[str, Any]]:
        cursor = self._cursor().execute(query)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def count(self, query: str) -> int:
        """How many rows a query has, beyond those kept too."""
        found = len(self.rows(query))
        if found == _ROWS_KEPT:
            counted = self._cursor().execute(f"SELECT count(*) FROM ({self._over_relations(query)})")
            found = counted.fetchall()[0][0]
        return found

    def frame(self, query: str) -> pl.DataFrame:
        """All rows of a query."""
        rows: pl.DataFrame = self._cursor().sql(self._over_relations(query)).pl()
        return rows.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))

    def _over_relations(self, query: str) -> str:
        """The query over `batch` and the relations that it names, which are there afterwards."""
        written = self._written.get(query, query)
        for name in dict.fromkeys(referenced(written)):
            self._make(name)
        return written.format(batch="batch")

    def _make(self, name: str) -> None:
        with self._making[name]:  # a relation needs others, and none itself: nobody waits for who waits for him
            if name in self._made:
                return
            kind = "TABLE" if self._uses[name] > 1 else "VIEW"
            self._cursor().execute(f"CREATE {kind} relation.{name} AS {self._over_relations(relations()[name])}")
            self._made.add(name)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Of this thread."""
        if not hasattr(self._cursors, "own"):
            self._cursors.own = self._connection.cursor()
            self._cursors.own.execute(f"USE {self._name}")
        cursor: duckdb.DuckDBPyConnection = self._cursors.own
        return cursor


def _references(queries: Iterable[str]) -> Iterator[str]:
    """Every mention of a relation in some queries, and once in each relation that they need."""
    waiting, seen = list(queries), set[str]()
    while waiting:
        for name in referenced(waiting.pop()):
            yield name
            if name not in seen:
                seen.add(name)
                waiting.append(relations()[name])


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """What came of one expectation. An expectation that raised has failed, and always blocks.

    `offending` are all rows that broke one that asks of arithmetic or resemblance; empty for the others.
    """

    expectation: Expectation
    passed: bool
    unexpected_count: int
    row_count: int
    sample: Sequence[Mapping[str, Any]]
    exception: str | None = None
    offending: pl.DataFrame = field(default_factory=pl.DataFrame, compare=False)

    @property
    def blocks(self) -> bool:
        return not self.passed and (self.expectation.blocks or self.exception is not None)

    def describe(self) -> str:
        """One line for a person: the check, its reason, how many rows broke it, the first of them."""
        if self.exception is not None:
            fault = "a fault of the program, not of the data: report it"
            return f"{self.expectation.id} could not be evaluated, {fault}: {self.exception[:500]}"
        first = json.dumps(self.sample_rows()[:1], ensure_ascii=False)
        found = f"{self.unexpected_count} offending, first {first}"
        return f"{self.expectation.id}: expected {self.expectation.reason}; found {found}"

    def sample_rows(self) -> list[dict[str, Any]]:
        """The sample as plain JSON values."""
        rows: list[dict[str, Any]] = json.loads(self.sample_json())
        return rows

    def sample_json(self) -> str:
        return json.dumps(list(self.sample), default=str, ensure_ascii=False)


def validate(
    table: Table, rows: Rows, joined: Mapping[str, Rows], *, judged_twice: bool = False
) -> list[ExpectationResult]:
    """Run the table's suite over `rows`. `joined` holds the tables its queries join to, as `schema_table`; the table's
    own name is the rows, unless `joined` has one: what was held when they arrived. With `judged_twice` the second judge
    judges every expectation, too.

    Results come in the order of `table.suite()`. Nothing is raised for data that fails.
    """
    suite = table.suite()
    said = dict.fromkeys(certainly_holding(table, rows), _HOLDS)
    queries = [expectation for expectation in suite if expectation.query is not None]
    asked = [expectation for expectation in queries if expectation.id not in said]
    has_database = bool(queries if judged_twice else asked)
    with _tables_in_duckdb(table, rows, joined) if has_database else nullcontext() as database:
        if database:
            said |= database.ask(asked, at_a_time=_AT_A_TIME if rows.height < _ONE_BY_ONE_FROM else 1)
        left = [e for e in suite if judged_twice or _is_left_to_the_second(e, said.get(e.id))]
        verdicts = _second_verdicts(left, rows, table.grain, database.as_given() if database else None)
        results = [_result(e, said.get(e.id), verdicts.get(e.id), rows.height) for e in suite]
        return [_with_all_rows(result, database) if database else result for result in results]


def _second_verdicts(
    left: Sequence[Expectation], rows: Rows, keys: Sequence[str], database: _Database | None
) -> dict[str, Verdict]:
    """What the second judge finds: of columns in one batch of rows after the other, of the table and of a query once."""
    verdicts: dict[str, Verdict] = {}
    waiting = list(left)
    for batch in _batches(rows):
        if not waiting:
            break
        for identifier, verdict in second_judge.judge(waiting, batch, keys, database).items():
            before = verdicts.get(identifier)
            verdicts[identifier] = before.and_of(verdict) if before else verdict
        waiting = [expectation for expectation in waiting if expectation.type.startswith(_OF_COLUMNS)]
    return verdicts


def _is_left_to_the_second(expectation: Expectation, said: _Answer | None) -> bool:
    """Whether the first judge cannot say, or says what may stop a table or withhold a figure."""
    return said is None or said.raised or not (said.holds or expectation.severity == "warn")


def _result(
    expectation: Expectation, said: _Answer | None, verdict: Verdict | None, row_count: int
) -> ExpectationResult:
    """What the judges, one at least, make of an expectation."""
    if said and verdict and verdict.exception is None and said.holds != verdict.passed:
        return _difference(expectation, said, verdict, row_count)
    if verdict is None:
        found = said or _HOLDS
        verdict = Verdict(found.holds, found.count, found.rows[:SAMPLE_ROWS])
    return ExpectationResult(
        expectation, verdict.passed, verdict.unexpected_count, row_count, verdict.sample, verdict.exception
    )


def _difference(expectation: Expectation, said: _Answer, verdict: Verdict, row_count: int) -> ExpectationResult:
    """Two judges that differ: the program is at fault, and which of them errs is not known."""
    first = "cannot be asked" if said.raised else "holds" if said.holds else f"is broken by {said.count} rows"
    second = "holds" if verdict.passed else f"is broken by {verdict.unexpected_count} rows"
    return ExpectationResult(
        expectation,
        passed=False,
        unexpected_count=max(said.count, verdict.unexpected_count, 1),
        row_count=row_count,
        sample=(said.rows or verdict.sample)[:SAMPLE_ROWS],
        exception=f"its judges differ: to polars and DuckDB it {first}, to Great Expectations it {second}",
    )


def _with_all_rows(result: ExpectationResult, database: _Database) -> ExpectationResult:
    """The result with every offending row, where the gate must know which figures they speak of."""
    if result.passed or result.expectation.question == "structure" or result.exception is not None:
        return result
    return replace(result, offending=database.frame(_query(result.expectation)))


def _order(names: Sequence[str]) -> str:
    """What rows of these columns are sorted by."""
    columns = [f'"{name}"' for name in names]
    return ", ".join(["abs(deviation) DESC NULLS LAST", *columns] if "deviation" in names else columns)


def _query(expectation: Expectation) -> str:
    """The SQL of an expectation, as the contract gives it."""
    return str(expectation.query)


@contextmanager
def _tables_in_duckdb(table: Table, rows: Rows, joined: Mapping[str, Rows]) -> Iterator[_Database]:
    on_disk = unfinished_folder(spill_folder()) if _is_long(rows) else nullcontext()
    with on_disk as folder, scratch_database(duckdb_limits(), folder) as connection:
        load_tables(connection, {**joined, _BATCH: rows})
        own_name = table.id.replace(".", "_")
        if own_name not in joined:
            connection.execute(f'CREATE VIEW "{own_name}" AS FROM batch')
        yield _Database(connection, table.suite())


def _batches(rows: Rows) -> Iterator[pl.DataFrame]:
    return iter([rows]) if isinstance(rows, pl.DataFrame) else rows.batches()


def _is_long(rows: Rows) -> bool:
    return isinstance(rows, TableFile) and rows.is_long


def load_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Rows]) -> None:
    """The rows as tables. Where `batch` has many, text of its columns is of an enumeration, which all columns of one name
    share: joins and groups then compare integers, in a third of the time at a million rows. An enumeration is in the order
    of its text, and what a query finds is the same.

    A long file is read where it is, unless it is `batch`, which all queries ask.
    """
    words = _words(tables) if tables[_BATCH].height >= ENUMERATED_FROM else {}
    for name, held in words.items():
        connection.register("_frame", held.to_frame())
        connection.execute(f'CREATE TYPE "words of {name}" AS ENUM (SELECT word FROM _frame)')
    for table, rows in tables.items():
        if _is_joined_in_place(table, rows):
            connection.execute(f'CREATE VIEW "{table}" AS FROM {rows.sql}')
            continue
        as_read = [
            f'"{name}"::"words of {name}" AS "{name}"' if kind == pl.String and name in words else f'"{name}"'
            for name, kind in rows.schema.items()
        ]
        if isinstance(rows, pl.DataFrame):
            connection.register("_frame", rows)
        source = "_frame" if isinstance(rows, pl.DataFrame) else rows.sql
        connection.execute(f'CREATE TABLE "{table}" AS SELECT {", ".join(as_read)} FROM {source}')
    connection.unregister("_frame")


def _is_joined_in_place(table: str, rows: Rows) -> TypeGuard[TableFile]:
    return table != _BATCH and _is_long(rows)


def _words(tables: Mapping[str, Rows]) -> dict[str, pl.Series]:
    """Of each text column of `batch` its words, and those of the same column elsewhere; none of a column with too many."""
    found: dict[str, pl.Series] = {
        name: pl.Series("word", [], pl.String) for name, kind in tables[_BATCH].schema.items() if kind == pl.String
    }
    for table, rows in tables.items():
        if _is_joined_in_place(table, rows):
            continue
        texts = [name for name, kind in rows.schema.items() if kind == pl.String]
        for batch in _batches(rows):
            for name in found.keys() & texts:
                found[name] = pl.concat([found[name], batch[name].unique().alias("word")]).unique()
                if len(found[name]) > _LONGEST_ENUMERATION:
                    del found[name]
    words = {name: held.drop_nulls().sort() for name, held in found.items()}
    return {name: held for name, held in words.items() if len(held)}
