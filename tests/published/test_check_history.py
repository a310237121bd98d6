"""The results of every check, build after build: kept for each publication, and never mistaken for this one's."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.defs.publication import served_results
from warehouse.publication.report import pages
from warehouse.reading import quality
from warehouse.reading.connect import DATABASE, connect
from warehouse.reading.lookup import UnknownNameError
from warehouse.reading.summary import summarise


@pytest.fixture(scope="module")
def first_build(published: Path) -> str:
    with connect(published) as warehouse:
        return summarise(warehouse).build_id


@pytest.fixture
def second(with_made_edition: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(with_made_edition) as warehouse:
        yield warehouse


def count(warehouse: duckdb.DuckDBPyConnection, query: str) -> int:
    ((found,),) = warehouse.execute(query).fetchall()
    return int(found)


def test_a_new_publication_carries_the_results_of_the_one_before_unchanged(
    published: Path, second: duckdb.DuckDBPyConnection, first_build: str
) -> None:
    with connect(published) as before:
        own = before.sql("FROM quality.expectation_result ORDER BY ALL").pl()
    kept = second.sql("FROM quality.expectation_result WHERE build_id = $1 ORDER BY ALL", params=[first_build]).pl()
    assert own["build_id"].unique().to_list() == [first_build]
    assert kept.equals(own)


def test_the_headline_counts_the_checks_of_this_build_alone(second: duckdb.DuckDBPyConnection) -> None:
    summary = summarise(second)
    own = "FROM quality.expectation_result SEMI JOIN meta.build USING (build_id)"
    whole = count(second, "SELECT count(*) FROM quality.expectation_result")
    counted = summary.checks_passed + summary.checks_warned + summary.checks_failed
    assert counted == count(second, f"SELECT count(*) {own}")
    assert whole == 2 * counted


def test_the_page_shows_each_check_once(with_made_edition: Path) -> None:
    page = (with_made_edition / "current" / "quality" / "index.html").read_text(encoding="utf-8")
    assert page.count("<code>share_exceptions_still_apply</code>") == 1


def test_the_page_lists_corrections_exceptions_and_the_rows_behind_a_warning(with_made_edition: Path) -> None:
    page = (with_made_edition / "current" / "quality" / "index.html").read_text(encoding="utf-8")
    assert "the transcription holds the year in place of the equipment share" in page
    assert "NATO&#39;s deflator of Dutch GDP differs" in page
    assert "from_edition_id" in page  # a column of the rows that newest_edition_moves_within_the_reviewed_bounds found


def test_the_page_lists_both_builds_and_what_did_not_hold_in_the_one_and_had_held_in_the_other(
    second: duckdb.DuckDBPyConnection, with_made_edition: Path, first_build: str
) -> None:
    newest, older = quality.builds(second).to_dicts()
    assert (newest["build_id"], older["build_id"]) == (summarise(second).build_id, first_build)
    assert set(newest["newly"]) == set(newest["did_not_hold"]) - set(older["did_not_hold"])
    assert older["newly"] == [], "nothing is known before the first build"
    page = (with_made_edition / "current" / "quality" / "index.html").read_text(encoding="utf-8")
    builds = page[page.index('<section id="builds"') : page.index('<section id="tables"')]
    assert builds.index(newest["build_id"]) < builds.index(first_build)
    assert builds.count("<b>(new)</b>") == len(newest["newly"])


def test_the_page_says_since_when_a_figure_is_excepted_and_how_a_refused_payload_is_tried_again(
    published: Path, tmp_path: Path
) -> None:
    database = Path(shutil.copyfile(published / "current" / DATABASE, tmp_path / DATABASE))
    with duckdb.connect(str(database)) as warehouse:
        warehouse.execute(
            """INSERT INTO quality.quarantine BY NAME SELECT 'nato' AS source_id, 'nato:2027-06-01' AS edition_id,
               repeat('a', 64) AS sha256, 1 AS bytes, 'https://example.org' AS url, 'Table 3, B7' AS place,
               'expected a number, found text' AS reason, 'refused' AS verdict,
               'burden ingest retry aaaaaaaa' AS retry,
               TIMESTAMP '2027-06-01 12:00:00' AS refused_at, 'run' AS run_id"""
        )
        pages._write_quality(pages._environment(summarise(warehouse)), tmp_path / "quality", warehouse)
        excepted = warehouse.execute(
            "SELECT reviewed_on FROM core.share_exception UNION ALL SELECT reviewed_on FROM core.check_exception "
            "UNION ALL SELECT reviewed_on FROM core.correction"
        ).fetchall()
    page = (tmp_path / "quality" / "index.html").read_text(encoding="utf-8")
    dated = page[page.index('<section id="corrections"') : page.index('<section id="quarantine"')]
    assert sum(dated.count(f'<td class="whole">{day}</td>') for (day,) in set(excepted)) == len(excepted)
    assert "<code>burden ingest retry aaaaaaaa</code>" in page


def test_the_page_names_every_table_and_every_check_once(
    with_made_edition: Path, second: duckdb.DuckDBPyConnection
) -> None:
    page = (with_made_edition / "current" / "quality" / "index.html").read_text(encoding="utf-8")
    listed = page[page.index('<section id="checks"') :]
    held = second.sql(
        "SELECT table_id, expectation_id FROM quality.expectation_result SEMI JOIN meta.build USING (build_id)"
    )
    for table_id, names in held.pl().group_by("table_id").all().iter_rows():
        table = listed[listed.index(f'id="{table_id}"') :]
        shown = re.findall(r"<tr><td><code>(\w+)</code>", table[: table.index("</table>")])
        assert sorted(shown) == sorted(names), table_id


def test_every_withheld_figure_is_flagged_and_no_other(second: duckdb.DuckDBPyConnection) -> None:
    # The register withholds four indicators of the United Kingdom, 2014 to 2023, of one edition: 4 x 10 figures.
    flagged = "FROM core.observation WHERE list_contains(flags, 'corrected')"
    assert count(second, f"SELECT count(*) {flagged}") == 40
    assert count(second, f"SELECT count(*) {flagged} AND (value IS NOT NULL OR note NOT LIKE 'withheld (gbr_%')") == 0


def test_a_build_before_can_be_asked_for(second: duckdb.DuckDBPyConnection, first_build: str) -> None:
    assert set(quality.checks(second, build=first_build)["build_id"]) == {first_build}
    assert set(quality.checks(second)["build_id"]) == {summarise(second).build_id}


def test_a_build_that_never_was_is_answered_with_those_that_were(
    second: duckdb.DuckDBPyConnection, first_build: str
) -> None:
    with pytest.raises(UnknownNameError, match=first_build):
        quality.tables(second, build="yesterday")


def test_every_check_of_a_table_is_counted_as_passed_warned_or_failed(second: duckdb.DuckDBPyConnection) -> None:
    rows = quality.tables(second)
    assert (rows["passed"] + rows["warned"] + rows["failed"]).to_list() == rows["checks"].to_list()
    assert rows["checks"].sum() == quality.checks(second).height


def test_what_did_not_hold_comes_with_its_rows(second: duckdb.DuckDBPyConnection) -> None:
    found = quality.checks(second, failed=True)
    assert not found.is_empty()
    assert not found["passed"].any()
    assert found.filter(found["unexpected_count"] == 0).is_empty()


def test_the_history_begins_anew_where_the_served_table_has_other_columns(tmp_path: Path) -> None:
    (tmp_path / "published" / "older").mkdir(parents=True)
    (tmp_path / "current").symlink_to("published/older")
    with duckdb.connect(str(tmp_path / "current" / "burden_sharing.duckdb")) as older:
        older.execute("CREATE SCHEMA quality")
        older.execute("CREATE TABLE quality.expectation_result AS SELECT 'core.country' AS table_id, true AS passed")
    assert served_results(tmp_path).is_empty()
    assert "build_id" in served_results(tmp_path).columns
