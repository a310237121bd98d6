"""How a run that Dagster launches writes its log to the output of its process: coloured for a person, or JSON lines.

Belongs here: runs. Does not belong here: the processes themselves, which take the same word as their option
`--log-format` (deploy/).
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from warehouse import settings

_CONSOLE = "console"


def loggers() -> dict[str, dg.LoggerDefinition]:
    """The logger of the definitions, as BURDEN_LOG_FORMAT says. Raises `SettingsError`."""
    return {_CONSOLE: dg.json_console_logger if settings.logs_json() else dg.colored_console_logger}


def run_config() -> dict[str, Any] | None:
    """The part of a job's configuration that makes its runs use the logger in JSON: without it Dagster takes its own.

    In JSON without DEBUG: events of the engine are in the UI, and four fifths of the lines. None otherwise, for a job
    with a configuration, an empty one too, fixes that of its resources, and no caller can give it others.
    """
    return {"loggers": {_CONSOLE: {"config": {"log_level": "INFO"}}}} if settings.logs_json() else None
