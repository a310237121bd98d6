"""A check of structure refuses, one of the source's sums withholds, one of resemblance withholds or holds."""

from __future__ import annotations

import polars as pl

from tests.unit.test_withholding import decision
from transforms.normalise.withholding import ACCEPT, DECISION_SCHEMA
from warehouse.checks.expectations import ExpectationResult
from warehouse.checks.judgement import judge
from warehouse.contracts.model import Expectation, Question, offending_rows

EDITION, SHA = "nato:2027-06-01", "b" * 64
NOTHING = pl.DataFrame(schema=DECISION_SCHEMA)
COUNTRIES = [f"C{number:02}" for number in range(40)]


def figures(edition_id: str = EDITION) -> pl.DataFrame:
    """Forty shares and forty sums of money of 2026."""
    return pl.concat(
        [
            pl.DataFrame({"entity": COUNTRIES}).with_columns(
                edition_id=pl.lit(edition_id),
                indicator=pl.lit(indicator),
                year=pl.lit(2026, dtype=pl.Int16),
                currency=pl.lit(None, dtype=pl.String),
                price_basis=pl.lit("current"),
                year_basis=pl.lit("calendar"),
                variant=pl.lit("none"),
                unit=pl.lit("percent"),
                availability=pl.lit("reported"),
                value=pl.lit(2.0),
            )
            for indicator in ("defence_share_of_gdp", "equipment_share")
        ]
    )


def check(question: Question, concerns: tuple[str, ...] = (), *, severity: str = "error") -> Expectation:
    return offending_rows("a_check", "SELECT 1", "reasons", severity, question=question, concerns=concerns)  # type: ignore[arg-type] # of two words


def broken(expectation: Expectation, entities: list[str], **columns: str) -> ExpectationResult:
    offending = pl.DataFrame({"entity": entities}).with_columns(
        edition_id=pl.lit(EDITION),
        indicator=pl.lit("defence_share_of_gdp"),
        **{k: pl.lit(v) for k, v in columns.items()},
    )
    return ExpectationResult(
        expectation, passed=False, unexpected_count=1, row_count=80, sample=[{}], offending=offending
    )


ROW = ("indicator", "entity")


def test_what_cannot_be_read_is_refused() -> None:
    found = judge([broken(check("structure"), ["C00"])], figures(), EDITION, NOTHING, SHA)
    assert [result.expectation.id for result in found.refused] == ["a_check"]


def test_a_sum_that_fails_withholds_the_figures_that_it_concerns() -> None:
    found = judge([broken(check("arithmetic", ROW), ["C00"])], figures(), EDITION, NOTHING, SHA)
    assert (list(found.refused), list(found.held)) == ([], [])
    assert found.doubts.select("check_id", "indicator", "entity", "printed_value").rows() == [
        ("a_check", "defence_share_of_gdp", "C00", 2.0)
    ]


def test_a_strong_doubt_of_an_edition_as_a_whole_holds_it() -> None:
    found = judge([broken(check("resemblance"), ["C00"])], figures(), EDITION, NOTHING, SHA)
    assert (list(found.refused), [r.expectation.id for r in found.held]) == ([], ["a_check"])


def test_a_weak_doubt_changes_nothing() -> None:
    found = judge([broken(check("resemblance", ROW, severity="warn"), ["C00"])], figures(), EDITION, NOTHING, SHA)
    assert (list(found.speaking), found.doubts.height) == ([], 0)


def test_where_most_of_a_table_is_in_doubt_all_of_it_is_and_no_other_table() -> None:
    found = judge([broken(check("arithmetic", ROW), COUNTRIES[:30])], figures(), EDITION, NOTHING, SHA)
    assert found.doubts["indicator"].unique().to_list() == ["defence_share_of_gdp"]
    assert found.doubts["entity"].n_unique() == 40
    assert list(found.speaking) == []


def test_where_most_of_an_edition_breaks_the_sources_own_sums_it_is_refused() -> None:
    result = broken(check("arithmetic", ("entity",)), COUNTRIES[:30])
    assert [r.expectation.id for r in judge([result], figures(), EDITION, NOTHING, SHA).refused] == ["a_check"]


def test_where_most_of_an_edition_resembles_nothing_it_is_held() -> None:
    found = judge([broken(check("resemblance", ("entity",)), COUNTRIES[:30])], figures(), EDITION, NOTHING, SHA)
    assert (list(found.refused), [r.expectation.id for r in found.held]) == ([], ["a_check"])


def test_a_neighbour_s_fault_says_nothing_of_the_edition() -> None:
    result = broken(check("arithmetic", ROW), ["C00"])
    both = pl.concat([figures(), figures("nato:2026-07-10")])
    assert judge([result], both, "nato:2026-07-10", NOTHING, SHA).doubts.is_empty()


def test_the_edition_that_a_later_one_contradicts_is_in_doubt_when_it_is_filled_in() -> None:
    result = broken(check("resemblance", ROW), ["C00"], before_id="nato:2026-01-01")
    both = pl.concat([figures(), figures("nato:2026-01-01")])
    assert judge([result], both, "nato:2026-01-01", NOTHING, SHA).doubts["entity"].to_list() == ["C00"]


def test_an_edition_that_a_person_accepted_by_its_bytes_lands() -> None:
    whole = dict.fromkeys(("indicator", "entity", "year", "price_basis", "year_basis", "unit", "printed_value"))
    said = decision(ACCEPT, "Ada", check="a_check", sha256=SHA, **whole)
    results = [broken(check("resemblance"), ["C00"])]
    assert list(judge(results, figures(), EDITION, said, SHA).held) == []
    assert [r.expectation.id for r in judge(results, figures(), EDITION, said, "c" * 64).held] == ["a_check"]
