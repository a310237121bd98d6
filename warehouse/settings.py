"""The environment, read here and nowhere else: each variable, what it may look like, what holds where it is not set.

A variable that is set to nothing is not set. One that cannot be read is an error: it never falls back to the default.
docs/sources.md lists those for the operator; the last two functions read conventions of the platform.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Final

from warehouse.errors import UsageError

DATA_DIR: Final = "BURDEN_DATA_DIR"
DAGSTER_HOME: Final = "DAGSTER_HOME"
CONTACT: Final = "BURDEN_CONTACT"
NOTIFY: Final = "BURDEN_NOTIFY"
SMTP_USER: Final = "BURDEN_SMTP_USER"
SMTP_PASSWORD: Final = "BURDEN_SMTP_PASSWORD"  # noqa: S105 (the variable's name)
ORIGINS: Final = "BURDEN_ORIGINS"
SITE_ADDRESS: Final = "BURDEN_SITE_ADDRESS"
BRISK: Final = "BURDEN_BRISK"
KEEP_RUNS: Final = "BURDEN_KEEP_RUNS"
DUCKLAKE: Final = "BURDEN_DUCKLAKE"
DUCKLAKE_FILES: Final = "BURDEN_DUCKLAKE_FILES"
EXECUTOR: Final = "BURDEN_EXECUTOR"
EXECUTOR_CONFIG: Final = "BURDEN_EXECUTOR_CONFIG"
LOG_FORMAT: Final = "BURDEN_LOG_FORMAT"
MEMORY: Final = "BURDEN_MEMORY"
LIVE: Final = "LIVE"
VARIABLES: Final = (
    *(DATA_DIR, DAGSTER_HOME, CONTACT, NOTIFY, SMTP_USER, SMTP_PASSWORD),
    *(ORIGINS, SITE_ADDRESS, BRISK, KEEP_RUNS, DUCKLAKE, DUCKLAKE_FILES, EXECUTOR, EXECUTOR_CONFIG, LOG_FORMAT),
    *(MEMORY, LIVE),
)

IN_PROCESS: Final = "in_process"
SPILL: Final = "spill"

# DuckDB takes the first four for a pattern or a separator and reads another file; a control character breaks a line;
# DuckDB takes no name that is not UTF-8, whose bytes Python holds as half surrogate pairs.
UNREADABLE: Final = re.compile(r"[*?\[\\\x00-\x1f\x7f\ud800-\udfff]")
UNREADABLE_NAMED: Final = r"* ? [ \, a control character, or what is not UTF-8, in its name"
_SIZE: Final = re.compile(r"[1-9][0-9]*(MB|GB)")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#\"<>]+(/[^\s?#\"<>]*)?")
_DECODED: Final = re.compile(r"[?]|%[0-9A-Fa-f]{2}")  # Dagster writes the path unquoted into an address of SQLAlchemy


class SettingsError(UsageError):
    """A variable of the environment, or a folder that it names, which cannot be used; the message names it."""


def checkout() -> Path | None:
    """The checkout that the packages are run from; None if they are installed from a wheel."""
    root = Path(__file__).resolve().parents[1]
    return root if (root / "pyproject.toml").is_file() else None


def require_checkout() -> None:
    """Raise `SettingsError` where the project's own files cannot be written: in an installed wheel."""
    if checkout() is None:
        raise SettingsError("this command writes the project's own files: run it in a checkout")


def data_dir() -> Path:
    """The data directory, absolute: BURDEN_DATA_DIR, else `data` of the checkout, else `data` in the working directory.

    Raises `SettingsError` for a name below which DuckDB cannot read.
    """
    root = _folder(DATA_DIR) or (checkout() or Path.cwd()) / "data"
    if UNREADABLE.search(str(root)):
        raise SettingsError(f"{DATA_DIR}: DuckDB cannot read below {str(root)!r}, which has {UNREADABLE_NAMED}")
    return root


def dagster_home() -> Path:
    """The folder of the Dagster instance, absolute: DAGSTER_HOME, else `dagster` in the data directory.

    Raises `SettingsError` for a name below which Dagster's SQLite files cannot be opened.
    """
    home = _folder(DAGSTER_HOME) or data_dir() / "dagster"
    if _DECODED.search(str(home)):
        raise SettingsError(f"{DAGSTER_HOME}: Dagster cannot write below {str(home)!r}, which has ? or %XX in its name")
    return home


def use_data_dir(path: str) -> None:
    """From here on BURDEN_DATA_DIR is `path`, for this process and those that it starts."""
    if not path.strip():
        raise SettingsError("--data-dir: expected a folder, found nothing")
    os.environ[DATA_DIR] = path


def hand_on(root: Path, home: Path) -> None:
    """Both folders are in the environment as absolute paths: for Dagster, and for the processes that it starts."""
    os.environ |= {DATA_DIR: str(root), DAGSTER_HOME: str(home)}


def contact() -> str:
    """BURDEN_CONTACT: an address that a source's operator can write to, or nothing."""
    return os.environ.get(CONTACT, "")


def notify() -> str:
    """BURDEN_NOTIFY as it is written (orchestration.notify reads it); `log` where it is not set."""
    return os.environ.get(NOTIFY) or "log"


