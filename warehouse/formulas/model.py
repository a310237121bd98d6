"""The shape of a formula: a column of a mart, the figures that go into it, and the expression over them.

Belongs here: dataclasses, and conditions that many inputs share. Does not belong here: any particular mart; evaluation
(warehouse.reading.explain). All SQL is over two names: `r`, the row that is explained, and `i`, a row of the input's table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """Figures that go into a formula: `column` of those rows of `table` for which `where` holds.

    `name` stands for the value in the expression: one value, null where no row is found; a list in the order of the
    table's grain if `many`.
    """

    name: str
    table: str
    column: str
    where: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """How one column of a mart comes about in the rows for which `when` holds.

    `expression` is SQL over the names of the inputs, and over `r` for what is no figure (its keys, its basis). `text`
    says it for a reader where the expression alone would not. Without an expression the figure is computed outside
    SQL, and the text must say by what.
    """

    column: str
    expression: str | None
    inputs: tuple[Input, ...] = ()
    text: str | None = None
    when: str = "true"

    def __post_init__(self) -> None:
        if self.expression is None and self.text is None:
            raise ValueError(f"{self.column}: a formula without an expression needs a text")

    def describe(self) -> str:
        """The formula for a reader."""
        return self.text or self.expression or ""


def same(*columns: str) -> str:
    """The input's row agrees with the explained one in these columns; `theirs=ours` where the names differ."""
    pairs = (column.partition("=") for column in columns)
    return " AND ".join(f"i.{theirs} = r.{ours or theirs}" for theirs, _, ours in pairs)


def observed(name: str, indicator: str, condition: str = "true", *, many: bool = False, key: str = "") -> Input:
    """A figure of core.observation, by default of the same edition, entity and year."""
    where = f"{key or same('edition_id', 'entity', 'year')} AND i.indicator = '{indicator}' AND {condition}"
    return Input(name, "core.observation", "value", where, many=many)


def own(name: str, table: str, grain: tuple[str, ...], column: str | None = None) -> Input:
    """Another figure of the same row of the mart."""
    return Input(name, table, column or name, same(*grain))


USD_CURRENT = "i.currency = 'USD' AND i.price_basis = 'current'"
USD_CONSTANT = "i.currency = 'USD' AND i.price_basis = 'constant'"
