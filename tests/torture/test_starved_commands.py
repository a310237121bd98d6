"""Each command where the machine gives too little: files, room, memory, rights. It is done, or one line says why not.

What is served and what has landed is the same afterwards.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from orchestration.ingest.landing_store import LandingStore
from tests.factories.bundled import eurostat_gov_ev
from tests.torture.crash_states import contents

pytestmark = pytest.mark.torture

BURDEN: Final = (sys.executable, "-c", "from orchestration.cli.burden import main; main()")
MEGABYTE: Final = 1 << 20
COMMANDS: Final[dict[str, Sequence[str]]] = {
    "query": ("query", "FROM mart.compliance LIMIT 1"),
    "status": ("status",),
    "hand in": ("ingest", "land", "{file}", "--source", "eurostat", "--url", "https://ec.europa.eu/"),
    "decide": ("ingest", "withdraw", "nato:2019-06-25", "--reason", "a trial"),
    "roll back": ("publication", "roll-back", "{build}", "--reason", "a trial"),
    "export Parquet": ("export", "--to", "{to}"),
    "export CSV": ("export", "--format", "csv", "--to", "{to}"),
    "export a workbook": ("export", "--format", "xlsx", "--to", "{to}"),
    "export SQLite": ("export", "--format", "sqlite", "--to", "{to}"),
    "copy the site": ("report", "--to", "{to}"),
}
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "12 open files": (resource.RLIMIT_NOFILE, 12),
    "files of 50 kB": (resource.RLIMIT_FSIZE, 50_000),
    "1.5 GB of addresses": (resource.RLIMIT_AS, 1500 * MEGABYTE),
}
# Another user, who may read everything, as where a group shares it, and write nothing.
AS_NOBODY: Final = (
    *("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
)


@pytest.fixture
def data_dir(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "data", symlinks=True))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    size = "size=600k,mode=1777"
    mounted = subprocess.run(  # noqa: S603 (a folder of this test)
        ["/bin/mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield folder
    subprocess.run(["/bin/umount", str(folder)], check=True)  # noqa: S603 (likewise)


def required(data_dir: Path, words: Sequence[str], to: Path) -> list[str]:
    file = data_dir.parent / "gov_ev.json"
    file.write_bytes(eurostat_gov_ev(updated="2026-04-28T23:00:00+0200"))
    build = (data_dir / "current").resolve().name
    return [word.format(file=file, build=build, to=to) for word in words]


def do(
    data_dir: Path, name: str, to: Path, *, before: Callable[[], None] | None = None, by: Sequence[str] = ()
) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 (ourselves)
        [*by, *BURDEN, *required(data_dir, COMMANDS[name], to)],
        env={**os.environ, "BURDEN_DATA_DIR": str(data_dir)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=before,  # the limits of the child alone
        timeout=300,
    )
    shutil.rmtree(to, ignore_errors=True)
    return done.returncode, done.stderr


def kept(data_dir: Path) -> dict[str, str]:
    """What is served and what has landed."""
    names = contents(data_dir).items()
    return {name: held for name, held in names if name.partition("/")[0] in {"current", "published", "landing"}}


def require_clear(code: int, said: str) -> None:
    # What a library's own temporary files say when they are closed comes after it: a traceback of ours would be first.
    assert code == 0 or said.startswith(("error: ", "Usage: ")), said[-1500:]


@pytest.mark.parametrize("limit", LIMITS)
def test_with_too_little_a_command_does_it_or_says_why_not(
    limit: str, data_dir: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    kind, most = LIMITS[limit]
    before = kept(data_dir)
    for name in COMMANDS:
        code, said = do(data_dir, name, tmp_path / "to", before=lambda: resource.setrlimit(kind, (most, most)))
        if kind != resource.RLIMIT_AS:  # a library that gets no memory may end the process as it likes
            require_clear(code, said)
        assert kept(data_dir) == before, name
        assert LandingStore(data_dir).damaged() == []
        counted[f"commands with {limit}: {'done' if code == 0 else 'failed clearly'}"] += 1


def test_a_disk_without_room_for_a_copy_is_said_in_one_line(
    data_dir: Path, small_disk: Path, counted: Counter[str]
) -> None:
    for name in (name for name, words in COMMANDS.items() if "{to}" in words):
        code, said = do(data_dir, name, small_disk / "to")
        assert code == 1, name
        require_clear(code, said)
        assert list(small_disk.iterdir()) == []
        counted["copies onto a full disk: failed clearly, nothing left"] += 1


@pytest.mark.skipif(not Path(AS_NOBODY[0]).exists() or os.getuid() != 0, reason="needs setpriv, and to be root")
def test_who_may_only_read_reads_and_is_told_what_may_not_be_written(data_dir: Path, counted: Counter[str]) -> None:
    before = kept(data_dir)
    writes = {"hand in", "decide", "roll back"}
    for name in COMMANDS:
        to = Path("/tmp") / f"burden-nobody-{os.getpid()}"  # noqa: S108 (where nobody may write)
        code, said = do(data_dir, name, to, by=AS_NOBODY)
        assert (code == 0) == (name not in writes), (name, said)
        require_clear(code, said)
        counted[f"commands of another user: {'done' if code == 0 else 'failed clearly'}"] += 1
    assert kept(data_dir) == before