def smtp_login() -> tuple[str, str] | None:
    """BURDEN_SMTP_USER and BURDEN_SMTP_PASSWORD; None where neither is set. Raises `SettingsError` for one alone."""
    user, password = os.environ.get(SMTP_USER, ""), os.environ.get(SMTP_PASSWORD, "")
    if bool(user) != bool(password):
        missing, found = (SMTP_PASSWORD, SMTP_USER) if user else (SMTP_USER, SMTP_PASSWORD)
        raise SettingsError(f"{missing}: expected, because {found} is set")
    return (user, password) if user else None


def origins() -> dict[str, str]:
    """BURDEN_ORIGINS: where the addresses that begin so are asked instead. Raises `SettingsError`."""
    found = _object(ORIGINS)
    if not all(isinstance(address, str) for address in found.values()):
        raise SettingsError(f"{ORIGINS}: expected a JSON object of addresses, found {os.environ[ORIGINS]!r}")
    return found


def site_address() -> str | None:
    """BURDEN_SITE_ADDRESS: where the pages are on the web, with a slash at its end; None if nowhere.

    Raises `SettingsError` for anything but the address of a folder.
    """
    given = os.environ.get(SITE_ADDRESS)
    if not given:
        return None
    if not _ADDRESS.fullmatch(given):
        raise SettingsError(f"{SITE_ADDRESS}: expected https://… or http://… without ? or #, found {given!r}")
    return f"{given.rstrip('/')}/"


def brisk() -> bool:
    """BURDEN_BRISK=1: short waits, for rehearsals. Raises `SettingsError`."""
    return _switch(BRISK)


def spill_folder() -> Path:
    """Below the data directory: what is too much for memory, while it is worked on. Raises `SettingsError`."""
    return data_dir() / SPILL


def duckdb_limits() -> dict[str, str | bool | int | float | list[str]]:
    """How DuckDB works over whole tables: BURDEN_MEMORY, where it is set, and where it spills what is beyond.

    Without the folder DuckDB would spill into the working directory. Raises `SettingsError`.
    """
    limits: dict[str, str | bool | int | float | list[str]] = {"temp_directory": str(spill_folder())}
    given = os.environ.get(MEMORY)
    if not given:
        return limits
    if not _SIZE.fullmatch(given):
        raise SettingsError(f"{MEMORY}: expected a size in MB or GB, such as 2GB, found {given!r}")
    return {**limits, "memory_limit": given}


def live() -> bool:
    """LIVE=1: a run asks the sources first. Raises `SettingsError`."""
    return _switch(LIVE)


def keep_runs() -> int:
    """BURDEN_KEEP_RUNS: how many finished runs of each job Dagster keeps; 50 where it is not set.

    Raises `SettingsError`.
    """
    given = os.environ.get(KEEP_RUNS) or "50"
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise SettingsError(f"{KEEP_RUNS}: expected a number of runs, 1 or more, found {given!r}")
    return int(given)


def ducklake() -> tuple[str, str]:
    """BURDEN_DUCKLAKE and BURDEN_DUCKLAKE_FILES: the catalogue of a lake, and where its files are.

    Raises `SettingsError` where one is not set: no other place is meant.
    """
    catalogue, files = (os.environ.get(name, "") for name in (DUCKLAKE, DUCKLAKE_FILES))
    for name, given, example in (
        (DUCKLAKE, catalogue, "postgres:dbname=lake host=127.0.0.1"),
        (DUCKLAKE_FILES, files, "/srv/lake or s3://…"),
    ):
        if not given.strip():
            raise SettingsError(f"{name}: expected {example}, found {given!r}")
    return catalogue, files


def executor() -> tuple[str, dict[str, Any]]:
    """BURDEN_EXECUTOR as it is written, `in_process` where it is not set, and the object of BURDEN_EXECUTOR_CONFIG.

    orchestration.executors reads the first. Raises `SettingsError`.
    """
    return os.environ.get(EXECUTOR) or IN_PROCESS, _object(EXECUTOR_CONFIG)


def logs_json() -> bool:
    """BURDEN_LOG_FORMAT=json, where it is not `colored` as without it. Raises `SettingsError`."""
    given = os.environ.get(LOG_FORMAT) or "colored"
    if given not in {"colored", "json"}:
        raise SettingsError(f"{LOG_FORMAT}: expected colored or json, found {given!r}")
    return given == "json"


def encoding_is_chosen() -> bool:
    """Whether PYTHONIOENCODING asks Python for an encoding of its output."""
    return bool(os.environ.get("PYTHONIOENCODING"))


def width_is_chosen() -> bool:
    """Whether COLUMNS says how wide a line of output is."""
    return bool(os.environ.get("COLUMNS"))


def _object(name: str) -> dict[str, Any]:
    given = os.environ.get(name) or "{}"
    try:
        found = json.loads(given)
    except json.JSONDecodeError as error:
        raise SettingsError(f"{name}: expected a JSON object, found {given!r} ({error})") from error
    if not isinstance(found, dict):
        raise SettingsError(f"{name}: expected a JSON object, found {given!r}")
    return found


def _switch(name: str) -> bool:
    given = os.environ.get(name) or "0"
    if given not in {"0", "1"}:
        raise SettingsError(f"{name}: expected 1 (on) or 0 (off), found {given!r}")
    return given == "1"


def _folder(name: str) -> Path | None:
    given = os.environ.get(name, "")
    if not given:
        return None
    if not given.strip():
        raise SettingsError(f"{name}: expected a folder, found {given!r}")
    try:
        return Path(given).expanduser().absolute()
    except RuntimeError as error:  # `~name` of an unknown user
        raise SettingsError(f"{name}: {given!r} names no user's home ({error})") from error
