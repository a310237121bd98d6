"""The contract of a register's table says what the register's schema says, and what nobody describes is no column."""

from __future__ import annotations

import pytest

from transforms.registers.schemas import SCHEMAS
from transforms.vocabulary import FLAGS, INDICATORS
from warehouse.contracts.reference import BREAK, MEMBERSHIP
from warehouse.contracts.registers import Facts, columns_of


def test_type_vocabulary_key_and_null_are_the_registers() -> None:
    columns = {column.name: column for column in BREAK.columns}
    assert tuple(columns) == tuple(SCHEMAS["breaks"].columns)
    assert BREAK.grain == ("break_id",)
    assert (columns["flag"].type, columns["flag"].values) == ("VARCHAR", FLAGS)
    assert (columns["indicator"].values, columns["indicator"].nullable) == (INDICATORS, True)
    assert {name for name, column in columns.items() if column.nullable} == SCHEMAS["breaks"].may_be_empty


def test_the_key_of_a_dated_register_is_its_grain() -> None:
    assert MEMBERSHIP.grain == ("group_id", "iso3", "member_from")


def test_a_description_of_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match=r"outlook_regimes.csv has no colour"):
        columns_of("outlook_regimes", {"colour": "Which.", "year_from": "First year.", "name": "Name."})


def test_a_column_that_nobody_describes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"outlook_regimes.csv: nobody describes name"):
        columns_of("outlook_regimes", {"year_from": Facts("First year.", minimum=1949)})
