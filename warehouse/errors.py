"""The error of a user's question; it imports nothing, so that a command can refuse before it loads anything.

Belongs here: what every reader of the warehouse and of the settings may raise. Does not belong here: refusals of
payloads (transforms.errors), errors of one topic (beside what raises them).
"""

from __future__ import annotations


class UsageError(ValueError):
    """A question that cannot be answered as it was put; the message says what can be asked."""
