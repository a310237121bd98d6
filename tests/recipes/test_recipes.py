"""Downstream tools, started as their users start them, while the pipeline publishes.

They live in an environment of their own (`make recipes` installs it and sets RECIPES_BIN).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.docs.blocks import blocks, printed_as
from warehouse.contracts.registry import TABLES
from warehouse.publication.data_package import write_data_package
from warehouse.publication.publish import TableToPublish, publish
from warehouse.publication.views import statements
from warehouse.reading.connect import warehouse_path
from warehouse.reading.export import FileFormat, export

pytestmark = pytest.mark.recipes
PROJECT = Path(__file__).parent / "dbt_project"
Tool = Callable[..., str]


@pytest.fixture
def tools() -> Path:
    folder = os.environ.get("RECIPES_BIN")
    if not folder:
        pytest.skip("RECIPES_BIN names no environment: make recipes")
    return Path(folder)


@pytest.fixture
def data_dir(published: Path, tmp_path: Path) -> Path:
    """A copy of the published data directory that the test may publish to."""
    copy = tmp_path / "data"
    shutil.copytree(published / "published", copy / "published", copy_function=shutil.copy2)
    (copy / "current").symlink_to((published / "current").readlink())
    return copy


@pytest.fixture
def tool(tools: Path, data_dir: Path, tmp_path: Path) -> Tool:
    """Starts a tool of the environment in the reader's folder and gives what it prints; a failure fails the test."""

    def start(name: str, *arguments: str) -> str:
        environment = {
            **os.environ,
            "BURDEN_DATA_DIR": str(data_dir),
            "DOWNSTREAM_DATABASE": str(tmp_path / "downstream.duckdb"),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "PYTHONPATH": "",
        }
        command = [str(tools / name), *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 (our recipes)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return start


def publish_again(data_dir: Path, build_id: str) -> None:
    """Publish the same tables again, as the pipeline would."""
    parquet = warehouse_path(data_dir).parent / "parquet"
    publish(
        data_dir,
        build_id,
        tables=[
            TableToPublish(t.schema, t.name, t.create_sql(), t.comment_sql(), parquet / f"{t.id}.parquet")
            for t in TABLES
        ],
        after_sql=statements(),
        audits={},
        companions=write_data_package,
    )


def test_the_duckdb_shell_of_an_older_release_opens_the_file(tool: Tool, data_dir: Path) -> None:
    conditions = "rule_id = 'wales_2pct' AND year = 2024 AND not_reported = 0"
    query = f"SELECT met FROM mart.compliance_count WHERE {conditions} ORDER BY met"
    assert tool("duckdb", "-readonly", "-csv", str(warehouse_path(data_dir)), query).split() == ["met", "17", "23"]


def test_sqlalchemy_reads_what_the_recipe_prints(tool: Tool) -> None:
    (recipe,) = [block for block in blocks("python") if "sqlalchemy" in block.arguments]
    assert recipe.output is not None
    assert printed_as(recipe.output, tool("python", "-c", recipe.body))


def test_sqlalchemy_keeps_its_publication_while_another_is_made(tools: Path, data_dir: Path, tmp_path: Path) -> None:
    script = f"""
import pathlib, time
from sqlalchemy import create_engine, text
database = pathlib.Path({str(data_dir)!r}, "current", "burden_sharing.duckdb")
def build(engine):
    with engine.connect() as connection:
        figures = connection.execute(text("SELECT count(*) FROM core.observation")).scalar()
        return figures, database.resolve().parent.name
engine = create_engine(f"duckdb:///{{database.resolve()}}", connect_args={{"read_only": True}})
before = build(engine)
pathlib.Path("open").touch()
while not pathlib.Path("published").exists():
    time.sleep(0.02)
during = build(engine)
engine.dispose()
engine = create_engine(f"duckdb:///{{database.resolve()}}", connect_args={{"read_only": True}})
after = build(engine)
print(before[0] == during[0] == after[0], before[1] != after[1])
"""
    environment = {**os.environ, "PYTHONPATH": ""}
    with subprocess.Popen(  # noqa: S603 (our recipe)
        [str(tools / "python"), "-c", script], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as reader:
        while not (tmp_path / "open").exists():
            assert reader.poll() is None
        publish_again(data_dir, "second")
        (tmp_path / "published").touch()
        out, _ = reader.communicate(timeout=60)
    assert out.split() == ["True", "True"]


def test_dbt_builds_on_the_warehouse_before_and_after_a_publication(tool: Tool, data_dir: Path, tmp_path: Path) -> None:
    for build_id in ("second", "third"):
        tool("dbt", "build", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT))
        with duckdb.connect(str(tmp_path / "downstream.duckdb"), read_only=True) as downstream:
            met = downstream.execute("SELECT met FROM met_two_percent WHERE year = 2024 ORDER BY edition_id").fetchall()
        assert met == [(23,), (17,)]
        publish_again(data_dir, build_id)


@pytest.mark.parametrize("public", [True, False])
def test_frictionless_finds_the_csv_package_valid(tool: Tool, data_dir: Path, tmp_path: Path, *, public: bool) -> None:
    export(tmp_path / "bundle", FileFormat.CSV, public=public, root=data_dir)
    assert "INVALID" not in tool("frictionless", "validate", "bundle/datapackage.json")


def test_frictionless_finds_the_descriptor_of_a_publication_valid(tool: Tool, data_dir: Path) -> None:
    script = f"""
import frictionless
package = frictionless.Package({str(warehouse_path(data_dir).parent / "datapackage.json")!r})
print(package.to_descriptor()["name"], len(package.resources))
"""
    assert tool("python", "-c", script).split() == ["burden-sharing", str(len(TABLES))]
