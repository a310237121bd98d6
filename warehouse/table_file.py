"""A table in a Parquet file: what is too long to be in memory as a whole is handed on as this, and read in parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.contracts.model import sql_literal

ROWS_AT_ONCE: Final = 2**18  # a row group of polars' own
# So many are not loaded into memory: a million rows of core.observation with what its checks make of them take 600 MB
# there, and a quarter less time than on disk.
LONG_FROM: Final = 1_500_000


@dataclass(frozen=True)
class TableFile:
    """The rows of a table in a Parquet file that does not change, read in batches of `rows_at_once`."""

    path: Path
    rows_at_once: int = ROWS_AT_ONCE
    long_from: int = LONG_FROM

    @cached_property
    def schema(self) -> pl.Schema:
        return self.scan().collect_schema()

    @cached_property
    def height(self) -> int:
        """Number of rows, as the file's footer says."""
        rows: int = self.scan().select(pl.len()).collect().item()
        return rows

    @property
    def is_long(self) -> bool:
        return self.height >= self.long_from

    @property
    def sql(self) -> str:
        """The rows, as DuckDB selects from them: without the option a folder named `run=3` would become a column."""
        return f"read_parquet({sql_literal(str(self.path))}, hive_partitioning = false)"

    def scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path, hive_partitioning=False)

    def head(self, rows: int) -> pl.DataFrame:
        return self.scan().head(rows).collect()

    def batches(self) -> Iterator[pl.DataFrame]:
        """All rows in order, some at a time; one empty frame where there is none."""
        for offset in range(0, max(self.height, 1), self.rows_at_once):
            yield self.scan().slice(offset, self.rows_at_once).collect()


Rows = pl.DataFrame | TableFile
