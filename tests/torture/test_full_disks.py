"""Disks of many sizes that are full at one step or another: a clear error, what is served stays, and room heals.

Each is a tmpfs of its own, which takes the right to mount one.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from orchestration.ingest.landing_store import LandingStore
from tests.factories.bundled import MADE_EDITION
from tests.torture.crash_states import aged, contents
from tests.torture.test_publication_torture import publish_number, require_whole
from warehouse.files import remove_unfinished
from warehouse.publication.publish import PublicationError

pytestmark = pytest.mark.torture

KILOBYTE: Final = 1024
ROOMY: Final = 100_000 * KILOBYTE
STEPS: Final = 25  # sizes of each kind
PAYLOAD: Final = os.urandom(600 * KILOBYTE)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(  # noqa: S603 (a folder of this test)
        ["/bin/mount", "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield folder
    subprocess.run(["/bin/umount", str(folder)], check=True)  # noqa: S603 (likewise)


def leave(disk: Path, free: int | None) -> None:
    """So many bytes are free on the disk; None: enough."""
    state = os.statvfs(disk)
    used = (state.f_blocks - state.f_bfree) * state.f_frsize
    size = ROOMY if free is None else used + free
    subprocess.run(["/bin/mount", "-o", f"remount,size={size}", str(disk)], check=True)  # noqa: S603 (likewise)


def test_a_publication_on_a_full_disk_leaves_the_old_one_served(disk: Path, counted: Counter[str]) -> None:
    publish_number(disk, 1, keep=1, min_age_s=0)
    before = disk.stat().st_dev
    served, step = 1, _bytes_below(disk / "published") // STEPS * 2
    for number in range(2, STEPS + 2):
        leave(disk, (number - 1) * step)
        try:
            publish_number(disk, number, keep=1, min_age_s=0)
        except (PublicationError, OSError) as error:
            counted["publication: failed, the old one served"] += 1
            assert "space" in str(error), error  # noqa: PT017 (what it says is the point)
            leave(disk, None)
            assert require_whole(disk) == served
            publish_number(disk, 1000 + number, keep=1, min_age_s=0)
            served = 1000 + number
        else:
            counted["publication: there was room"] += 1
            leave(disk, None)
            served = number
        assert require_whole(disk) == served
    assert disk.stat().st_dev == before
    assert counted["publication: failed, the old one served"] > 0


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_payload_that_finds_no_room_is_where_it_was(disk: Path, counted: Counter[str]) -> None:
    for number in range(STEPS):
        store = LandingStore(disk / f"{number}")
        leave(disk, (number + 1) * 100 * KILOBYTE)
        provenance = replace(MADE_EDITION, edition_id=f"nato:{number}")
        waiting = None
        try:
            waiting = store.deposit(PAYLOAD, provenance)
            assert waiting is not None
            store.accept(waiting)
        except OSError as error:
            assert error.filename is not None  # noqa: PT017 (likewise)
            counted[f"landing: failed, {'it waits' if waiting else 'it had not arrived'}"] += 1
            assert [item.read() for item in store.incoming("nato")] == ([PAYLOAD] if waiting else [])
        else:
            counted["landing: there was room"] += 1
        leave(disk, None)
        assert store.damaged() == []
        remove_unfinished(aged(disk / f"{number}"))
        store.clear_interrupted()
        store.deposit(PAYLOAD, provenance)
        for item in store.incoming("nato"):
            store.accept(item)
        assert [item.read() for item in store.landed()] == [PAYLOAD]
        assert not [name for name in contents(disk / f"{number}") if ".writing-" in name]
    assert counted["landing: failed, it waits"] > 0
