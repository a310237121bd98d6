"""Where a command may write what its user asks for: anywhere but in a data directory.

Belongs here: the refusal, before anything is written. Does not belong here: what is written.

What lies in a data directory is the pipeline's: publications are sealed, and the rest is read by the next run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from warehouse.connect import CURRENT
from warehouse.settings import data_dir
from warehouse.usage import UsageError

_PUBLISHED: Final = "published"


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
            raise UsageError(
                f"{to} is in the data directory {folder}, which only the pipeline writes; name another place"
            )
    return target
