"""A check file is read strictly, and every file is a check of some table."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.checks.files import CheckFileError, check_files, checks_of, inlined, read_check, referenced, relations
from warehouse.contracts.registry import TABLES

HEADER = """-- id: members_add_up
-- severity: error
-- question: arithmetic
-- concerns: entity, year
-- reason: a total is the sum of its members, in whole
--   millions

-- The total is printed on its own.
SELECT * FROM {batch} WHERE total <> member_sum
"""


def written(folder: Path, text: str, name: str = "core/spending/sums/members_add_up.sql") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_a_file_gives_its_table_topic_header_and_query(tmp_path: Path) -> None:
    found = read_check(written(tmp_path, HEADER), tmp_path)
    assert (found.table_id, found.topic, found.id) == ("core.spending", "sums", "members_add_up")
    assert found.header["reason"] == "a total is the sum of its members, in whole millions"
    assert found.query == "SELECT * FROM {batch} WHERE total <> member_sum"


def test_a_file_outside_of_a_topic_belongs_to_the_contract(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, "core/spending/members_add_up.sql")
    assert read_check(path, tmp_path).topic is None


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("-- severity: error", "-- severeness: error", "sums/members_add_up.sql:2: unknown key 'severeness'"),
        (
            "-- severity: error",
            "-- severity: fatal",
            "members_add_up.sql:2: severity is one of error, warn, not 'fatal'",
        ),
        ("-- question: arithmetic", "-- question: taste", "members_add_up.sql:3: question is one of"),
        ("-- concerns: entity, year", "-- severity: warn", "members_add_up.sql:4: severity is given twice"),
        ("-- severity: error\n", "", "members_add_up.sql:6: the header lacks severity"),
        ("-- id: members_add_up", "-- id: members_add_down", "members_add_down is not the name of the file"),
    ],
)
def test_a_header_that_breaks_a_rule_is_refused_with_its_file_and_line(
    good: str, bad: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(CheckFileError, match="members_add_up") as refused:
        read_check(written(tmp_path, HEADER.replace(good, bad)), tmp_path)
    assert says in str(refused.value)


def test_a_file_in_no_tables_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckFileError, match=r"expected <schema>/<table>/<id>\.sql"):
        read_check(written(tmp_path, HEADER, "members/members_add_up.sql"), tmp_path)


def test_every_file_is_an_expectation_of_a_contracted_table() -> None:
    of_tables = {(table.id, expectation.id) for table in TABLES for expectation in table.expectations}
    assert {(file.table_id, file.id) for file in check_files()} <= of_tables


def test_every_relation_is_selected_from() -> None:
    queries = [*(e.written or "" for table in TABLES for e in table.expectations), *relations().values()]
    assert {name for query in queries for name in referenced(query)} == set(relations())


def test_an_unknown_relation_is_named_with_those_that_are_known() -> None:
    with pytest.raises(KeyError, match=r"no relation nato_sums; known: .*nato_member_sums"):
        inlined("FROM relation.nato_sums")


def test_the_checks_of_a_table_ask_of_structure_first() -> None:
    questions = [check.question for check in checks_of("core.observation")]
    assert questions == sorted(questions, key=("structure", "arithmetic", "resemblance").index)
