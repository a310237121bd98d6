"""The commands that read the warehouse; `orchestration.cli` adds those that compute, and is what `burden` starts.

Belongs here: options, help with examples, printing. Does not belong here: what a command answers (one module a topic).
"""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Who pays for the common defence, by which rule, and what it would take to reach the target.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
