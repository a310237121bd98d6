"""Who decides on the command line: whoever `--author` names, else the user of this machine."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from orchestration.ingest.actions import Word
from warehouse.errors import UsageError

Author = Annotated[str, typer.Option(help="Who decides; the user's name on this machine without it.")]


def word(author: str, reason: str) -> Word:
    """Raises `UsageError` where no reason is given, or where this machine has no name for its user."""
    return Word(author=author or _user(), reason=reason)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:  # a container may run as a number that no user has
        raise UsageError("author: this machine has no name for its user; name who decides by --author") from error
