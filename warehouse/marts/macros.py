"""The formulas of the warehouse as macros: what macros.sql holds, read once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from warehouse.contracts.model import sql_literal

# The comment that a macro carries, its name, its parameters, and the statement without the semicolon.
_MACRO = re.compile(r"((?:^-- [^\n]*\n)+)(CREATE MACRO (mart\.\w+)\(([^)]*)\) AS\b.*?);$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Macro:
    """One formula. `formula` is the first sentence of its comment, with the unit; `reason` is the rest."""

    name: str
    parameters: Sequence[str]
    formula: str
    reason: str
    sql: str

    @property
    def text(self) -> str:
        """The formula for a reader, without its unit."""
        return self.formula.partition(" [")[0]

    def statements(self) -> tuple[str, str]:
        """CREATE and COMMENT."""
        comment = f"{self.formula}. {self.reason}".strip()
        return self.sql, f"COMMENT ON MACRO {self.name} IS {sql_literal(comment)}"


def text() -> str:
    """The file itself: SQL that makes all macros in schema mart."""
    return files("warehouse").joinpath("marts", "macros.sql").read_text(encoding="utf-8")


@cache
def macros() -> Mapping[str, Macro]:
    """The macros by name, in the order of the file: a macro calls only those before it."""
    found = (_macro(match) for match in _MACRO.finditer(text()))
    return {macro.name: macro for macro in found}


def statements() -> list[str]:
    """What publishes the macros with their comments."""
    return [statement for macro in macros().values() for statement in macro.statements()]


def _macro(match: re.Match[str]) -> Macro:
    comment, sql, name, parameters = match.groups()
    formula, _, reason = " ".join(line.removeprefix("-- ") for line in comment.splitlines()).partition(". ")
    return Macro(name, tuple(each.strip() for each in parameters.split(",")), formula.rstrip("."), reason, sql)
