"""What a build refuses is known from what it has served before, under whatever contract that was published."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.ingest.landing_store import Landed, LandingStore
from orchestration.ingest.set_aside import readable
from tests.factories.bundled import MADE_EDITION
from transforms.errors import LayoutError
from warehouse.reading.connect import OtherContractError, connect

OTHER = "nato:2023-07-07"


def refuse(item: Landed) -> str:
    raise LayoutError(place=item.provenance.edition_id, expected="a layout that is known", found="another")


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    """One landed edition, and a publication of an earlier contract."""
    store = LandingStore(tmp_path)
    store.deposit(b"bytes", MADE_EDITION)
    (waiting,) = store.incoming("nato")
    store.accept(waiting)
    (tmp_path / "current").mkdir()
    return store


def publish_by_an_earlier_version(root: Path, edition_id: str) -> None:
    with duckdb.connect(str(root / "current" / "burden_sharing.duckdb")) as warehouse:
        warehouse.execute("CREATE SCHEMA core; CREATE SCHEMA meta")
        warehouse.execute("CREATE TABLE meta.build AS SELECT '0.1.0' AS schema_version")
        warehouse.execute("CREATE TABLE core.edition AS SELECT ? AS edition_id", [edition_id])
    with pytest.raises(OtherContractError):
        connect(root)


def test_an_unreadable_edition_is_set_aside_after_an_upgrade_too(store: LandingStore) -> None:
    publish_by_an_earlier_version(store.data_dir, OTHER)
    made, said = readable(store, store.landed(), refuse)
    assert made == []
    (line,) = said
    assert line.startswith(f"{MADE_EDITION.edition_id} is set aside, it cannot be read: ")
    assert store.standing() == []


def test_an_edition_that_an_earlier_version_served_is_no_fault_of_its_own(store: LandingStore) -> None:
    publish_by_an_earlier_version(store.data_dir, MADE_EDITION.edition_id)
    with pytest.raises(LayoutError):
        readable(store, store.landed(), refuse)
