"""Which register feeds which table of the reference.

Belongs here: the pairs, and the code of each. Does not belong here: the registers (transforms.registers.reader), the
contracts (warehouse.contracts), the assets (orchestration.defs.reference).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Final

import polars as pl

from transforms.normalise import exchange_rates
from transforms.normalise.names import entity_names
from transforms.registers import reader as registers
from warehouse.code_versions import code_version
from warehouse.contracts import currency
from warehouse.contracts import reference as contracts
from warehouse.contracts.model import Table

Register = Callable[[], pl.DataFrame]

REGISTERS: Final[dict[str, tuple[Table, Register]]] = {
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


def register_version(table_id: str) -> str:
    """Hash over the register of a reference table and the code that reads it."""
    register = inspect.unwrap(REGISTERS[table_id][1])
    if register.__module__ == registers.__name__:
        return code_version(readers=(register.__name__,))
    return code_version(register.__module__)
