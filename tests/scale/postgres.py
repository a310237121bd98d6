"""A PostgreSQL server of its own for a test, from the machine's binaries, on 127.0.0.1 alone."""

# ruff: noqa: S603 (the commands are our own)

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUPERUSER = "postgres"


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`: of the newest of Debian's versions, or of the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def server(programs: Path, folder: Path) -> Iterator[int]:
    """Started in `folder`, which is made, and stopped at the end; yields the port. Its user needs no password."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.mkdir(parents=True)
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL does not start as root
        shutil.chown(folder, SUPERUSER, SUPERUSER)
        as_owner = ["runuser", "-u", SUPERUSER, "--"]
    data = str(folder / "data")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories="
    start = [*as_owner, str(programs / "pg_ctl"), "--pgdata", data, "--wait"]
    subprocess.run(
        [
            *as_owner,
            str(programs / "initdb"),
            "--pgdata",
            data,
            "--username",
            SUPERUSER,
            "--auth",
            "trust",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd="/",
    )
    subprocess.run([*start, "--log", str(folder / "log"), "--options", options, "start"], check=True, cwd="/")
    try:
        yield port
    finally:
        subprocess.run([*start, "--mode", "immediate", "stop"], check=True, cwd="/")


def create_database(programs: Path, port: int, name: str) -> None:
    subprocess.run(
        [programs / "createdb", "--host", "127.0.0.1", "--port", str(port), "--username", SUPERUSER, name], check=True
    )
