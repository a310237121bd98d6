"""kill -9 of each process of a deployment at ten moments of its work; after each the next run must publish by itself.

    python -m tests.torture.processes FOLDER [PROCESS …]

FOLDER is made anew; a table is printed at the end.

Each trial hands in an edition of Eurostat's, kills one process at some moments, and waits for the publication that has
that edition, and until no run is in progress.
At the end everything is built once more from the landing store alone, and must have the content that is served.
"""

# ruff: noqa: T201, S603 (a command that prints; the commands are our own)

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import sqlalchemy as sa

from orchestration.ingest.landing_store import LandingStore
from tests.torture.deployment import CODE_SERVER, DAEMON, REPOSITORY, WEBSERVER, Deployment, deployment
from tests.torture.short_intervals import BY_SCHEDULE
from tests.torture.test_kills import FIRST_DAY, arrive

RUN_WORKER: Final = "run worker"
_IDLE: Final = "idle"
_SCHEDULE: Final = "schedule's tick"
_PROCESSES: Final = (RUN_WORKER, CODE_SERVER, DAEMON, WEBSERVER)
_LONGEST_S: Final = 1800.0  # a trial that has not published by then is stuck
_LOOK_S: Final = 0.03
_DAEMON_STARTS_S: Final = 15.0
_AT_WORK: Final = "('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one kill: `runs` are the states of the trial's runs, in their order."""

    process: str
    moment: str
    runs: list[str]
    published_after_s: float | None
    lost: list[str]


class Log:
    """What Dagster has written since a moment."""

    def __init__(self, database: str) -> None:
        self._connection = sa.create_engine(database, isolation_level="AUTOCOMMIT").connect()
        self.events, self.ticks, self.runs = (self._newest(table) for table in ("event_logs", "job_ticks", "runs"))

    def rows(self, sql: str, **values: object) -> Sequence[sa.Row[Any]]:
        return self._connection.execute(sa.text(sql), values).fetchall()

    def _newest(self, table: str) -> int:
        return int(self.rows(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0])

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()


Moment = Callable[[Log, Deployment], bool]


def _tick(name: str) -> Moment:
    found = "SELECT 1 FROM job_ticks WHERE id > :since AND status = 'STARTED' AND tick_body LIKE :name"
    return lambda log, _: bool(log.rows(found, since=log.ticks, name=f"%{name}%"))


def _run(status: str) -> Moment:
    found = "SELECT 1 FROM runs WHERE id > :since AND status = :status"
    return lambda log, _: bool(log.rows(found, since=log.runs, status=status))


def _event(kind: str, of: str, *, later_s: float = 0.0) -> Moment:
    """`of` is a step, or an asset in Dagster's own spelling."""
    found = """SELECT 1 FROM event_logs
               WHERE id > :since AND dagster_event_type = :kind AND (step_key = :of OR asset_key = :of)"""

    def has_come(log: Log, _: Deployment) -> bool:
        if not log.rows(found, since=log.events, kind=kind, of=of):
            return False
        time.sleep(later_s)
        return True

    return has_come


def _switched() -> Moment:
    served: list[str] = []

    def has_come(_: Log, of: Deployment) -> bool:
        served.append(str((of.data / "current").readlink()))
        return served[-1] != served[0]

    return has_come


