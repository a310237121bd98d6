"""Downstream tools, started as their users start them, while the pipeline publishes.

They live in an environment of their own (`make recipes` installs it and sets RECIPES_BIN).
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from tests.docs.blocks import REPOSITORY, Block, blocks, printed_as
from warehouse.contracts.registry import TABLES
from warehouse.publication.data_package import write_data_package
from warehouse.publication.publish import TableToPublish, publish
from warehouse.publication.views import statements
from warehouse.reading.connect import warehouse_path
from warehouse.reading.export import FileFormat, export

pytestmark = pytest.mark.recipes
PROJECT = Path(__file__).parent / "dbt_project"
OBSERVABLE = Path(__file__).parent / "observable"
NOTEBOOK = REPOSITORY / "docs" / "notebook.py"
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


def test_the_shell_of_an_older_release_sums_any_list_of_allies(tool: Tool, data_dir: Path) -> None:
    query = """SELECT expenditure_usd_current_m::INTEGER AS spending_usd_m FROM aggregate_of(['DEU', 'FRA', 'GBR'])
               WHERE edition_id = 'nato:2026-07-10' AND year = 2025"""
    printed = tool("duckdb", "-readonly", "-csv", str(warehouse_path(data_dir)), query)
    assert printed.split() == ["spending_usd_m", "273954"]


@pytest.mark.parametrize("recipe", [block for block in blocks("python") if block.arguments], ids=lambda block: block.id)
def test_a_recipe_prints_what_is_written_below_it(recipe: Block, tool: Tool) -> None:
    assert recipe.output is not None
    printed = tool("python", "-c", recipe.body)
    assert printed_as(recipe.output, printed), printed


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


@pytest.fixture
def bundle(data_dir: Path, tmp_path: Path) -> Path:
    """The SQLite bundle, where the recipes have it."""
    return export(tmp_path / "bundle", FileFormat.SQLITE, root=data_dir).path


def of_the_system(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def printed_by(*command: str, folder: Path, typed: str = "", **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 (our recipes)
        command,
        cwd=folder,
        env={**os.environ, **environment},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.usefixtures("bundle")
@pytest.mark.parametrize("recipe", blocks("r"), ids=lambda block: block.id)
def test_r_prints_what_is_written_below_its_recipe(recipe: Block, tmp_path: Path) -> None:
    printed = printed_by(of_the_system("Rscript"), "-e", recipe.body, folder=tmp_path)
    assert recipe.output is not None
    assert printed_as(recipe.output, printed), printed


@pytest.mark.usefixtures("bundle")
def test_odbc_answers_queries_by_the_connection_text_of_the_recipe(tool: Tool, tmp_path: Path) -> None:
    (recipe,) = [block for block in blocks("sh") if block.body.startswith("isql")]
    _, flag, connection = shlex.split(recipe.body)
    query = """SELECT met FROM mart_compliance_count
               WHERE rule_id = 'wales_2pct' AND edition_id = 'nato:2026-07-10' AND year = 2024"""
    typed = " ".join(query.split()) + "\n"
    printed = printed_by(of_the_system("isql"), flag, connection, "-b", folder=tmp_path, typed=typed)
    assert re.findall(r"^\| (\w+) +\|$", printed, re.MULTILINE) == ["met", "17"]
    script = f"import pyodbc; print(pyodbc.connect({connection!r}).execute({query!r}).fetchone()[0])"
    assert tool("python", "-c", script).split() == ["17"]


@pytest.fixture
def datasette(tools: Path, bundle: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the bundle served by Datasette, as the recipe starts it but for the port."""
    (recipe,) = [block for block in blocks("sh") if block.body.startswith("datasette")]
    _, *arguments = shlex.split(recipe.body)
    assert bundle.name in recipe.body
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(tools / "datasette"), *arguments, "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: S603 (our recipe)
        try:
            yield f"http://127.0.0.1:{port}/burden_sharing"
        finally:
            server.terminate()


def get(address: str, *, method: str = "GET") -> httpx.Response:
    """The answer, once the server listens."""
    for _ in range(300):
        with contextlib.suppress(httpx.ConnectError):
            return httpx.request(method, address, timeout=60)
        time.sleep(0.1)
    pytest.fail(f"no server at {address}")


