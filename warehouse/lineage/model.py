"""The shape of lineage: a column of a mart, the figures that go into it, and the formula that they go through.

SQL is over two names: `r`, the row that is explained, and `i`, a row of the input's table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from warehouse.contracts.model import Table
from warehouse.marts.macros import macros

Formula = str | pl.Expr
_QUOTED = re.compile(r"'[^']*'")
# A word that is neither part of a dotted name nor the name of a function.
_NAME = re.compile(r"(?<![\w.])([a-z_]\w*)\b(?!\s*[.(])")
_MACRO_CALL = re.compile(r"(mart\.\w+)\((?:([^()]*)\)$)?")


@dataclass(frozen=True, slots=True)
class Input:
    """Figures that go into a formula: `figure`, which is schema.table.column, of the rows for which `where` holds.

    One value, null where no row is found; a list in the order of the table's grain if `many`.
    """

    figure: str
    where: str
    many: bool = False

    @property
    def table(self) -> str:
        return self.figure.rpartition(".")[0]

    @property
    def column(self) -> str:
        return self.figure.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one column of a mart comes about in the rows for which `when` holds.

    `formula` is SQL that calls macros of marts/macros.sql, or an expression of transforms.outlook, over the names of the
    inputs, and over `r.` and a column for what is no figure of the row (its keys, its basis). Without one the figure
    comes from draws or regressions, and `text` says of what.
    """

    column: str
    formula: Formula | None
    inputs: Mapping[str, Input]
    text: str
    when: str = "true"


@dataclass(frozen=True)
class Lineage:
    """What the derivations of one mart have in common: the table, and its inputs by the names that formulas use."""

    table: Table
    inputs: Mapping[str, Input] = field(default_factory=dict)

    def having(self, **further: Input) -> Lineage:
        """The same with inputs that some columns alone have."""
        return Lineage(self.table, {**self.inputs, **further})

    def of(
        self,
        column: str,
        formula: Formula | None,
        text: str | None = None,
        *,
        when: str = "true",
        also: Sequence[str] = (),
    ) -> Derivation:
        """A derivation from the inputs and other figures of the same row that the formula names, and `also` those.

        The text is by default that of the first macro that is called.
        """
        known = {**self._own, **self.inputs}
        names = [name for name in dict.fromkeys([*_names(formula), *also]) if name in known]
        return Derivation(column, formula, {name: known[name] for name in names}, text or _text(formula), when)

    @cached_property
    def _own(self) -> Mapping[str, Input]:
        """Other figures of the same row."""
        here = same(*self.table.grain)
        return {
            name: Input(f"{self.table.id}.{name}", here)
            for name in self.table.column_names
            if name not in self.table.grain
        }


def _names(formula: Formula | None) -> Sequence[str]:
    if formula is None:
        return ()
    if isinstance(formula, pl.Expr):
        return formula.meta.root_names()
    return _NAME.findall(_QUOTED.sub("''", formula))


def _text(formula: Formula | None) -> str:
    """The formula for a reader: that of the first macro that it calls, over what it is called with; else itself."""
    called = _MACRO_CALL.search(formula) if isinstance(formula, str) else None
    if called is None:
        return str(formula)
    macro = macros()[called[1]]
    given = dict(zip(macro.parameters, re.split(r",\s*", called[2] or ""), strict=False))
    return re.sub(r"\w+", lambda word: given.get(word[0], "").removeprefix("r.") or word[0], macro.text)


def over(call: str, *lists: str) -> str:
    """An aggregate over lists of equal length, which `call` names x and y."""
    columns = ", ".join(f"unnest({name}) AS {letter}" for name, letter in zip(lists, "xy", strict=False))
    return f"(SELECT {call} FROM (SELECT {columns}))"


def same(*columns: str) -> str:
    """The input's row agrees with the explained one in these columns; `theirs=ours` where the names differ."""
    pairs = (column.partition("=") for column in columns)
    return " AND ".join(f"i.{theirs} = r.{ours or theirs}" for theirs, _, ours in pairs)


def observed(indicator: str, condition: str = "true", *, many: bool = False, key: str = "") -> Input:
    """A figure of core.observation, by default of the same edition, entity and year."""
    where = f"{key or same('edition_id', 'entity', 'year')} AND i.indicator = '{indicator}' AND {condition}"
    return Input("core.observation.value", where, many=many)


USD_CURRENT = "i.currency = 'USD' AND i.price_basis = 'current'"
USD_CONSTANT = "i.currency = 'USD' AND i.price_basis = 'constant'"
NATIONAL = "i.price_basis = 'current' AND (i.currency <> 'USD' OR i.entity = 'USA')"
