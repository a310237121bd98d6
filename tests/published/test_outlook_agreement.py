"""No two forward-looking numbers of the warehouse contradict each other, over all rows that are published."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.reading.what_if import Answer, Question, QuestionError, answer

_WITH_FAN = """
FROM mart.outlook AS o
JOIN mart.outlook_share AS f ON f.edition_id = o.edition_id AND f.entity = o.entity AND f.year = o.due_year
WHERE o.p_reached_by_due IS NOT NULL
"""


def offenders(warehouse: duckdb.DuckDBPyConnection, condition: str, relation: str = "FROM mart.outlook AS o") -> int:
    joined = "AND" if "WHERE" in relation else "WHERE"
    ((found,),) = warehouse.execute(f"SELECT count(*) {relation} {joined} ({condition})").fetchall()
    return int(found)


def test_there_are_rows_to_agree(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert offenders(warehouse, "true", _WITH_FAN) > 200


@pytest.mark.parametrize(("part", "quantile"), [(10, "p90"), (50, "p50"), (90, "p10")])
def test_probability_fan_and_arrival_are_one_statement(
    warehouse: duckdb.DuckDBPyConnection, part: int, quantile: str
) -> None:
    likely, above = f"o.p_reached_by_due >= {part / 100}", f"f.{quantile} >= o.threshold_pct"
    in_time = f"coalesce(o.arrival_p{part}, 9999) <= o.due_year"
    assert offenders(warehouse, f"({likely}) <> ({above}) OR ({likely}) <> ({in_time})", _WITH_FAN) == 0


@pytest.mark.parametrize(("part", "quantile"), [(10, "p90"), (50, "p50"), (90, "p10")])
def test_in_the_year_of_arrival_the_fan_is_at_the_threshold(
    warehouse: duckdb.DuckDBPyConnection, part: int, quantile: str
) -> None:
    relation = f"""FROM mart.outlook AS o JOIN mart.outlook_share AS f
        ON f.edition_id = o.edition_id AND f.entity = o.entity AND f.year = o.arrival_p{part}"""
    assert offenders(warehouse, "true", relation) > 50
    assert offenders(warehouse, f"f.{quantile} < o.threshold_pct", relation) == 0


def test_the_probability_after_revision_is_the_fan_of_the_start_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    relation = """FROM mart.outlook AS o JOIN mart.outlook_share AS f
        ON f.edition_id = o.edition_id AND f.entity = o.entity AND f.year = o.start_year
        WHERE o.p_met_after_revision IS NOT NULL"""
    assert offenders(warehouse, "true", relation) > 200
    assert offenders(warehouse, "(p_met_after_revision >= 0.5) <> (f.p50 >= o.threshold_pct)", relation) == 0


def test_any_target_can_be_asked_in_sql_and_its_bounds_hold_the_probability(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    asked = warehouse.execute(
        "SELECT edition_id, entity, threshold_pct, due_year, p_reached_by_due FROM mart.outlook "
        "WHERE p_reached_by_due IS NOT NULL AND due_year >= 2030 ORDER BY ALL"
    ).fetchall()
    assert len(asked) > 100
    for edition_id, entity, threshold, year, probability in asked:
        query = "SELECT p_at_least, p_at_most FROM outlook_chance($entity, $target, $year) WHERE edition_id = $edition"
        given = {"entity": entity, "target": threshold, "year": year, "edition": edition_id}
        ((least, most),) = warehouse.execute(query, given).fetchall()
        assert least - 1e-4 <= probability <= most + 1e-4  # no probability is printed as 0 or 1


def test_a_higher_threshold_is_never_likelier(warehouse: duckdb.DuckDBPyConnection) -> None:
    relation = """FROM mart.outlook AS o JOIN mart.outlook AS higher
        ON higher.edition_id = o.edition_id AND higher.entity = o.entity AND higher.due_year = o.due_year
        AND higher.threshold_pct > o.threshold_pct AND higher.measured_on <> 'equipment_share'
        WHERE o.measured_on <> 'equipment_share'"""
    assert offenders(warehouse, "higher.p_reached_by_due > o.p_reached_by_due", relation) == 0


def test_no_probability_is_0_or_1(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert offenders(warehouse, "p_reached_by_due IN (0, 1) OR p_met_after_revision IN (0, 1)") == 0


def test_a_rating_speaks_of_today_alone(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert offenders(warehouse, "(rating = 'arrived') <> (current_share_pct >= threshold_pct)") == 0
    # "above_line" says nothing of what may come: there are such rows on both sides of an even chance
    for side in ("< 0.5", ">= 0.5"):
        assert offenders(warehouse, f"rating = 'above_line' AND p_reached_by_due {side}") > 0


def test_every_ally_of_the_newest_edition_has_an_answer(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "SELECT entity, steps_n FROM mart.outlook WHERE rule_id = 'hague_core_3_5pct' "
        "AND edition_id = 'nato:2026-07-10' AND membership_basis IS NULL AND p_reached_by_due IS NOT NULL"
    ).fetchall()
    steps = dict(rows)
    assert len(steps) == 31
    assert (steps["ITA"], steps["LUX"], steps["GRC"]) == (1, 3, 3)


def test_an_edition_without_a_history_says_so(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT count(*) FILTER (WHERE panel_n > 0 OR evidence NOT LIKE 'no simulation%') FROM mart.outlook "
        "WHERE edition_id = 'nato:2025-08-28'"
    ).fetchone()
    assert found == (0,)


# What-if questions are answered from the same draws


@pytest.fixture
def germany(warehouse: duckdb.DuckDBPyConnection) -> Answer:
    return answer(warehouse, Question("DEU", target_pct=3.0, by=2030))


def test_a_question_and_the_mart_have_one_fan(warehouse: duckdb.DuckDBPyConnection, germany: Answer) -> None:
    published = warehouse.execute(
        "SELECT year, p10, p50, p90 FROM mart.outlook_share WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' "
        "ORDER BY year"
    ).fetchall()
    assert germany.fan.sort("year").select("year", "p10", "p50", "p90").rows() == published


def test_a_question_about_the_members_of_a_group_is_the_question_about_the_group(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    named = answer(warehouse, Question("NB8", target_pct=3.5, by=2035))
    listed = answer(warehouse, Question("SWE,DNK,EST,FIN,LVA,LTU,NOR", target_pct=3.5, by=2035))
    assert listed.outlook["current_share_pct"] == pytest.approx(named.outlook["current_share_pct"])
    assert listed.outlook["p_reached_by_due"] == named.outlook["p_reached_by_due"]


def test_a_list_with_a_stranger_is_refused(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QuestionError, match="JPN"):
        answer(warehouse, Question("DEU,JPN"))
