"""All contracts of schema `mart`, in an order in which they can be built."""

from __future__ import annotations

from typing import Final

from warehouse.contracts import mart, mart_comparison, mart_forecasts, mart_path, mart_vintages
from warehouse.contracts.model import Table

MARTS: Final[tuple[Table, ...]] = (
    *mart.TABLES,
    *mart_vintages.TABLES,
    *mart_comparison.TABLES,
    *mart_forecasts.TABLES,
    *mart_path.TABLES,
)
