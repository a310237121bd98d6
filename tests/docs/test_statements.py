"""What the documentation states of the figures is what the warehouse holds."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.docs.blocks import DOCUMENTS
from tests.docs.statements import STATEMENTS, Statement, sentence

_BY_NAME = {path.name: path for path in DOCUMENTS}


def prose(document: str) -> str:
    """The text outside fenced blocks, with single spaces: lines are wrapped, thousands have a space or a comma."""
    text = re.sub(r"^```.*?^```", "", _BY_NAME[document].read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    spaced = re.sub(r"(?<=\d)[,  ](?=\d{3}\b)", ",", text)
    return " ".join(spaced.split())


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.id)
def test_a_statement_is_what_the_warehouse_gives(statement: Statement, warehouse: duckdb.DuckDBPyConnection) -> None:
    (row,) = warehouse.execute(statement.query).fetchall()
    assert None not in row
    assert sentence(statement.words, row) in prose(statement.document)
