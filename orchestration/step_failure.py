"""Why a step failed, in its own words."""

from __future__ import annotations

import dagster as dg


def step_failure(event: dg.DagsterEvent) -> str:
    """The description of a `dg.Failure`, or the innermost error's message."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "failed without a message"