def test_datasette_serves_rows_as_json_with_their_meaning_and_takes_nothing(datasette: str) -> None:
    asked = "rule_id=hague_core_3_5pct&entity=DEU&year=2026&_shape=array"
    (germany,) = get(f"{datasette}/compliance_latest.json?{asked}").json()
    assert (germany["value"], germany["verdict"]) == (2.69, "not_met")
    page = get(f"{datasette}/mart_burden").text
    assert "credit NATO, not to be sold or used in advertising" in page
    assert "[percent of GDP]" in page
    assert get(f"{datasette}.json?sql=DELETE+FROM+core_country").status_code == httpx.codes.BAD_REQUEST
    assert get(datasette, method="POST").status_code == httpx.codes.METHOD_NOT_ALLOWED


def test_libreoffice_opens_the_workbook_and_finds_no_fault_in_it(data_dir: Path, tmp_path: Path) -> None:
    """Its second sheet as CSV: figures unrounded, in UTF-8."""
    workbook = export(tmp_path / "xlsx", FileFormat.XLSX, root=data_dir).path / "burden_sharing.xlsx"
    second_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,2"
    office = of_the_system("soffice")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    printed_by(office, profile, "--headless", "--convert-to", second_sheet, str(workbook), folder=tmp_path)
    (file,) = tmp_path.glob("burden_sharing*.csv")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    (germany,) = [row for row in rows if row["Country"] == "Germany"]
    assert (germany["Share of GDP (percent)"], germany["Verdict at 3.5 %"]) == ("2.69", "not_met")
    assert [cell for row in rows for cell in row.values() if cell.startswith(("#", "Err:"))] == []


def test_observable_framework_builds_a_page_of_the_parquet_files(tools: Path, data_dir: Path, tmp_path: Path) -> None:
    """`make recipes` installs its packages next to the environment, where there is npm."""
    packages = tools.parent / "observable" / "node_modules"
    if not packages.is_dir():
        pytest.skip("Observable's packages are not installed: make recipes, with npm")
    project = tmp_path / "observable"
    shutil.copytree(OBSERVABLE, project)
    (project / "node_modules").symlink_to(packages)
    environment = {"BURDEN_DATA_DIR": str(data_dir), "OBSERVABLE_TELEMETRY_DISABLE": "true"}
    printed_by(of_the_system("npm"), "run", "build", folder=project, **environment)
    (data,) = (project / "dist" / "_file").glob("shares.*.json")
    shares = {(row["name"], row["year"]): row["value"] for row in json.loads(data.read_text())}
    assert (shares["Germany", 2026], shares["Poland", 2026], len(shares)) == (2.69, 4.68, 39)
    assert "https://" not in re.sub(r"<a .*?</a>", "", (project / "dist" / "index.html").read_text())


def test_the_notebook_answers_twelve_questions(tool: Tool) -> None:
    script = f"""
import importlib.util, json
spec = importlib.util.spec_from_file_location("notebook", {str(NOTEBOOK)!r})
notebook = importlib.util.module_from_spec(spec)
spec.loader.exec_module(notebook)
_, answers = notebook.app.run()
first = lambda name: answers[name].row(0)
print(json.dumps([
    first("spent")[:4], answers["met"].filter(title="2 % of GDP (Wales)")["verdict"][0], first("two_percent")[2::3],
    [round(x, 2) for x in first("missing")[2:4]], round(answers["step_pp"], 2), first("likely")[1:],
    round(first("carried")[1], 2), first("shape"), round(first("parts")[1], 2), answers["printed"].height,
    first("bridge")[0],
]))
"""
    assert json.loads(tool("python", "-c", script)) == [
        [2026, 2.69, 124.66, "EUR"],
        "met",
        ["met", "met"],
        [0.81, 37.28],
        0.09,
        [0.25, 0.5],
        8.12,
        [2026, 1427.0, 32.11, 183.2],
        1.3,
        6,
        2.0,
    ]


def test_the_notebook_has_no_fault_and_makes_a_page(tool: Tool, tmp_path: Path) -> None:
    shutil.copy(NOTEBOOK, tmp_path)  # marimo keeps a session next to it
    assert tool("marimo", "check", "--strict", NOTEBOOK.name) == ""
    tool("marimo", "export", "html", NOTEBOOK.name, "-o", "answers.html")
    page = (tmp_path / "answers.html").read_text()
    assert [
        number for number in range(1, 13) if not re.search(rf"\b{number}( and \d+)?\. |and {number}\. ", page)
    ] == []
