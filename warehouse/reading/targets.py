"""Where a command may write what its user asks for: anywhere but among what the pipeline keeps.

Publications are sealed, and what was landed, refused or built is read by the next run. Any other folder disturbs
no one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from warehouse.errors import UsageError
from warehouse.reading.connect import CURRENT
from warehouse.settings import data_dir

_PUBLISHED: Final = "published"
# What a data directory holds: orchestration's stores, their journal, Dagster's instance, and the publications.
_OF_THE_PIPELINE: Final = frozenset(
    {CURRENT, _PUBLISHED, "incoming", "landing", "quarantine", "decisions.jsonl", "polls", "tables", "dagster"}
)


def outside_data(to: Path) -> Path:
    """The file or folder `to`, with `~` read as the home; `UsageError` if it is in a data directory.

    Links are followed, and any data directory counts, not only the one that is read.
    """
    try:
        target = to.expanduser()
    except RuntimeError as error:
        raise UsageError(f"{to}: {error}") from error
    real = target.resolve()
    for folder in (real, *real.parents):
        if folder == data_dir().resolve() or ((folder / CURRENT).is_symlink() and (folder / _PUBLISHED).is_dir()):
            _refuse_entries(to, real, folder)
    return target


def _refuse_entries(to: Path, real: Path, folder: Path) -> None:
    inside = real.relative_to(folder).parts
    if not inside or inside[0] in _OF_THE_PIPELINE or inside[0].startswith("."):
        raise UsageError(f"{to} is in the data directory {folder}, where only the pipeline writes; name another place")
