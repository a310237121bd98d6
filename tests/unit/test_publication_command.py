"""`burden publication`: what is kept is listed with its contract, and one of it is served again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Burden
from warehouse.reading.connect import DATABASE


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two publications are kept, of two contracts; the newer one is served."""
    for build, contract in (("first", "0.3.0"), ("second", "0.4.0")):
        (tmp_path / "published" / build).mkdir(parents=True)
        with duckdb.connect(str(tmp_path / "published" / build / DATABASE)) as warehouse:
            warehouse.execute("CREATE SCHEMA meta")
            warehouse.execute("CREATE TABLE meta.build AS SELECT ? AS schema_version", [contract])
    (tmp_path / "current").symlink_to("published/second")
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path))
    return tmp_path


def listed(burden: Burden) -> list[tuple[str, str, str]]:
    _, out, _ = burden("publication list --format csv")
    return [(row["build_id"], row["served"], row["schema_version"]) for row in csv.DictReader(io.StringIO(out))]


@pytest.mark.usefixtures("data_dir")
def test_what_is_kept_is_listed_the_served_one_first(burden: Burden) -> None:
    assert listed(burden) == [("second", "true", "0.4.0"), ("first", "false", "0.3.0")]


def test_an_earlier_publication_is_served_again(data_dir: Path, burden: Burden) -> None:
    code, out, _ = burden("publication roll-back first")
    assert (code, out) == (0, f"first is served: {data_dir / 'published' / 'first'}\n")
    assert listed(burden)[0] == ("first", "true", "0.3.0")


@pytest.mark.usefixtures("data_dir")
def test_one_that_is_not_kept_is_wrong_usage_and_changes_nothing(burden: Burden) -> None:
    code, _, err = burden("publication roll-back third")
    assert (code, "kept are second, first" in err) == (2, True)
    assert listed(burden)[0][0] == "second"


@pytest.mark.usefixtures("data_dir")
def test_a_command_over_another_contract_says_which_is_served_and_what_to_do(burden: Burden) -> None:
    burden("publication roll-back first")
    code, _, err = burden("compliance")
    assert code == 1
    assert "first, has contract 0.3.0 of the warehouse" in err
    assert "`burden run` publishes it anew" in err
