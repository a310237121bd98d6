"""A reader finds the served warehouse, opens it read-only, and an error says what to do where there is none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.contracts.registry import SCHEMA_VERSION
from warehouse.reading.connect import (
    DamagedPublicationError,
    OtherContractError,
    WarehouseMissingError,
    connect,
    still_served,
    warehouse_path,
)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A data directory whose link leads to one publication, with one table."""
    return publication_of(tmp_path, SCHEMA_VERSION)


def publication_of(tmp_path: Path, schema_version: str) -> Path:
    publication = tmp_path / "published" / "first"
    publication.mkdir(parents=True)
    with duckdb.connect(str(publication / "burden_sharing.duckdb")) as connection:
        connection.execute("CREATE SCHEMA meta")
        connection.execute(
            "CREATE TABLE meta.build AS SELECT 'first' AS build_id, ? AS schema_version", [schema_version]
        )
    (tmp_path / "current").symlink_to("published/first")
    return tmp_path


def test_the_environment_decides_what_is_opened(monkeypatch: pytest.MonkeyPatch, served: Path) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(served))
    with connect() as connection:
        assert connection.execute("SELECT build_id FROM meta.build").fetchall() == [("first",)]


def test_the_path_of_the_warehouse_goes_through_no_link(served: Path) -> None:
    assert warehouse_path(served) == served.resolve() / "published" / "first" / "burden_sharing.duckdb"


def test_a_reader_cannot_write(served: Path) -> None:
    with connect(served) as connection, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        connection.execute("DROP TABLE meta.build")


def test_a_data_directory_that_serves_nothing_says_how_to_publish(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissingError, match="current does not exist; `burden run` publishes one"):
        connect(tmp_path)


def test_what_is_served_after_a_failure_is_said_as_it_is(served: Path, tmp_path: Path) -> None:
    assert still_served(served) == "the last good publication is still served"
    assert still_served(tmp_path / "empty") == "no publication is served yet"


def test_a_data_directory_that_is_a_file_serves_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a directory")
    with pytest.raises(WarehouseMissingError):
        warehouse_path(tmp_path / "data")


def test_a_publication_of_an_older_contract_is_named_with_what_to_do(tmp_path: Path) -> None:
    said = f"first, has contract 0.3.0 .* reads contract {SCHEMA_VERSION}. `burden run` publishes a new one"
    with pytest.raises(OtherContractError, match=said):
        connect(publication_of(tmp_path, "0.3.0"))


def test_a_patch_of_the_contract_is_read(tmp_path: Path) -> None:
    minor = SCHEMA_VERSION.rpartition(".")[0]
    with connect(publication_of(tmp_path, f"{minor}.99")) as connection:
        assert connection.execute("SELECT build_id FROM meta.build").fetchall() == [("first",)]


@pytest.mark.parametrize("target", ["current", "/etc", "published/gone"])
def test_a_link_that_leads_to_no_publication_says_how_to_publish(target: str, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(target)
    with pytest.raises(WarehouseMissingError, match="current leads to no publication; `burden run` publishes one"):
        connect(tmp_path)


def test_a_warehouse_file_that_is_damaged_says_what_to_do(served: Path) -> None:
    (served / "current" / "burden_sharing.duckdb").write_bytes(b"no database")
    with pytest.raises(DamagedPublicationError, match=r"first is damaged: .*`burden run` publishes a new one"):
        connect(served)
