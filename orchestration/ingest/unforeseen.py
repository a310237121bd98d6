"""Errors that nobody foresaw, at the two places where one source's fault must not become everybody's.

Belongs here: how such an error is told. Does not belong here: errors with a type of their own, which tell themselves.
"""

from __future__ import annotations

import traceback
from pathlib import Path


def tell(error: Exception) -> str:
    """What it was and where in the code, in one line: for a failed check and for quarantine."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"not understood: {type(error).__name__}: {error} (at {Path(frame.filename).name}:{frame.lineno}); report it"
