"""The wheel carries all that it needs, and the pipeline runs from it in an empty folder."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("orchestration", "transforms", "warehouse")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built from a copy without its data, caches and environments."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    no_caches = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(REPOSITORY / package, source / package, ignore=no_caches)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(REPOSITORY / file, source / file)
    build = "from setuptools.build_meta import build_wheel; build_wheel('..')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)  # noqa: S603 (ourselves)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_every_file_of_the_packages_and_the_licence(wheel: Path) -> None:
    needed = {
        str(path.relative_to(REPOSITORY))
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert carried == needed
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_the_wheel_runs_in_an_empty_folder_and_keeps_its_data_there(wheel: Path, tmp_path: Path) -> None:
    site, folder = tmp_path / "site", tmp_path / "empty"
    folder.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    compileall.compile_dir(site, quiet=1)  # as an installer does
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    ours = ("BURDEN_", "DAGSTER_", "LIVE", "PYTHON")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}

    def burden(*arguments: str) -> str:
        command = [sys.executable, "-P", "-m", "orchestration.cli.burden", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 (ourselves)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert str(folder / "data" / "current") in burden("run").replace("\n", "")
    assert "nato:2026-07-10" in burden("status", "--format", "csv")
    assert burden("path", "DEU").startswith("Germany")
    assert Path(burden("report").strip()).is_relative_to(folder.resolve() / "data")
    assert sorted(path.name for path in folder.iterdir()) == ["data"]
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before