_OF_A_RUN: Final[dict[str, Callable[[], Moment]]] = {
    "ingestion": lambda: _event("STEP_START", "ingest_editions"),
    "an edition parsed": lambda: _event("ASSET_MATERIALIZATION", '["landing", "figures"]'),
    "a table built": lambda: _event("STEP_START", "core__observation"),
    "a table audited": lambda: _event("ASSET_CHECK_EVALUATION", "core__observation"),
}
_OF_A_WORKER: Final[dict[str, Callable[[], Moment]]] = {
    "its process begins": lambda: _run("STARTING"),
    "run started": lambda: _run("STARTED"),
    **_OF_A_RUN,
    "a mart built": lambda: _event("STEP_START", "mart__compliance"),
    "publication": lambda: _event("STEP_START", "publication__warehouse", later_s=0.7),
    "pages drawn": lambda: _event("STEP_START", "publication__warehouse", later_s=2.0),
    "link switched": _switched,
}
_OF_A_SERVICE: Final[dict[str, Callable[[], Moment]]] = {
    _IDLE: lambda: lambda _log, _of: True,
    "sensor's tick": lambda: _tick("build_when_something_changed"),
    _SCHEDULE: lambda: _tick(BY_SCHEDULE),
    "run queued": lambda: _run("QUEUED"),
    "run starting": lambda: _run("STARTING"),
    **_OF_A_RUN,
    "publication": lambda: _event("STEP_START", "publication__warehouse", later_s=0.7),
}
_ALL: Final = [list(_OF_A_SERVICE)]
# Moments of one trial. An edition takes two runs, one that ingests it and one that builds; each is tried again three
# times, so that three kills of each are survived without a person.
_TRIALS: Final = {
    RUN_WORKER: [
        ["its process begins", "run started", "ingestion"],
        ["an edition parsed", "a table built", "a table audited", "a mart built"],
        ["publication", "link switched"],
        ["pages drawn"],
    ],
    CODE_SERVER: [
        [_IDLE, "sensor's tick"],
        [_SCHEDULE],
        ["run queued", "run starting", "ingestion", "an edition parsed"],
        ["a table built", "a table audited", "publication"],
    ],
    DAEMON: _ALL,
    WEBSERVER: _ALL,
}


def kill(of: Deployment, process: str) -> bool:
    """Whether there was one to kill."""
    if process != RUN_WORKER:
        of.units[process].kill()
        return True
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if (pid := of.run_worker()) is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        time.sleep(_LOOK_S)
    return False


def is_up(of: Deployment, process: str) -> bool:
    if process == DAEMON:
        return of.units[DAEMON].up_s() > _DAEMON_STARTS_S
    if process != WEBSERVER:
        return True
    with suppress(OSError), socket.create_connection(("127.0.0.1", of.webserver_port), timeout=1):
        return True
    return False


@dataclass(slots=True)
class Killing:
    """The moments of a process that are still to come, and when it was killed at the others (monotonic seconds)."""

    process: str
    pending: dict[str, Moment]
    done: dict[str, float] = field(default_factory=dict)

    def look(self, of: Deployment, log: Log, only: str | None = None) -> None:
        """Kill at each moment that has come; where the process is not up, the moment is left for another trial."""
        for name in [name for name, has_come in self.pending.items() if only in {None, name} and has_come(log, of)]:
            del self.pending[name]
            if is_up(of, self.process) and kill(of, self.process):
                self.done[name] = time.monotonic()


def edition_of(trial: int) -> tuple[dt.date, str]:
    day = FIRST_DAY + dt.timedelta(days=trial)
    return day, f"eurostat:gov_ev:{day}"


def try_once(of: Deployment, process: str, asked: Sequence[str], trial: int) -> list[Trial]:
    """One edition handed in, `process` killed at each of the moments asked for that comes while it is up."""
    log, known = Log(of.database), _OF_A_WORKER if process == RUN_WORKER else _OF_A_SERVICE
    day, edition_id = edition_of(trial)
    killing = Killing(process, {name: known[name]() for name in asked})
    if asked == [_SCHEDULE]:  # the edition waits when the minute begins
        time.sleep((57 - time.time()) % 60)
    if _IDLE in asked:
        killing.look(of, log, only=_IDLE)
        time.sleep(1)
    arrive(of.data, day)
    published = _watch(of, log, killing, edition_id)
    runs, lost = _runs(log), lost_by(of.data, trial)
    log.close()
    return [
        Trial(process, name, runs, round(published - at, 1) if published else None, lost)
        for name, at in killing.done.items()
    ]


def _watch(of: Deployment, log: Log, killing: Killing, edition_id: str) -> float | None:
    """Kill at the moments as they come, until the edition is served and no run is in progress; when it was served."""
    begun, published = time.monotonic(), None
    while time.monotonic() - begun < _LONGEST_S:
        killing.look(of, log)
        if published is None and serves(of.data, edition_id):
            published = time.monotonic()
        if published and not log.rows("SELECT 1 FROM runs WHERE status IN " + _AT_WORK):
            break
        time.sleep(_LOOK_S if killing.pending else 0.5)
    return published


