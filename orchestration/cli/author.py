"""Who decides on the command line: whoever `--author` names, else the user of this machine."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from orchestration.ingest.actions import Word

Author = Annotated[str, typer.Option(help="Who decides; the user's name on this machine without it.")]


def word(author: str, reason: str) -> Word:
    """Raises `UsageError` where no reason is given."""
    return Word(author=author or getpass.getuser(), reason=reason)
