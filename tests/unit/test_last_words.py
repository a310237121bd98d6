"""What `burden` says where the machine gives too little or Dagster's record is damaged: one line, no traceback."""

from __future__ import annotations

import sys

import pytest
import sqlalchemy.exc

from orchestration.cli import burden


def ended(raised: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    def fail() -> None:
        raise raised

    monkeypatch.setattr(burden, "app", fail)
    monkeypatch.setattr(sys, "argv", ["burden", "status"])
    with pytest.raises(SystemExit) as found:
        burden.main()
    assert found.value.code == 1
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "raised",
    [
        MemoryError(),
        ImportError("libparquet.so.2600: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_too_little_memory_is_said(
    raised: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ended(raised, monkeypatch, capsys)
    assert said.startswith("error: this process may not have the memory or the threads that it needs")


def test_an_error_of_the_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("what was built is stale as it was before")

    monkeypatch.setattr(burden, "app", fail)
    monkeypatch.setattr(sys, "argv", ["burden", "run"])
    with pytest.raises(RuntimeError, match="stale as it was before"):
        burden.main()


def test_a_damaged_record_of_dagsters_says_what_may_be_moved_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = sqlalchemy.exc.DatabaseError("PRAGMA", None, ValueError("file is not a database"))
    said = ended(damaged, monkeypatch, capsys)
    assert "file is not a database" in said
    assert "move that folder away and run again" in said