def _runs(log: Log) -> list[str]:
    found = log.rows(
        """SELECT pipeline_name, status, EXISTS (SELECT 1 FROM run_tags t WHERE t.run_id = r.run_id
                  AND t.key = 'dagster/parent_run_id') FROM runs r WHERE id > :since ORDER BY id""",
        since=log.runs,
    )
    return [f"{job} {status}{' (retry)' if retry else ''}" for job, status, retry in map(tuple, found)]


_served: dict[str, str] = {}


def serves(data: Path, edition_id: str) -> bool:
    """Whether the publication that is served has the edition."""
    link = str((data / "current").readlink())
    if _served.get(edition_id) == link:
        return False
    with duckdb.connect(str((data / "current").resolve() / "burden_sharing.duckdb"), read_only=True) as warehouse:
        found = warehouse.execute("SELECT 1 FROM core.edition WHERE edition_id = ?", [edition_id]).fetchone()
    if found is None:
        _served[edition_id] = link
    return found is not None


_handed_in: set[str] = set()


def lost_by(data: Path, trial: int) -> list[str]:
    """Editions that were handed in until this trial and are not landed, and damage."""
    store = LandingStore(data)
    _handed_in.add(edition_of(trial)[1])
    missing = sorted(_handed_in - {item.provenance.edition_id for item in store.landed("eurostat")})
    return [*missing, *(f"{path.name} {damage}" for path, damage in store.damaged())]


def content(data: Path) -> str:
    with duckdb.connect(str((data / "current").resolve() / "burden_sharing.duckdb"), read_only=True) as warehouse:
        found = warehouse.execute("SELECT content_sha256 FROM meta.build").fetchone()
    assert found is not None
    return str(found[0])


def built_anew(root: Path) -> str:
    """The content of a build of the landing store alone, in another folder."""
    fresh = root / "fresh"
    fresh.mkdir()
    for name in ("landing", "quarantine", "decisions.jsonl"):
        if (root / "data" / name).exists():
            subprocess.run(["cp", "-a", root / "data" / name, fresh / name], check=True)  # noqa: S607
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    subprocess.run(
        [Path(sys.executable).parent / "burden", "run"],
        env=environment | {"BURDEN_DATA_DIR": str(fresh)},
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=REPOSITORY,
    )
    return content(fresh)


def try_process(of: Deployment, process: str, trials: Sequence[Sequence[str]], first: int) -> list[Trial]:
    """Every moment of a process, from the trial `first` on; fewer where one is stuck, or never came."""
    done: list[Trial] = []
    for trial in range(first, first + 10):
        killed = {each.moment for each in done}
        pending = [left for moments in trials if (left := [name for name in moments if name not in killed])]
        if not pending:
            break
        found = try_once(of, process, pending[0], trial)
        done.extend(found)
        for each in found:
            print(json.dumps(asdict(each)), flush=True)
        if any(each.published_after_s is None for each in found):
            break
    return done


def main(root: Path, processes: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    with deployment(root, REPOSITORY / "data") as running:
        done = [each for n, name in enumerate(processes) for each in try_process(running, name, _TRIALS[name], 10 * n)]
        same = content(running.data) == built_anew(root)
    print(table(done))
    print("content of a build of the landing store alone:", "the same" if same else "ANOTHER")
    whole = len(done) == sum(len(moments) for name in processes for moments in _TRIALS[name])
    return 0 if same and whole and not any(each.lost or each.published_after_s is None for each in done) else 1


def table(done: Sequence[Trial]) -> str:
    lines = [
        f"| {each.process} | {each.moment} | {', '.join(each.runs)} | {each.published_after_s} | "
        f"{', '.join(each.lost) or 'nothing'} |"
        for each in done
    ]
    return "\n".join(
        ["| process | moment | its runs | seconds until published | lost |", "|---|---|---|---|---|", *lines]
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), sys.argv[2:] or _PROCESSES))
