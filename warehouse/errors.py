"""Errors that a user can cause and mend; they import nothing, so that a command can refuse before it loads anything."""

from __future__ import annotations


class UsageError(ValueError):
    """A question that cannot be answered as it was put; the message says what can be asked."""


class StoppedError(RuntimeError):
    """What was asked for was understood and could not be done; the message says why, and what to do."""
