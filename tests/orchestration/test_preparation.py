"""What a run needs is there, or is refused by the name of its variable, before anything is written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from orchestration.cli.preparation import SHIPPED_SHA256, prepare
from warehouse.settings import VARIABLES, SettingsError

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = (REPOSITORY / "orchestration" / "dagster.yaml").read_text()
FOREIGN = "storage:\n  sqlite:\n    base_dir: /srv/dagster\n"


@pytest.fixture(autouse=True)
def data_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data directory that does not exist yet; no other variable is set."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def written(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_dagsters_home_is_made_in_the_data_directory_with_telemetry_off(data_dir: Path) -> None:
    assert prepare() == data_dir / "dagster"
    assert written(data_dir) == {"dagster/dagster.yaml": SHIPPED}
    assert "telemetry:\n  enabled: false" in SHIPPED


def test_processes_that_are_started_get_absolute_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BURDEN_DATA_DIR", "below")
    monkeypatch.setenv("DAGSTER_HOME", "home")
    prepare()
    monkeypatch.chdir("/")
    assert prepare() == tmp_path / "home"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["below", "home"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVE", "yes"),
        ("BURDEN_BRISK", "yes"),
        ("BURDEN_MEMORY", "much"),
        ("BURDEN_ORIGINS", "{"),
        ("BURDEN_NOTIFY", "slack"),
        ("BURDEN_SITE_ADDRESS", "example.org"),
        ("DAGSTER_HOME", " "),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name}: "):
        prepare()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["BURDEN_DATA_DIR", "DAGSTER_HOME"])
def test_a_folder_below_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(name, str(tmp_path / "file" / "below"))
    with pytest.raises(SettingsError, match=rf"^{name}: .* is a file$"):
        prepare()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_data_directory_in_a_sealed_publication_is_refused(tmp_path: Path) -> None:
    (tmp_path / "burden_sharing.duckdb").write_text("")
    with pytest.raises(SettingsError, match=r"^BURDEN_DATA_DIR: .* which is sealed"):
        prepare()
    assert [path.name for path in tmp_path.iterdir()] == ["burden_sharing.duckdb"]


def test_the_home_of_another_project_is_refused_and_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dagster.yaml").write_text(FOREIGN)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with pytest.raises(SettingsError, match=r"^DAGSTER_HOME: .* another project's Dagster"):
        prepare()
    assert written(tmp_path) == {"dagster.yaml": FOREIGN}


def test_an_instance_of_another_project_without_a_dagster_yaml_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "history").mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with pytest.raises(SettingsError, match=r"^DAGSTER_HOME: .* another project's Dagster"):
        prepare()
    assert [path.name for path in tmp_path.iterdir()] == ["history"]


def test_a_foreign_dagster_yaml_that_begins_with_our_line_is_shared_and_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shared = SHIPPED.partition("\n")[0] + "\n" + FOREIGN
    (tmp_path / "dagster.yaml").write_text(shared)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    prepare()
    assert written(tmp_path)["dagster.yaml"] == shared


def test_a_dagster_yaml_of_an_earlier_version_is_replaced(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    earlier = "telemetry:\n  enabled: false\n"
    monkeypatch.setattr("orchestration.cli.preparation.SHIPPED_SHA256", (hashlib.sha256(earlier.encode()).hexdigest(),))
    (data_dir / "dagster").mkdir(parents=True)
    (data_dir / "dagster" / "dagster.yaml").write_text(earlier)
    prepare()
    assert written(data_dir) == {"dagster/dagster.yaml": SHIPPED}


def test_the_shipped_dagster_yaml_is_the_last_of_those_that_may_be_replaced() -> None:
    """After a change of the file, add its SHA-256: else it is never updated where it was written."""
    assert hashlib.sha256(SHIPPED.encode()).hexdigest() == SHIPPED_SHA256[-1]
