"""What is remembered of a source between polls, and how it is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.ingest.http import Validators
from orchestration.ingest.polls import PollMemory
from orchestration.network import network_of_environment

ADDRESS = "https://www.nato.int/a.xlsx"


def test_an_address_that_never_answered_has_no_validators(tmp_path: Path) -> None:
    assert PollMemory(tmp_path, "nato").validators(ADDRESS) is None


def test_validators_survive_the_run(tmp_path: Path) -> None:
    PollMemory(tmp_path, "nato").remember(ADDRESS, Validators(etag='"1"'))
    assert PollMemory(tmp_path, "nato").validators(ADDRESS) == Validators(etag='"1"')


def test_sources_have_memories_of_their_own(tmp_path: Path) -> None:
    PollMemory(tmp_path, "nato").remember(ADDRESS, Validators(etag='"1"'))
    assert PollMemory(tmp_path, "sipri").validators(ADDRESS) is None


def test_a_refused_reply_is_forgotten_so_that_it_comes_again(tmp_path: Path) -> None:
    memory = PollMemory(tmp_path, "nato")
    memory.remember(ADDRESS, Validators(etag='"1"'))
    memory.forget(ADDRESS)
    assert memory.validators(ADDRESS) is None


def test_an_address_whose_bytes_are_gone_is_asked_without_conditions(tmp_path: Path) -> None:
    memory = PollMemory(tmp_path, "nato")
    memory.remember(ADDRESS, Validators(etag='"1"'))
    memory.remember(f"{ADDRESS}?other", Validators(etag='"2"'))
    memory.keep_only({ADDRESS})
    assert memory.validators(ADDRESS) == Validators(etag='"1"')
    assert memory.validators(f"{ADDRESS}?other") is None


def test_the_environment_says_how_sources_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_ORIGINS", json.dumps({"https://www.nato.int": "http://127.0.0.1:8000"}))
    monkeypatch.setenv("BURDEN_CONTACT", "data@example.org")
    network = network_of_environment()
    assert network.origins == {"https://www.nato.int": "http://127.0.0.1:8000"}
    assert "data@example.org" in network.manners().user_agent()


def test_a_rehearsal_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_BRISK", "1")
    assert network_of_environment().manners().min_interval_s == 0.0


def test_without_settings_requests_keep_a_polite_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BURDEN_BRISK", raising=False)
    assert network_of_environment().manners().min_interval_s == 1.5
