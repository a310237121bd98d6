"""The landing store keeps every edition, changes none, and records why it refused one."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.ingest.landing_store import LandingStore, Provenance, Refusal
from tests.conftest import Burden

FIRST = Provenance(
    source_id="nato",
    edition_id="nato:2024-06-17",
    title="Defence Expenditure of NATO Countries (2014-2024)",
    published_on=dt.date(2024, 6, 17),
    retrieved_at=dt.datetime(2024, 6, 18, 7, 0, tzinfo=dt.UTC),
    url="https://example.org/240617.csv",
    media_type="text/csv",
    format="figures",
    definition="nato",
    completeness="complete",
    origin="dropped",
    licence="credit NATO",
    citation="NATO",
    sha256="",
    bytes=0,
)


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path)


def land(store: LandingStore, payload: bytes, provenance: Provenance = FIRST) -> None:
    assert store.deposit(payload, provenance) is not None
    for item in store.incoming("nato"):
        store.accept(item)


def test_a_payload_lands_with_its_hash_and_size(store: LandingStore) -> None:
    land(store, b"figures")
    (landed,) = store.landed()
    assert landed.read() == b"figures"
    # printf figures | sha256sum
    assert landed.provenance.sha256 == "dc2e3999e6b3e23f3327c0e6cb9a3d6cde4ab7cc16a46ec0fe716df8ce2717b9"
    assert landed.provenance.bytes == 7


def test_the_same_bytes_again_are_no_new_edition(store: LandingStore) -> None:
    land(store, b"figures")
    assert store.deposit(b"figures", replace(FIRST, edition_id="nato:renamed")) is None
    assert len(store.landed()) == 1


def test_new_bytes_under_an_old_name_become_a_further_issue_and_the_old_one_stays(store: LandingStore) -> None:
    land(store, b"figures")
    land(store, b"corrected figures", replace(FIRST, retrieved_at=dt.datetime(2024, 6, 19, tzinfo=dt.UTC)))
    assert [item.provenance.edition_id for item in store.landed()] == ["nato:2024-06-17", "nato:2024-06-17:issue-2"]
    assert [item.read() for item in store.landed()] == [b"figures", b"corrected figures"]


def test_landed_files_are_read_only(store: LandingStore) -> None:
    land(store, b"figures")
    assert {path.stat().st_mode & 0o777 for path in store.landed()[0].path.parent.iterdir()} == {0o444}


def test_a_payload_changed_by_hand_is_noticed(store: LandingStore) -> None:
    land(store, b"figures")
    path = store.landed()[0].path
    path.chmod(0o644)
    path.write_bytes(b"forged!")
    with pytest.raises(OSError, match="content differs from its sidecar"):
        store.landed()[0].read()


def test_a_refused_payload_is_kept_with_its_reason_and_leaves_incoming(store: LandingStore) -> None:
    item = store.deposit(b"<!doctype html>", FIRST)
    assert item is not None
    refusal = Refusal("first bytes", "an HTML page", dt.datetime(2024, 6, 18, tzinfo=dt.UTC), "run-1")
    store.refuse(item, refusal)
    assert list(store.incoming("nato")) == []
    assert [(provenance.edition_id, why) for provenance, why in store.refused()] == [("nato:2024-06-17", refusal)]


def test_a_refusal_keeps_every_obstacle_in_its_record(store: LandingStore) -> None:
    item = store.deposit(b"a workbook", FIRST)
    assert item is not None
    obstacles = ("Sheet1!A1: expected a figure, found 'n/a'", "Sheet1!A2: expected a figure, found 'n/a'")
    store.refuse(item, replace(REFUSAL, obstacles=obstacles))
    assert [why.obstacles for _, why in store.refused()] == [obstacles]


def test_an_interrupted_deposit_is_not_there(store: LandingStore, tmp_path: Path) -> None:
    folder = tmp_path / "incoming" / "nato"
    folder.mkdir(parents=True)
    (folder / "abc.csv").write_bytes(b"half of it, and no sidecar yet")
    assert store.incoming("nato") == []


def test_a_payload_that_is_json_itself_is_not_taken_for_a_sidecar(store: LandingStore) -> None:
    land(store, b'{"values": {}}', replace(FIRST, media_type="application/json"))
    assert [item.read() for item in store.landed("nato")] == [b'{"values": {}}']


def test_provenance_survives_its_sidecar() -> None:
    assert Provenance.from_json(FIRST.to_json()) == FIRST


REFUSAL = Refusal("first bytes", "an HTML page", dt.datetime(2024, 6, 18, tzinfo=dt.UTC), "run-1")


def refused(store: LandingStore, payload: bytes) -> str:
    """SHA-256 of a payload that was refused."""
    item = store.deposit(payload, FIRST)
    assert item is not None
    store.refuse(item, REFUSAL)
    return item.provenance.sha256


def test_a_retried_payload_waits_again_and_its_refusal_is_gone(store: LandingStore) -> None:
    sha256 = refused(store, b"figures")
    store.retry(sha256[:8])
    assert [item.read() for item in store.incoming("nato")] == [b"figures"]
    assert list(store.refused()) == []


@pytest.mark.parametrize("prefix", ["", "0000", "xyz"])
def test_an_unknown_prefix_is_answered_with_the_known_ones(store: LandingStore, prefix: str) -> None:
    sha256 = refused(store, b"figures")
    with pytest.raises(ValueError, match=f"{sha256[:12]} nato:2024-06-17"):
        store.retry(prefix)
    assert len(list(store.refused())) == 1


def test_bytes_that_have_landed_since_are_not_retried(store: LandingStore) -> None:
    sha256 = refused(store, b"figures")
    land(store, b"figures")
    with pytest.raises(ValueError, match="landed already"):
        store.retry(sha256)


@pytest.mark.parametrize(("arguments", "code"), [("dc2e3999", 0), ("0000", 2), ("dc2e3999 file", 2)])
def test_the_command_retries_or_ends_with_code_2(
    store: LandingStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    burden: Burden,
    *,
    arguments: str,
    code: int,
) -> None:
    refused(store, b"figures")  # dc2e3999…, see above
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path))
    ended, _, _ = burden(f"ingest retry {arguments}")
    assert (ended, len(store.incoming("nato"))) == (code, 1 if code == 0 else 0)


def test_a_layout_is_kept_with_the_edition_and_found_by_source_format_family_and_day(store: LandingStore) -> None:
    item = store.deposit(b"figures", FIRST)
    assert item is not None
    layout = {"family": "gdp", "sections": []}
    store.accept(item, layout)
    later = replace(FIRST, published_on=dt.date(2025, 6, 17))
    assert store.layout_before(later, "gdp") == ("nato:2024-06-17", layout)
    assert store.layout_before(later, "population") is None
    assert store.layout_before(replace(later, format="nato_workbook"), "gdp") is None
    assert store.layout_before(replace(FIRST, published_on=dt.date(2023, 6, 17)), "gdp") is None
    assert {path.stat().st_mode & 0o777 for path in store.landed()[0].path.parent.iterdir()} == {0o444}


def test_a_payload_that_changed_on_disk_is_named_and_left_out_until_the_same_bytes_arrive_again(
    store: LandingStore,
) -> None:
    land(store, b"figures")
    land(store, b"other figures", replace(FIRST, edition_id="nato:2025-06-17", published_on=dt.date(2025, 6, 17)))
    path = store.landed()[0].path
    path.chmod(0o644)
    path.write_bytes(b"figurez")
    assert store.damaged() == [(path, "its content differs from its sidecar")]
    assert [item.provenance.edition_id for item in store.standing()] == ["nato:2025-06-17"]
    land(store, b"figures")
    assert store.damaged() == []
    assert [item.provenance.edition_id for item in store.standing()] == ["nato:2024-06-17", "nato:2025-06-17"]


@pytest.mark.parametrize("sidecar", ["{", "[]", '{"source_id": "nato"}', "null", "\x00", '{"published_on": 3}'])
def test_a_sidecar_that_is_none_is_named_and_the_other_editions_are_read(sidecar: str, store: LandingStore) -> None:
    land(store, b"figures")
    broken = store.landed()[0].path.with_name("0.csv.provenance.json")
    broken.write_text(sidecar)
    assert [path for path, _ in store.damaged()] == [broken]
    assert [item.read() for item in store.standing()] == [b"figures"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("published_on", None),
        ("edition_id", 7),
        ("edition_id", "nato:../../../etc"),
        ("edition_id", "sipri:2024-06-17"),
        ("source_id", "../nato"),
        ("retrieved_at", "2024-06-18T07:00:00"),
        ("bytes", "many"),
        ("title", ["a", "list"]),
    ],
)
def test_a_sidecar_with_another_type_or_name_is_named_and_hides_no_other(
    name: str, value: object, store: LandingStore
) -> None:
    land(store, b"figures")
    land(store, b"other figures", replace(FIRST, edition_id="nato:2024-07-01", published_on=dt.date(2024, 7, 1)))
    sidecar = next(store.landed()[0].path.parent.glob("*.provenance.json"))
    sidecar.chmod(0o644)
    sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | {name: value}))
    assert [path for path, _ in store.damaged()] == [sidecar]
    assert [item.provenance.edition_id for item in store.standing()] == ["nato:2024-07-01"]


def test_a_sidecar_nested_without_end_is_named(store: LandingStore) -> None:
    land(store, b"figures")
    sidecar = next(store.landed()[0].path.parent.glob("*.provenance.json"))
    sidecar.chmod(0o644)
    sidecar.write_text("[" * 100_000)
    assert [path for path, _ in store.damaged()] == [sidecar]


def _replaced_by_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "flipped": lambda path: path.write_bytes(b"figureS"),
    "cut off": lambda path: path.write_bytes(b"fig"),
    "empty": lambda path: path.write_bytes(b""),
    "removed": lambda path: path.unlink(),
    "a pipe": _replaced_by_a_pipe,
    "a folder": _replaced_by_a_folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_waiting_payload_that_is_damaged_is_named_and_the_others_go_on(damage: str, store: LandingStore) -> None:
    broken, whole = (store.deposit(payload, replace(FIRST, title=str(payload))) for payload in (b"figures", b"others"))
    assert broken is not None
    assert whole is not None
    DAMAGES[damage](broken.path)
    assert [item.provenance.sha256 for item in store.incoming("nato")] == [whole.provenance.sha256]
    assert [path for path, _ in store.damaged()] == [broken.path]
    store.accept(whole)
    assert not store.anything_waits()


@pytest.mark.parametrize("layout", ["", "[]", "{", '{"family": "2024"}', '{"family": "2024", "sections": [{}]}'])
def test_a_layout_that_is_none_is_named_and_compared_with_nothing(layout: str, store: LandingStore) -> None:
    land(store, b"figures")
    (landed,) = store.landed()
    kept = landed.path.with_name(f"{landed.path.name}.layout.json")
    kept.write_text(layout)
    later = replace(FIRST, edition_id="nato:2025-06-17", published_on=dt.date(2025, 6, 17))
    assert store.layout_before(later, "2024") is None
    assert [path for path, _ in store.damaged()] == [kept]
    assert len(store.standing()) == 1


def test_a_sidecar_with_half_a_surrogate_pair_is_named(store: LandingStore) -> None:
    land(store, b"figures")
    (landed,) = store.landed()
    sidecar = landed.path.with_name(f"{landed.path.name}.provenance.json")
    said = sidecar.read_text().replace("credit NATO", "credit \\ud800")
    sidecar.chmod(0o644)
    sidecar.write_text(said)
    assert [path for path, _ in store.damaged()] == [sidecar]
    assert store.landed() == []
