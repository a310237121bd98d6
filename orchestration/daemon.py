"""Whether Dagster's daemon, which ticks schedules and sensors and starts queued runs, is alive."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from dagster._daemon.controller import get_daemon_statuses


def silent_parts(home: Path) -> list[str]:
    """The parts of the daemon that the instance in `home` needs and that gave no sign of life for five minutes."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        statuses = get_daemon_statuses(instance, instance.get_required_daemon_types(), ignore_errors=True)
        return sorted(name for name, status in statuses.items() if not status.healthy)
