"""The environment: what each variable may look like."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from warehouse import settings
from warehouse.settings import VARIABLES, SettingsError

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("set_to_nothing", [False, True])
def test_the_data_directory_is_by_default_that_of_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, set_to_nothing: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if set_to_nothing:
        monkeypatch.setenv("BURDEN_DATA_DIR", "")
    assert settings.data_dir() == REPOSITORY / "data"


def test_the_data_directory_of_an_installed_wheel_is_below_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "checkout", lambda: None)
    assert settings.data_dir() == tmp_path / "data"


@pytest.mark.parametrize(
    ("given", "found"),
    [("data", "data"), ("two words", "two words"), ("d'Arc", "d'Arc"), ("~/data", "home/data"), ("100%", "100%")],
)
def test_a_data_directory_is_absolute_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, found: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BURDEN_DATA_DIR", given)
    assert settings.data_dir() == tmp_path / found


@pytest.mark.parametrize("given", ["  ", "~nobody-of-this-name/data", "a*b", "a?b", "a[b", "a\\b", "a\nb", "a\udcffb"])
def test_a_data_directory_that_cannot_be_used_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", given)
    with pytest.raises(SettingsError, match=r"^BURDEN_DATA_DIR: "):
        settings.data_dir()


@pytest.mark.parametrize("given", [None, ""])
def test_dagsters_home_is_by_default_in_the_data_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str | None
) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path))
    if given is not None:
        monkeypatch.setenv("DAGSTER_HOME", given)
    assert settings.dagster_home() == tmp_path / "dagster"


def test_a_relative_home_of_dagster_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", "home")
    assert settings.dagster_home() == tmp_path / "home"


@pytest.mark.parametrize("given", ["a%41b", "a?b"])
def test_a_home_that_sqlite_would_look_for_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DAGSTER_HOME", given)
    with pytest.raises(SettingsError, match=r"^DAGSTER_HOME: "):
        settings.dagster_home()


@pytest.mark.parametrize(("given", "found"), [(None, False), ("", False), ("0", False), ("1", True)])
def test_a_switch_is_on_or_off(monkeypatch: pytest.MonkeyPatch, given: str | None, *, found: bool) -> None:
    if given is not None:
        monkeypatch.setenv("LIVE", given)
    assert settings.live() is found


@pytest.mark.parametrize("given", ["yes", "true", "2", " "])
def test_a_switch_that_is_neither_is_refused_and_not_taken_for_off(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("LIVE", given)
    with pytest.raises(SettingsError, match=r"^LIVE: expected 1"):
        settings.live()


@pytest.mark.parametrize(("given", "found"), [(None, False), ("", False), ("colored", False), ("json", True)])
def test_logs_are_for_a_person_unless_json_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, given: str | None, *, found: bool
) -> None:
    if given is not None:
        monkeypatch.setenv("BURDEN_LOG_FORMAT", given)
    assert settings.logs_json() is found


def test_another_format_of_logs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_LOG_FORMAT", "JSON")
    with pytest.raises(SettingsError, match=r"^BURDEN_LOG_FORMAT: expected colored or json"):
        settings.logs_json()


def test_steps_run_in_one_process_unless_another_executor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.executor() == ("in_process", {})
    monkeypatch.setenv("BURDEN_EXECUTOR", "celery")
    monkeypatch.setenv("BURDEN_EXECUTOR_CONFIG", '{"broker": {"env": "BROKER"}}')
    assert settings.executor() == ("celery", {"broker": {"env": "BROKER"}})


@pytest.mark.parametrize("given", ["{", "[]", "celery"])
def test_a_configuration_of_the_executor_that_is_no_object_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("BURDEN_EXECUTOR_CONFIG", given)
    with pytest.raises(SettingsError, match=r"^BURDEN_EXECUTOR_CONFIG: expected a JSON object"):
        settings.executor()


@pytest.mark.parametrize("given", [None, "", " "])
@pytest.mark.parametrize("name", ["BURDEN_DUCKLAKE", "BURDEN_DUCKLAKE_FILES"])
def test_a_lake_has_both_a_catalogue_and_files(monkeypatch: pytest.MonkeyPatch, name: str, given: str | None) -> None:
    monkeypatch.setenv("BURDEN_DUCKLAKE", "postgres:dbname=lake")
    monkeypatch.setenv("BURDEN_DUCKLAKE_FILES", "/srv/lake")
    assert settings.ducklake() == ("postgres:dbname=lake", "/srv/lake")
    monkeypatch.delenv(name) if given is None else monkeypatch.setenv(name, given)
    with pytest.raises(SettingsError, match=rf"^{name}: expected "):
        settings.ducklake()


@pytest.mark.parametrize("given", ["{", "[]", '{"https://www.nato.int": 1}'])
def test_origins_that_are_no_object_of_addresses_are_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("BURDEN_ORIGINS", given)
    with pytest.raises(SettingsError, match=r"^BURDEN_ORIGINS: expected a JSON object"):
        settings.origins()


@pytest.mark.parametrize(("given", "found"), [(None, 50), ("", 50), ("1", 1), ("300", 300)])
def test_so_many_runs_are_kept(monkeypatch: pytest.MonkeyPatch, given: str | None, found: int) -> None:
    if given is not None:
        monkeypatch.setenv("BURDEN_KEEP_RUNS", given)
    assert settings.keep_runs() == found


@pytest.mark.parametrize("given", ["0", "-1", "all", "1.5", "²"])
def test_a_number_of_runs_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("BURDEN_KEEP_RUNS", given)
    with pytest.raises(SettingsError, match=r"^BURDEN_KEEP_RUNS: expected a number of runs"):
        settings.keep_runs()


def test_duckdb_spills_into_the_data_directory_and_takes_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", "/srv/burden")
    assert settings.duckdb_limits() == {"temp_directory": "/srv/burden/spill"}
    monkeypatch.setenv("BURDEN_MEMORY", "2GB")
    assert settings.duckdb_limits() == {"temp_directory": "/srv/burden/spill", "memory_limit": "2GB"}


@pytest.mark.parametrize("given", ["2", "0GB", "2 GB", "half", "80%"])
def test_memory_that_is_no_size_is_named(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("BURDEN_MEMORY", given)
    with pytest.raises(SettingsError, match=r"^BURDEN_MEMORY: expected a size in MB or GB"):
        settings.duckdb_limits()


def test_the_documentation_lists_every_variable() -> None:
    table = (REPOSITORY / "docs" / "sources.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(VARIABLES)


@pytest.mark.parametrize("given", ["https://example.org/burden", "https://example.org/burden/"])
def test_the_address_of_the_site_ends_in_a_slash_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    assert settings.site_address() is None
    monkeypatch.setenv("BURDEN_SITE_ADDRESS", given)
    assert settings.site_address() == "https://example.org/burden/"


@pytest.mark.parametrize("given", ["example.org", "ftp://example.org", "https://example.org/?a", 'https://e.org/"'])
def test_what_is_no_address_of_a_folder_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("BURDEN_SITE_ADDRESS", given)
    with pytest.raises(SettingsError, match=r"^BURDEN_SITE_ADDRESS: expected https://"):
        settings.site_address()
