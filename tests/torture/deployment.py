"""The three processes of docs/deployment.md on this machine, by the command lines of deploy/systemd, started again as
systemd would: what is left of a unit ends with its main process, five seconds later the unit is back.

Belongs here: the processes, their PostgreSQL, their folders. Does not belong here: what is done to them.
"""

# ruff: noqa: S603 (the commands are those of deploy/)

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from tests.scale.postgres import SUPERUSER, binaries, create_database, server

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DEPLOY: Final = REPOSITORY / "deploy"
CODE_SERVER: Final = "code-server"
WEBSERVER: Final = "webserver"
DAEMON: Final = "daemon"
_INVOCATION: Final = "INVOCATION_ID"  # systemd's name of it
SHORT: Final = "tests.torture.short_intervals"
# How often Dagster looks, in seconds, where it is not as in deploy/dagster.yaml.
_MONITORING: Final = {"poll_interval_seconds": 10, "start_timeout_seconds": 60}
_QUEUE: Final = {"user_code_failure_retry_delay": 10}


@dataclass(slots=True)
class Unit:
    """A service that is started again whenever it ends, until `stop`."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    restart_s: float
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    _invocation: str = ""
    _started: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._supervise, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._end_rest()
        if self._thread is not None:
            self._thread.join()

    def kill(self) -> None:
        """End the main process by `kill -9`."""
        assert self.process is not None
        self.process.kill()

    def up_s(self) -> float:
        """How long ago the process that runs now was started, in seconds."""
        return time.monotonic() - self._started

    def children(self) -> list[int]:
        """Processes that any thread of the main process has started."""
        assert self.process is not None
        found: list[int] = []
        for thread in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            with suppress(OSError):
                found.extend(map(int, thread.read_text().split()))
        return found

    def _supervise(self) -> None:
        while not self._over.is_set():
            self._invocation, self._started = uuid.uuid4().hex, time.monotonic()
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command,
                    env=self.environment | {_INVOCATION: self._invocation},
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    cwd=self.log.parent,
                )
                self.process.wait()
            self._end_rest()
            if not self._over.wait(self.restart_s):
                self.restarts += 1

    def _end_rest(self) -> None:
        """End every process of this start of the unit: systemd's KillMode=control-group."""
        mark = f"{_INVOCATION}={self._invocation}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment that runs: its folders, its units, and the address of its database."""

    root: Path
    units: dict[str, Unit]
    database: str
    webserver_port: int

    @property
    def data(self) -> Path:
        return self.root / "data"

    def run_worker(self) -> int | None:
        """The process of the run that works, a child of the code server."""
        for pid in self.units[CODE_SERVER].children():
            with suppress(FileNotFoundError, ProcessLookupError):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        return None


@contextmanager
def deployment(root: Path, data: Path) -> Iterator[Deployment]:
    """The three processes over a copy of the data directory `data`, in the folder `root`, which is made."""
    programs = binaries()
    assert programs is not None, "no initdb: install PostgreSQL"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    shutil.copytree(data, root / "data", symlinks=True, ignore=shutil.ignore_patterns("dagster"))
    with server(programs, root / "postgres") as port:
        create_database(programs, port, "dagster")
        database = f"postgresql+psycopg2://{SUPERUSER}@127.0.0.1:{port}/dagster"
        code_port, web_port = _free_port(), _free_port()
        home = _home(root, code_port)
        environment = _environment() | {
            "BURDEN_DATA_DIR": str(root / "data"),
            "DAGSTER_HOME": str(home),
            "BURDEN_POSTGRES_URL": database,
            "BURDEN_LOG_FORMAT": "json",
            "PYTHONPATH": str(REPOSITORY),
        }
        ports = {"4266": str(code_port), "3000": str(web_port)}
        units = {name: _unit(name, root, environment, ports, home) for name in (CODE_SERVER, WEBSERVER, DAEMON)}
        try:
            for unit in units.values():
                unit.start()
                time.sleep(10)
            yield Deployment(root, units, database, web_port)
        finally:
            for unit in reversed(units.values()):
                unit.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        assert isinstance(port, int)
        return port


def _environment() -> dict[str, str]:
    """The environment of this process without settings of the project, of Dagster and of Python."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BURDEN_", "DAGSTER_", "PYTHON")) and name != "LIVE"
    }


def _home(root: Path, code_port: int) -> Path:
    home = root / "dagster"
    home.mkdir()
    settings = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    settings["run_monitoring"] |= _MONITORING
    settings["run_coordinator"]["config"] |= _QUEUE
    (home / "dagster.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    workspace = (DEPLOY / "workspace.yaml").read_text(encoding="utf-8")
    (home / "workspace.yaml").write_text(workspace.replace("4266", str(code_port)), encoding="utf-8")
    return home


def _unit(name: str, root: Path, environment: dict[str, str], ports: dict[str, str], home: Path) -> Unit:
    """The unit of deploy/systemd, with this machine's folders and ports."""
    text = (DEPLOY / "systemd" / f"burden-{name}.service").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    (restart_s,) = re.findall(r"^RestartSec=(\d+)$", text, re.MULTILINE)
    line = line.replace("/opt/burden-sharing/.venv/bin", str(Path(sys.executable).parent))
    line = line.replace("/srv/dagster", str(home)).replace("${BURDEN_LOG_FORMAT}", "json")
    line = line.replace("orchestration.definitions", SHORT)
    command = [ports.get(word, word) for word in shlex.split(line)]
    return Unit(name, command, environment, root / f"{name}.log", float(restart_s))
