"""What a run and the UI need before anything is written: readable settings, and folders that burden may write."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from orchestration.notify import channels_of_environment
from warehouse import settings
from warehouse.files import write_whole
from warehouse.reading.connect import DATABASE
from warehouse.settings import DAGSTER_HOME, DATA_DIR, SettingsError

DAGSTER_YAML: Final = "dagster.yaml"
_SHIPPED: Final = Path(__file__).parents[1] / DAGSTER_YAML
# SHA-256 of every dagster.yaml that was ever shipped: such a file has not been edited, and a newer one replaces it.
SHIPPED_SHA256: Final = (
    "933e01c1a02558db8694216d918eff8cc69724dd9c9d733a25b0f0fcd6e8b513",
    "1eb51fa56f0ced4dda68956d5bb89f07dc2d7d876aa4c68aca01da1c967d143a",
    "8d32d899f1ce32c7c4dda636e2089237beb14c8272370560d7337994d7946a01",
    "ece79021dec012bc1113b6b02d0555df6d3780a99fab70a3ff20a001d08719ed",
)
_DAGSTER_WRITES: Final = ("history", "schedules", "storage")  # an instance without a dagster.yaml has them all the same


def prepare() -> Path:
    """Check every setting, make the data directory and Dagster's home, and hand both on as absolute paths.

    Returns Dagster's home. Raises `SettingsError` before anything is written.
    """
    settings.live()
    settings.brisk()
    settings.duckdb_limits()
    settings.origins()
    settings.keep_runs()
    settings.executor()
    settings.logs_json()
    settings.site_address()
    channels_of_environment()
    root, home = settings.data_dir(), settings.dagster_home()
    _require_writable(DATA_DIR, root)
    _require_writable(DAGSTER_HOME, home)
    _require_no_publication(root)
    _require_ours(home, own=home == root / "dagster")
    root.mkdir(parents=True, exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    _write_dagster_yaml(home / DAGSTER_YAML)
    settings.hand_on(root, home)
    return home


def _require_writable(name: str, folder: Path) -> None:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise SettingsError(f"{name}: {folder} cannot be a folder: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise SettingsError(f"{name}: {folder} cannot be written: no permission to write in {there}")


def _require_no_publication(root: Path) -> None:
    real = root.resolve()
    around = next((path for path in (real, *real.parents) if (path / DATABASE).exists()), None)
    if around is not None:
        raise SettingsError(f"{DATA_DIR}: {root} is in the publication {around}, which is sealed; name another folder")


def _require_ours(home: Path, *, own: bool) -> None:
    """A home that another project writes is refused; `own`: the default, which no other program has a reason to use."""
    config = home / DAGSTER_YAML
    if config.exists():
        if not (_untouched(config) or _first_line(config) == _first_line(_SHIPPED)):
            raise SettingsError(
                f"{DAGSTER_HOME}: {home} is the home of another project's Dagster: its {DAGSTER_YAML} is not burden's. "
                f"Unset {DAGSTER_HOME}, or name an empty folder; "
                f"to share this one, begin its {DAGSTER_YAML} with the line {_first_line(_SHIPPED)!r}"
            )
    elif not own and any((home / name).exists() for name in _DAGSTER_WRITES):
        raise SettingsError(
            f"{DAGSTER_HOME}: {home} is the home of another project's Dagster. "
            f"Unset {DAGSTER_HOME}, or name an empty folder"
        )


def _untouched(config: Path) -> bool:
    return hashlib.sha256(config.read_bytes()).hexdigest() in SHIPPED_SHA256


def _first_line(config: Path) -> str:
    return config.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()


def _write_dagster_yaml(config: Path) -> None:
    """Written whole or not at all: the UI may read it in the same moment."""
    if config.exists() and not _untouched(config):
        return
    write_whole(config, _SHIPPED.read_bytes())
