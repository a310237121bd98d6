"""Which expectations certainly hold: those on columns and single values, asked of a whole table in a pass of polars.

Great Expectations takes some milliseconds for each expectation, whatever it asks, and a table has dozens of these. Here
nothing is found broken: what is not certain, because a value is not allowed or because the expectation is of a kind that
is not known here, is left to Great Expectations.

Belongs here: expectations that follow from a contract, each as strict as Great Expectations' own of that type. Does not
belong here: SQL over several tables, which rows break an expectation (expectations).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Final

import polars as pl

from warehouse.contracts.model import Expectation, Table, not_finite, not_unique, outside_vocabulary
from warehouse.table_file import Rows


class _Values:
    """The values of one column, each fact about them computed once."""

    def __init__(self, column: pl.Series) -> None:
        self._column = column

    @cached_property
    def distinct(self) -> pl.Series:
        """Each value once, without null."""
        return self._column.unique().drop_nulls()

    @cached_property
    def _finite(self) -> bool:
        return bool(self._column.is_finite().all())  # a null is no figure, and not asked of

    def all_known(self) -> bool:
        return self._column.null_count() == 0

    def all_finite(self) -> bool:
        return self._finite

    def all_words_in(self, allowed: Sequence[str]) -> bool:
        """Of a column of lists: a list with a null is not certain."""
        return set(self._column.drop_nulls().explode(empty_as_null=False).unique()) <= set(allowed)

    def all_in(self, value_set: Sequence[str]) -> bool:
        return set(self.distinct) <= set(value_set)

    def all_match(self, regex: str) -> bool:
        r"""Whether each value matches; `\d` is a digit of ASCII, as it is to RE2, which Great Expectations uses here."""
        return bool(self.distinct.str.contains(regex.replace(r"\d", "[0-9]")).all())

    def all_as_long_as(self, min_value: int) -> bool:
        return bool((self.distinct.str.len_chars() >= min_value).all())

    def all_between(self, min_value: float | None, max_value: float | None) -> bool:
        if self._column.dtype.is_float() and not self._finite:
            return False  # NaN has no place in an order
        low: Any = self._column.min()
        high: Any = self._column.max()
        return low is None or ((min_value is None or low >= min_value) and (max_value is None or high <= max_value))


def certainly_holding(table: Table, rows: Rows) -> frozenset[str]:
    """Ids of the expectations of the table's suite that `rows` certainly keep; none where their types are not the table's.

    A long file is looked at in batches: that no key comes twice is not seen by it.
    """
    if isinstance(rows, pl.DataFrame):
        return _certain_of(table, rows)
    of_batches = [_certain_of(table, batch) for batch in rows.batches()]
    of_all = frozenset.intersection(*of_batches)
    if len(of_batches) == 1:
        return of_all
    across = {e.id for e in table.suite() if e.query == not_unique(table.grain)}
    return of_all - across


def _certain_of(table: Table, frame: pl.DataFrame) -> frozenset[str]:
    if frame.schema != table.polars_schema:
        return frozenset()
    values = {name: _Values(frame[name]) for name in frame.columns}
    in_sql = dict(_in_sql(table, frame, values))
    return frozenset(e.id for e in table.suite() if _holds(e, frame, values, in_sql))


def _holds(
    expectation: Expectation,
    frame: pl.DataFrame,
    values: Mapping[str, _Values],
    in_sql: Mapping[str, Callable[[], bool]],
) -> bool:
    kwargs = dict(expectation.kwargs)
    if expectation.query is not None:
        return expectation.query in in_sql and in_sql[expectation.query]()
    if expectation.type in _OF_FRAMES:
        return _OF_FRAMES[expectation.type](frame, **kwargs)
    if expectation.type in _OF_VALUES:
        return _OF_VALUES[expectation.type](values[kwargs.pop("column")], **kwargs)
    return False


def _in_sql(
    table: Table, frame: pl.DataFrame, values: Mapping[str, _Values]
) -> Iterator[tuple[str, Callable[[], bool]]]:
    """The queries that follow from the contract, and how to see that they find no row."""
    yield not_unique(table.grain), lambda: frame.select(table.grain).n_unique() == frame.height
    for column in table.columns:
        of_column = values[column.name]
        if column.type == "DOUBLE":
            yield not_finite(column.name), of_column.all_finite
        elif column.values is not None and column.type.endswith("[]"):
            yield outside_vocabulary(column.name, column.values), partial(of_column.all_words_in, column.values)


# By type, with the kwargs that contracts give: any other, such as `mostly`, is a TypeError, not passed over.
_OF_FRAMES: Final[Mapping[str, Callable[..., bool]]] = {
    "expect_table_columns_to_match_ordered_list": lambda frame, column_list: frame.columns == list(column_list),
    "expect_table_row_count_to_be_between": lambda frame, min_value: frame.height >= min_value,
}
_OF_VALUES: Final[Mapping[str, Callable[..., bool]]] = {
    "expect_column_values_to_not_be_null": _Values.all_known,
    "expect_column_values_to_be_in_set": _Values.all_in,
    "expect_column_values_to_match_regex": _Values.all_match,
    "expect_column_value_lengths_to_be_between": _Values.all_as_long_as,
    "expect_column_values_to_be_between": _Values.all_between,
}
