"""Bundles: what is in them is what is served, less what may not be passed on; with terms, citations and hashes."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell

from warehouse.contracts.marts import MARTS
from warehouse.contracts.registry import TABLES, contract
from warehouse.errors import UsageError
from warehouse.publication.redistribution import HOLDINGS, for_the_public
from warehouse.reading.connect import warehouse_path
from warehouse.reading.export import Exported, FileFormat, export

Bundle = Callable[..., Exported]


@pytest.fixture(scope="module")
def bundle(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Exports once for each format and audience."""
    made: dict[tuple[FileFormat, bool], Exported] = {}

    def get(file_format: FileFormat, *, public: bool) -> Exported:
        if (file_format, public) not in made:
            to = tmp_path_factory.mktemp("bundle") / "out"
            made[file_format, public] = export(to, file_format, public=public, root=published)
        return made[file_format, public]

    return get


def test_parquet_holds_every_table_as_it_is_served(bundle: Bundle, warehouse: duckdb.DuckDBPyConnection) -> None:
    folder = bundle(FileFormat.PARQUET, public=False).path / "data"
    assert {path.stem for path in folder.iterdir()} == {table.id for table in TABLES}
    for table_id in ("core.observation", "mart.compliance", "mart.first_estimate_error"):
        served = warehouse.sql(f"FROM {table_id}").pl()
        assert pl.read_parquet(folder / f"{table_id}.parquet").equals(served)


def test_the_manifest_has_the_hash_of_every_file(bundle: Bundle) -> None:
    folder = bundle(FileFormat.CSV, public=True).path
    manifest = json.loads((folder / "manifest.json").read_text())
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert {name: file["sha256"] for name, file in manifest["files"].items()} == found
    assert manifest["public"] is True


@pytest.mark.parametrize("file_format", [FileFormat.PARQUET, FileFormat.CSV])
def test_the_data_package_describes_the_columns_of_its_files(bundle: Bundle, file_format: FileFormat) -> None:
    folder = bundle(file_format, public=True).path
    package = json.loads((folder / "datapackage.json").read_text())
    read = pl.read_parquet if file_format is FileFormat.PARQUET else pl.read_csv
    for resource in package["resources"]:
        frame = read(folder / resource["path"], n_rows=1)
        assert [field["name"] for field in resource["schema"]["fields"]] == frame.columns


@pytest.mark.parametrize("public", [True, False])
def test_what_the_data_package_says_of_its_cells_is_true(bundle: Bundle, *, public: bool) -> None:
    """Vocabularies, patterns and references, as a validator reads them; an empty cell is missing."""
    folder = bundle(FileFormat.CSV, public=public).path
    resources = {r["name"]: r for r in json.loads((folder / "datapackage.json").read_text())["resources"]}
    tables = {name: pl.read_csv(folder / r["path"], infer_schema=False) for name, r in resources.items()}
    wrong: list[str] = []
    for name, resource in resources.items():
        for field in resource["schema"]["fields"]:
            values = set(tables[name][field["name"]]) - {None, ""}
            allowed, pattern = (field.get("constraints", {}).get(key) for key in ("enum", "pattern"))
            wrong += [f"{name}.{field['name']}: {v}" for v in values if allowed and v not in allowed]
            wrong += [f"{name}.{field['name']}: {v}" for v in values if pattern and not re.fullmatch(pattern, v)]
        for key in resource["schema"].get("foreignKeys", []):
            (column,), target = key["fields"], key["reference"]["resource"]
            found = tables[target][key["reference"]["fields"][0]]
            missing = tables[name].filter(~pl.col(column).is_in(found.implode()))[column].unique()
            wrong += [f"{name}.{column}: {value} is not in {target}" for value in missing]
    assert wrong == []


def test_each_publication_carries_a_data_package_of_its_parquet_files(published: Path) -> None:
    publication = (published / "current").resolve()
    package = json.loads((publication / "datapackage.json").read_text())
    assert {resource["path"] for resource in package["resources"]} == {
        f"parquet/{path.name}" for path in (publication / "parquet").iterdir()
    }


def test_the_public_bundle_holds_no_figure_of_sipri(bundle: Bundle) -> None:
    done = bundle(FileFormat.PARQUET, public=True)
    folder = done.path / "data"
    observation = pl.read_parquet(folder / "core.observation.parquet")
    assert set(observation["source_id"]) == {"nato", "imf", "eurostat", "world_bank"}
    assert observation["derived_from"].null_count() == observation.height
    assert not (folder / "mart.benchmark.parquet").exists()
    assert "sipri" not in set(pl.read_parquet(folder / "mart.revision.parquet")["source_id"])
    bridge = pl.read_parquet(folder / "mart.definition_bridge.parquet")
    assert [name for name in bridge.columns if "sipri" in name or "world_bank" in name] == []
    assert set(bridge.filter(pl.col("nato_edition_id").is_null())["eurostat_edition_id"]) == {
        "eurostat:gov_ev:2026-04-27"
    }
    assert any("mart.benchmark: the whole table" in line for line in done.left_out)


