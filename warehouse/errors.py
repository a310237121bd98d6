"""The error of a user's question; it imports nothing, so that a command can refuse before it loads anything."""

from __future__ import annotations


class UsageError(ValueError):
    """A question that cannot be answered as it was put; the message says what can be asked."""
