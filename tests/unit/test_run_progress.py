"""What a run says while it waits for a source."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from orchestration.cli.run import show_progress

SAID = "asking [nato]"


def shown(*, terminal: bool) -> tuple[str, str]:
    """The lines printed, and what the bar says."""
    console = Console(file=StringIO(), force_terminal=terminal, width=200)
    progress = Progress(TextColumn("{task.description}"), console=console)
    task = progress.add_task("starting")
    show_progress(progress, task, SAID)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue(), progress.tasks[task].description


def test_where_no_bar_can_be_shown_each_message_is_a_line_as_it_is() -> None:
    assert shown(terminal=False)[0] == f"{SAID}\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_the_bar_names_what_is_waited_for(*, terminal: bool) -> None:
    assert shown(terminal=terminal)[1] == r"asking \[nato]"


def test_on_a_terminal_the_bar_says_it_and_no_line_is_left_behind() -> None:
    assert shown(terminal=True)[0] == ""