def test_what_is_left_out_is_said_with_the_reason_and_the_terms_of_the_rest(bundle: Bundle) -> None:
    text = (bundle(FileFormat.CSV, public=True).path / "README.md").read_text()
    assert "Excerpts below 10 % are for non-commercial use" in text
    assert "Credit NATO; not to be sold or used in advertising" in text
    assert "Cite: Eurostat" in text


def test_every_row_of_the_public_bundle_leads_to_licence_and_citation(bundle: Bundle) -> None:
    folder = bundle(FileFormat.PARQUET, public=True).path / "data"
    editions = pl.read_parquet(folder / "core.edition.parquet").filter(
        pl.col("licence").is_not_null() & pl.col("citation").is_not_null()
    )
    for table_id in ("core.observation", "mart.compliance", "mart.burden", "mart.aggregate"):
        rows = pl.read_parquet(folder / f"{table_id}.parquet")
        assert rows.join(editions, on="edition_id", how="anti").is_empty()


@pytest.mark.parametrize("table_id", ["core.observation", *(table.id for table in MARTS)])
def test_whose_figures_a_table_holds_is_registered(table_id: str) -> None:
    assert table_id in HOLDINGS
    columns = {name for names in HOLDINGS[table_id].columns.values() for name in names}
    assert columns <= set(contract(table_id).column_names)


