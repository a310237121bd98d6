"""Assets of the reference tables: registers with citations, through the same gate as any other table.

Belongs here: which register feeds which table. Does not belong here: the registers (transforms.registers.reader).
"""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg
import polars as pl

from orchestration.tables import table_asset
from transforms.normalise import exchange_rates
from transforms.normalise.names import entity_names
from transforms.registers import reader as registers
from warehouse.code_versions import package_version
from warehouse.contracts import currency
from warehouse.contracts import reference as contracts
from warehouse.contracts.model import Table

_REGISTERS: dict[str, tuple[Table, Callable[[], pl.DataFrame]]] = {
    table.id: (table, register)
    for table, register in (
        (contracts.SOURCE, registers.sources),
        (contracts.COUNTRY, registers.countries),
        (contracts.COUNTRY_GROUP, registers.groups),
        (contracts.ENTITY_NAME, entity_names),
        (contracts.MEMBERSHIP, registers.memberships),
        (contracts.GUIDELINE, registers.guidelines),
        (contracts.SHARE_EXCEPTION, registers.share_exceptions),
        (contracts.BREAK, registers.breaks),
        (contracts.NATIONAL_PLAN, registers.national_plans),
        (contracts.NATIONAL_CURRENCY, registers.national_currencies),
        (contracts.REVISION_BOUND, registers.revision_bounds),
        (contracts.YEARLY_CHANGE_BOUND, registers.yearly_change_bounds),
        (contracts.CORRECTION, registers.corrections),
        (contracts.CHECK_EXCEPTION, registers.check_exceptions),
        (contracts.YEARLY_RATE, registers.ecb_yearly_rates),
        (currency.REDENOMINATION, exchange_rates.successions),
        (currency.OFFICIAL_RATE, exchange_rates.rates_of_the_registers),
    )
}


def _asset(table: Table, register: Callable[[], pl.DataFrame]) -> dg.AssetsDefinition:
    return table_asset(
        table,
        lambda _reads, _stores, _run_id: register(),
        group="reference",
        kinds={"csv", "polars"},
        code_version=package_version("transforms"),
    )


@dg.definitions
def reference() -> dg.Definitions:
    return dg.Definitions(assets=[_asset(table, register) for table, register in _REGISTERS.values()])
