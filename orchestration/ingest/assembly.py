"""core.observation of all editions in one Parquet file, without all editions in memory.

Belongs here: what is on disk meanwhile, and the order of the file. Does not belong here: what is done with the figures
(parsing.completed).

Figures come edition by edition and are put down in parts (transforms.normalise.parts), each as long as memory has room
for; part after part is completed; DuckDB sorts what came out, beyond its memory on disk, while polars writes it. Where
one part holds all, nothing is put down. Both ways make the same file, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl
from polars.io.plugins import register_io_source

from orchestration.ingest.parsing import ORDER
from transforms.normalise.parts import in_parts
from warehouse.contracts.core import OBSERVATION
from warehouse.contracts.model import sql_literal
from warehouse.files import unfinished_folder
from warehouse.scratch import scratch_database
from warehouse.settings import duckdb_limits
from warehouse.table_file import TableFile

ROWS_AT_ONCE: Final = 500_000  # of a part: completing a million rows takes 1 GB
_ROWS_HANDED_OVER: Final = 100_000

Complete = Callable[[pl.DataFrame], pl.DataFrame]


def assemble(
    figures: Iterable[pl.DataFrame],
    rows: int,
    complete: Complete,
    path: Path,
    *,
    folder: Path,
    rows_at_once: int = ROWS_AT_ONCE,
) -> TableFile:
    """Write the figures of all editions to `path`, completed, in the contract's types and in ORDER.

    `rows` is how many there are in all. `complete` sees all figures of an indicator, entity and year together. In
    `folder` is put down what waits; nothing of it is left.
    """
    parts = -(-rows // rows_at_once)
    if parts <= 1:
        _sink(_as_contracted(complete(pl.concat(figures))).sort(*ORDER).lazy(), path)
        return TableFile(path)
    with unfinished_folder(folder) as waiting:
        _put_down(figures, parts, waiting, rows_at_once)
        completed = [_completed(part, complete) for part in sorted(waiting.iterdir())]
        _sink(_sorted(completed), path)
    return TableFile(path)


def _as_contracted(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(OBSERVATION.column_names).cast(OBSERVATION.polars_schema)


def _sink(rows: pl.LazyFrame, path: Path) -> None:
    rows.sink_parquet(path, mkdir=True)


def _put_down(figures: Iterable[pl.DataFrame], parts: int, waiting: Path, rows_at_once: int) -> None:
    for number, batch in enumerate(_batched(figures, rows_at_once)):
        for part, rows in in_parts(batch, parts).items():
            rows.write_parquet(waiting / f"{part}" / f"{number}.parquet", compression="lz4", mkdir=True)


def _batched(figures: Iterable[pl.DataFrame], rows_at_once: int) -> Iterator[pl.DataFrame]:
    """Editions, whole, together until they have so many rows."""
    together: list[pl.DataFrame] = []
    for edition in figures:
        together.append(edition)
        if sum(each.height for each in together) >= rows_at_once:
            yield pl.concat(together)
            together = []
    if together:
        yield pl.concat(together)


def _completed(part: Path, complete: Complete) -> Path:
    """One file of a part's rows, completed; what they were made from is removed."""
    files = sorted(part.glob("*.parquet"), key=lambda file: int(file.stem))
    rows = _as_contracted(complete(pl.read_parquet(files)))
    for file in files:
        file.unlink()
    rows.write_parquet(part / "completed.parquet", compression="lz4")
    return part / "completed.parquet"


def _sorted(files: Sequence[Path]) -> pl.LazyFrame:
    """The rows of some files in ORDER, as they come out of DuckDB."""
    names = ", ".join(sql_literal(str(file)) for file in files)
    order = ", ".join(f'"{name}" NULLS FIRST' for name in ORDER)  # as polars sorts
    query = f"FROM read_parquet([{names}], hive_partitioning = false) ORDER BY {order}"

    def rows(
        with_columns: list[str] | None, _predicate: pl.Expr | None, _n_rows: int | None, _batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        with scratch_database(duckdb_limits()) as connection:
            for batch in connection.sql(query).to_arrow_reader(_ROWS_HANDED_OVER):
                yield pl.DataFrame(pl.from_arrow(batch)).select(with_columns or pl.all())

    return register_io_source(rows, schema=OBSERVATION.polars_schema)