def test_with_nato_left_out_no_verdict_is_passed_on(published: Path, tmp_path: Path) -> None:
    """The register decides: the same code with another decision."""
    copy = tmp_path / "burden_sharing.duckdb"
    copy.write_bytes(warehouse_path(published).read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE core.source SET public_bundle = 'left_out' WHERE source_id IN ('nato', 'sipri')")
    content = for_the_public(copy)
    with content.connection:
        assert [table for table in content.columns if table.startswith("mart.")] == [
            "mart.print_precision",
            "mart.revision",
            "mart.definition_bridge",
        ]
        sources = content.connection.execute("SELECT DISTINCT source_id FROM observation_latest ORDER BY 1").fetchall()
        assert sources == [("eurostat",), ("imf",), ("world_bank",)]


@pytest.fixture(scope="module")
def workbook(bundle: Bundle) -> Workbook:
    return load_workbook(bundle(FileFormat.XLSX, public=True).path / "burden_sharing.xlsx")


def heads_of(workbook: Workbook, title: str) -> list[str]:
    return [str(cell.value) for cell in workbook[title][1]]


def row_of(workbook: Workbook, title: str, country: str) -> dict[str, Cell | MergedCell]:
    """The first row of a country, by the heads."""
    row = next(row for row in workbook[title].iter_rows(min_row=2) if row[0].value == country)
    return dict(zip(heads_of(workbook, title), row, strict=True))


def test_the_workbook_has_a_front_page_filters_frozen_heads_units_and_numbers(workbook: Workbook) -> None:
    front = [str(cell.value) for row in workbook["README"].iter_rows() for cell in row if cell.value]
    assert any("not to be sold" in text for text in front)
    league = workbook["League table"]
    assert (league.freeze_panes, league.auto_filter.ref) == ("B2", f"A1:P{league.max_row}")
    gap = "Gap national currency (million of currency)"
    comment = {str(cell.value): cell for cell in league[1]}[gap].comment
    assert comment is not None
    assert "million of currency" in comment.text
    germany = row_of(workbook, "League table", "Germany")
    share, spending = germany["Share of GDP (percent)"], germany["Spending national currency (million)"]
    assert (share.value, share.number_format) == (2.69, "#,##0.00")
    assert (spending.value, spending.number_format) == (124660, "#,##0")
    assert germany[gap].number_format == "#,##0"
    assert germany["Verdict at 3.5 %"].value == "not_met"


@pytest.mark.parametrize(
    ("title", "kind", "rows"),
    [
        ("League table", "barChart", ["$D$2:$D$32"]),
        ("Outlook", "barChart", ["$I$2:$I$32"]),  # of the two rules, 3.5 % alone
        ("Share of GDP", "lineChart", ["$D$33:$P$33", "$D$34:$P$34"]),  # NATO; Europe and Canada
        ("Personnel", "lineChart", ["$D$33:$P$33", "$D$34:$P$34"]),
    ],
)
def test_a_chart_draws_the_rows_of_its_sheet(bundle: Bundle, title: str, kind: str, rows: list[str]) -> None:
    with zipfile.ZipFile(bundle(FileFormat.XLSX, public=True).path / "burden_sharing.xlsx") as workbook:
        charts = [workbook.read(name).decode() for name in workbook.namelist() if name.startswith("xl/charts/chart")]
    (chart,) = [chart for chart in charts if f"'{title}'!" in chart]
    assert f"<{kind}>" in chart or f":{kind}>" in chart
    assert [row for row in rows if f"'{title}'!{row}" not in chart] == []


@pytest.mark.parametrize(
    ("title", "unit", "germany"),
    [
        ("Share of GDP", "% of GDP", 2.22),
        ("Spending US$", "million US$", 112141),
        ("Spending national", "million of currency", 99298),
        ("Spending per head", "US$ of base year", 1167),
        ("Equipment", "% of spending", 25.21),
        ("Personnel", "thousand", 182.3),
    ],
)
def test_a_sheet_has_a_row_of_years_for_each_country(workbook: Workbook, title: str, unit: str, germany: float) -> None:
    """2025 and 2026 are estimates, as NATO heads them."""
    heads = heads_of(workbook, title)
    assert heads[0] == f"Country (figures in {unit})"
    assert [head for head in heads if head[:4].isdigit()] == [*map(str, range(2014, 2025)), "2025e", "2026e"]
    row = row_of(workbook, title, "Germany")
    assert row["2025e"].value == pytest.approx(germany)
    assert row["Edition id"].value == "nato:2026-07-10"


def test_the_totals_that_nato_prints_are_below_the_allies(workbook: Workbook) -> None:
    for title, total in [("Share of GDP", 2.75), ("Spending US$", 1629629)]:
        assert row_of(workbook, title, "NATO")["2025e"].value == pytest.approx(total)
        names = [row[0] for row in workbook[title].iter_rows(min_row=2, values_only=True)]
        assert names[-2:] == ["NATO", "NATO Europe and Canada"]
    national = [row[0] for row in workbook["Spending national"].iter_rows(min_row=2, values_only=True)]
    assert "NATO" not in national  # currencies are never summed


def test_every_code_of_the_workbook_has_its_name(workbook: Workbook) -> None:
    for sheet in workbook.worksheets[1:]:
        heads = heads_of(workbook, sheet.title)
        if "Entity" in heads and sheet.title not in {"Rules", "Sources", "Editions"}:
            assert heads[0].startswith(("Country", "Name")), sheet.title
        if "Rule id" in heads and sheet.title != "Rules":
            assert "Rule" in heads, sheet.title


def test_paths_outlook_rules_and_notes_are_sheets(workbook: Workbook) -> None:
    assert {"Paths", "Outlook", "Revisions", "Definitions", "Rules", "Notes", "Sources"} <= set(workbook.sheetnames)
    heads = heads_of(workbook, "Paths")
    italy = [row for row in workbook["Paths"].iter_rows(min_row=2, values_only=True) if row[0] == "Italy"]
    assert [row[heads.index("Year")] for row in italy] == list(range(2026, 2036))
    assert italy[-1][heads.index("Required share (percent)")] == 3.5


def test_heads_are_words_with_a_unit(workbook: Workbook) -> None:
    heads = {head for sheet in workbook.worksheets[1:] for head in heads_of(workbook, sheet.title)}
    assert [head for head in heads if "_pct" in head or " pct" in head or head[0].islower()] == []
    assert {"GDP (million US$)", "Probability reached by due (fraction)"} & heads


def test_the_public_workbook_has_no_sheet_of_sipri(workbook: Workbook) -> None:
    assert "Benchmark" not in workbook.sheetnames
    assert "Definitions" in workbook.sheetnames


def test_a_folder_in_use_is_left_alone(published: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        export(tmp_path, FileFormat.CSV, root=published)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_text_stays_text_in_every_cell_of_the_workbook(published: Path, tmp_path: Path) -> None:
    """A title may begin as a formula, read as an error, or hold what the format has no room for."""
    titles = ['=HYPERLINK("http://example.org","x")', "=1+1", "#N/A", "-1", "@x", "a\x07b"]
    shutil.copytree(published / "current", tmp_path / "current", symlinks=False)
    database = tmp_path / "current" / "burden_sharing.duckdb"
    database.chmod(0o644)
    with duckdb.connect(str(database)) as served:
        editions = served.execute("SELECT edition_id FROM core.edition ORDER BY vintage_seq LIMIT 6").fetchall()
        for title, (edition_id,) in zip(titles, editions, strict=True):
            served.execute("UPDATE core.edition SET title = ? WHERE edition_id = ?", [title, edition_id])
    done = export(tmp_path / "out", FileFormat.XLSX, root=tmp_path)
    workbook = load_workbook(done.path / "burden_sharing.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    assert {*titles[:5], "a_x0007_b"} <= {cell.value for cell in cells}


def test_a_figure_of_the_csv_bundle_is_that_which_the_source_prints(bundle: Bundle) -> None:
    rows = pl.read_csv(bundle(FileFormat.CSV, public=False).path / "data" / "mart.compliance.csv", infer_schema=False)
    (row,) = rows.filter(rule_id="wales_2pct", edition_id="nato:2026-07-10", entity="SVK", year="2024").iter_rows(
        named=True
    )
    assert (row["value"], row["gap_pp"]) == ("1.99", "0.01")
