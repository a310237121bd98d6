"""Back-ups that are made while editions move and publications follow each other: each restores to something whole."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

import pytest

from orchestration.ingest.actions import HAND_IN, Actions, Word
from orchestration.ingest.landing_store import LandingStore
from tests.factories.bundled import MADE_EDITION
from tests.torture.test_crash_states import REFUSAL
from tests.torture.test_publication_torture import SPAWN, publish_number, require_whole

pytestmark = pytest.mark.torture

SCRIPTS: Final = Path(__file__).parents[2] / "deploy"
BACK_UPS: Final = int(os.environ.get("BURDEN_TORTURE_BACK_UPS", "15"))
EDITIONS: Final = 30


def publish_until(root: Path, stop: Event) -> None:
    number = 1
    while not stop.is_set():
        number += 1
        publish_number(root, number, keep=2, min_age_s=20)


def move_until(root: Path, stop: Event) -> None:
    """Every edition goes from incoming to quarantine and back, again and again."""
    store = LandingStore(root)
    while not stop.is_set():
        for item in store.incoming("nato"):
            store.refuse(item, REFUSAL)
        for provenance, _ in list(store.refused()):
            store.retry(provenance.sha256)


def script(name: str, folder: Path, data_dir: Path) -> str:
    done = subprocess.run(  # noqa: S603 (ours)
        ["/bin/bash", str(SCRIPTS / name), str(folder)],
        env={**os.environ, "BURDEN_DATA_DIR": str(data_dir), "BURDEN_POSTGRES_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.parametrize("others", [(publish_until,), (move_until,)], ids=["publications", "editions on their way"])
def test_a_back_up_during_a_run_restores_to_something_whole(
    others: tuple[object, ...], tmp_path: Path, counted: Counter[str], request: pytest.FixtureRequest
) -> None:
    root = tmp_path / "data"
    publish_number(root, 1, keep=2, min_age_s=20)
    for number in range(EDITIONS):
        LandingStore(root).deposit(f"edition {number}".encode(), replace(MADE_EDITION, edition_id=f"nato:{number}"))
    Actions(root).append(HAND_IN, "nato:0", Word("Ada", "why"))
    stop = SPAWN.Event()
    workers = [SPAWN.Process(target=other, args=(root, stop)) for other in others]  # type: ignore[arg-type]
    for worker in workers:
        worker.start()
    try:
        for number in range(BACK_UPS):
            backed_up = Path(script("backup.sh", tmp_path / f"back-up-{number}", root))
            restored = tmp_path / f"restored-{number}"
            script("restore.sh", backed_up, restored)
            store = LandingStore(restored)
            # As every run begins: what was moved on while it was read is where it went, and in part where it was.
            store.clear_interrupted()
            assert store.damaged() == []
            require_whole(restored)
            assert Actions(restored).read()["reason"].to_list() == ["why"]
            held = {item.provenance.edition_id for item in store.incoming("nato")}
            held |= {provenance.edition_id for provenance, _ in store.refused()}
            assert len(held) == EDITIONS
            counted[f"backed up during {request.node.callspec.id}, restored whole"] += 1
    finally:
        stop.set()
        for worker in workers:
            worker.join()
