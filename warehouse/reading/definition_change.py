"""What a change of definition between two editions did, in words: the evidence that clears it, or does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb


@dataclass(frozen=True, slots=True)
class Year:
    """One year that both editions print: countries compared in national currency, and unchanged at print precision."""

    year: int
    outturns_in_both: bool
    compared: int
    unchanged: int

    def counted(self) -> str:
        return f"{self.unchanged} of {self.compared} in {self.year}"


_DEFINITIONS: Final = """
SELECT earlier.definition, later.definition FROM core.edition AS earlier, core.edition AS later
WHERE earlier.edition_id = ? AND later.edition_id = ? AND earlier.definition <> later.definition
"""
_YEARS: Final = """
SELECT year, outturns_in_both, compared, unchanged FROM mart.definition_change
WHERE from_edition_id = ? AND to_edition_id = ? AND compared > 0 ORDER BY year
"""


def definition_changes(warehouse: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """What is known of the definition, for each pair (earlier, later edition of NATO) that follows two; once a pair."""
    said = []
    for earlier, later in sorted(set(pairs)):
        for old, new in warehouse.execute(_DEFINITIONS, [earlier, later]).fetchall():
            evidence = _evidence(_years(warehouse, earlier, later))
            said.append(f"{earlier} prints the definition {old}, {later} prints {new}. {evidence}")
    return said


def _years(warehouse: duckdb.DuckDBPyConnection, earlier: str, later: str) -> list[Year]:
    return [Year(*row) for row in warehouse.execute(_YEARS, [earlier, later]).fetchall()]


def _evidence(years: Sequence[Year]) -> str:
    """What the outturns say of the definition; years that were estimates then say nothing of it."""
    outturns = [year for year in years if year.outturns_in_both]
    if not outturns:
        return "They print no money in the same national currency: what part the definition has is unknown."
    moved = [year for year in outturns if year.unchanged < year.compared]
    said = [f"National-currency outturns that both print, unchanged at print precision: {_span(outturns)}."]
    said.append(
        "The definition did not move them."
        if not moved
        else f"What moved the others ({'; '.join(year.counted() for year in moved)}) may be the definition."
    )
    estimates = [year for year in years if not year.outturns_in_both]
    if estimates:
        counts = ", ".join(year.counted() for year in estimates)
        said.append(f"Of years that were estimates then: {counts}; whether the definition moved any is not known.")
    return " ".join(said)


def _span(years: Sequence[Year]) -> str:
    """One count for all years where they agree, else year by year."""
    counts = {(year.unchanged, year.compared) for year in years}
    if len(counts) == 1 and len(years) > 1:
        ((unchanged, compared),) = counts
        return f"{unchanged} of {compared} countries in each year from {years[0].year} to {years[-1].year}"
    return "countries, " + ", ".join(year.counted() for year in years)
