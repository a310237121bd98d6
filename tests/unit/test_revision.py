"""What changed between two editions: compared in one unit, split exactly, each figure with its own predecessor."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.factories.vintages import edition, figure, revisions, tables
from warehouse.contracts import core
from warehouse.contracts.mart_vintages import REVISION
from warehouse.marts.run import compute_mart
from warehouse.table_file import TableFile

FIRST, SECOND, THIRD = "2024-06-17", "2025-08-28", "2026-07-10"
SHARE = "defence_share_of_gdp"
MONEY = st.floats(100, 1e6)
SHARES = st.floats(0.1, 10)
EXAMPLES_WITH_A_DATABASE = settings().max_examples // 4


def money(day: str, spending_eur: float, gdp_eur: float, usd_per_eur: float = 1.25) -> list[dict[str, object]]:
    """Spending in euro and dollars, GDP in dollars, as NATO prints them."""
    usd = {"currency": "USD"}
    return [
        figure(day, "defence_expenditure", spending_eur),
        figure(day, "defence_expenditure", spending_eur * usd_per_eur, **usd),
        figure(day, "gdp", gdp_eur * usd_per_eur, **usd),
    ]


def share_revision(first: list[dict[str, object]], second: list[dict[str, object]]) -> dict[str, object]:
    rows = revisions([edition(FIRST), edition(SECOND)], [*first, *second])
    return rows.row(by_predicate=pl.col("indicator") == SHARE, named=True)


def test_a_revised_share_is_split_into_spending_gdp_and_method() -> None:
    # 90 of 5000 is 1.80 %, printed as 1.81; 100 of 4000 is 2.50 %.
    # spending: (100 - 90) * (1/5000 + 1/4000) / 2 * 100 = 10 * 0.000225 * 100 = 0.225
    # GDP: (1/4000 - 1/5000) * (90 + 100) / 2 * 100 = 0.00005 * 95 * 100 = 0.475
    # method: (2.50 - 2.50) - (1.81 - 1.80) = -0.01; together 0.69 = 2.50 - 1.81
    row = share_revision(
        [figure(FIRST, SHARE, 1.81), *money(FIRST, 90, 5000)],
        [figure(SECOND, SHARE, 2.50), *money(SECOND, 100, 4000, usd_per_eur=1.1)],
    )
    assert row["change"] == pytest.approx(0.69)
    assert [row["spending_part_pp"], row["gdp_part_pp"], row["method_part_pp"]] == pytest.approx([0.225, 0.475, -0.01])


# Each example opens a database: many years of figures in each, and few of them.
PAIRS = st.lists(st.tuples(SHARES, MONEY, MONEY, SHARES, MONEY, MONEY), min_size=1, max_size=20)


@settings(max_examples=EXAMPLES_WITH_A_DATABASE)
@given(PAIRS)
def test_the_parts_add_up_whatever_the_figures(pairs: list[tuple[float, float, float, float, float, float]]) -> None:
    years = range(2000, 2000 + len(pairs))
    printed = [
        row
        for year, (old, e0, y0, new, e1, y1) in zip(years, pairs, strict=True)
        for day, share, spending, gdp in ((FIRST, old, e0, y0), (SECOND, new, e1, y1))
        for row in [figure(day, SHARE, share, year=year), *({**x, "year": year} for x in money(day, spending, gdp))]
    ]
    rows = revisions([edition(FIRST), edition(SECOND)], printed).filter(pl.col("indicator") == SHARE)
    for row in rows.iter_rows(named=True):
        _, e0, y0, _, e1, y1 = pairs[row["year"] - 2000]
        parts = row["spending_part_pp"] + row["gdp_part_pp"] + row["method_part_pp"]
        scale = max(1.0, 100 * e0 / y0, 100 * e1 / y1, e0 / y1 * 100, e1 / y0 * 100)
        assert abs(parts - row["change"]) <= 1e-12 * scale


@settings(max_examples=EXAMPLES_WITH_A_DATABASE)
@given(st.lists(SHARES, min_size=1, max_size=20))
def test_an_edition_that_prints_the_same_again_revises_nothing(shares: list[float]) -> None:
    years = [(2000 + i, share) for i, share in enumerate(shares)]
    printed = [figure(day, SHARE, share, year=year) for day in (FIRST, SECOND) for year, share in years]
    assert revisions([edition(FIRST), edition(SECOND)], printed).is_empty()


def test_a_partial_edition_in_between_is_compared_in_what_it_prints_only() -> None:
    found = revisions(
        [edition(FIRST), edition(SECOND, completeness="partial"), edition(THIRD)],
        [
            figure(FIRST, SHARE, 2.0),
            figure(SECOND, SHARE, 2.4, year=2025),
            figure(THIRD, SHARE, 2.1),
            figure(THIRD, SHARE, 2.3, year=2025),
        ],
    ).filter(pl.col("kind") == "revised")
    assert set(found.select("from_edition_id", "to_edition_id", "year").iter_rows()) == {
        (f"nato:{FIRST}", f"nato:{THIRD}", 2024),
        (f"nato:{SECOND}", f"nato:{THIRD}", 2025),
    }


@pytest.mark.parametrize(
    ("withdrawn_on", "predecessor", "old"),
    [("2025-09-30", FIRST, 2.0), (THIRD, FIRST, 2.0), ("2026-08-01", SECOND, 20.0)],
)
def test_an_edition_withdrawn_by_then_is_nobodys_predecessor(withdrawn_on: str, predecessor: str, old: float) -> None:
    found = revisions(
        [edition(FIRST), edition(SECOND, withdrawn_on=withdrawn_on), edition(THIRD)],
        [figure(FIRST, SHARE, 2.0), figure(SECOND, SHARE, 20.0), figure(THIRD, SHARE, 2.1)],
    ).row(by_predicate=pl.col("to_edition_id") == f"nato:{THIRD}", named=True)
    assert (found["from_edition_id"], found["old_value"]) == (f"nato:{predecessor}", old)


def test_a_currency_that_became_the_euro_is_compared_at_the_irrevocable_rate() -> None:
    # 1955.83 million lev at 1.95583 lev a euro are 1000 million euro.
    bulgaria = {"entity": "BGR"}
    found = revisions(
        [edition(FIRST), edition(THIRD)],
        [
            figure(FIRST, "defence_expenditure", 1955.83, currency="BGN", **bulgaria),
            figure(THIRD, "defence_expenditure", 1010.0, **bulgaria),
        ],
    ).row(0, named=True)
    assert (found["kind"], found["unit"], found["old_unit"]) == ("redenominated", "million EUR", "million BGN")
    assert [found["old_value"], found["change_pct"]] == pytest.approx([1000.0, 1.0])


def test_constant_prices_of_two_years_are_not_compared() -> None:
    constant = {"price_basis": "constant"}
    found = revisions(
        [edition(FIRST), edition(THIRD)],
        [
            figure(FIRST, "defence_expenditure", 80.0, base_year=2015, **constant),
            figure(THIRD, "defence_expenditure", 95.0, base_year=2021, **constant),
        ],
    ).row(0, named=True)
    assert (found["kind"], found["old_value"], found["change"]) == ("rebased", None, None)
    assert (found["old_value_as_printed"], found["old_unit"]) == (80.0, "million EUR of 2015")


def test_what_one_complete_edition_alone_prints_is_new_or_dropped() -> None:
    found = revisions(
        [edition(FIRST), edition(THIRD)],
        [figure(FIRST, SHARE, 2.0, year=2013), figure(THIRD, SHARE, 2.1, year=2026)],
    )
    assert set(found.select("year", "kind", "old_value", "new_value").iter_rows()) == {
        (2013, "dropped", 2.0, None),
        (2026, "new", None, 2.1),
    }


def test_an_outturn_that_confirms_an_estimate_is_listed() -> None:
    found = revisions(
        [edition(FIRST), edition(THIRD)], [figure(FIRST, SHARE, 2.0), figure(THIRD, SHARE, 2.0, status="actual")]
    ).row(0, named=True)
    assert (found["kind"], found["change"]) == ("outturn_replaces_estimate", 0.0)


def printed(day: str, indicator: str, values: list[float], **changed: object) -> list[dict[str, object]]:
    """A series from 2015 on: six figures and more give the precision of the print."""
    return [figure(day, indicator, value, year=2015 + i, **changed) for i, value in enumerate(values)]


FULL = [1.3465, 1.1579, 1.1058, 1.1112, 1.1604, 1.2921]  # Albania 2014-2019, June 2024
TWO_DECIMALS = [1.34, 1.16, 1.11, 1.11, 1.16, 1.29]  # and July 2026


def kinds(first: list[dict[str, object]], second: list[dict[str, object]]) -> dict[int, str]:
    rows = revisions([edition(FIRST), edition(THIRD)], [*first, *second])
    return dict(rows.select("year", "kind").iter_rows())


def test_a_figure_printed_to_fewer_digits_is_not_revised_and_a_larger_change_is() -> None:
    # 1.3465 is 1.35 to two decimals: 1.34 differs by 0.0065, more than the half of a hundredth.
    found = kinds(printed(FIRST, SHARE, FULL), printed(THIRD, SHARE, TWO_DECIMALS))
    assert found == {2015: "revised", **dict.fromkeys(range(2016, 2021), "same_at_print")}


def test_the_coarser_print_decides_whichever_edition_it_is() -> None:
    found = kinds(printed(FIRST, SHARE, TWO_DECIMALS), printed(THIRD, SHARE, FULL))
    assert found == {2015: "revised", **dict.fromkeys(range(2016, 2021), "same_at_print")}


def test_of_two_editions_that_print_alike_one_digit_more_is_a_revision() -> None:
    found = kinds(printed(FIRST, SHARE, TWO_DECIMALS), printed(THIRD, SHARE, [1.35, *TWO_DECIMALS[1:]]))
    assert found == {2015: "revised"}


def test_six_figures_tell_the_precision_of_a_print_and_five_do_not() -> None:
    # Five figures without decimals may be rounded to whole points, or end in zeros by chance.
    first = printed(FIRST, SHARE, FULL[:5])
    assert set(kinds(first, printed(THIRD, SHARE, [1.0] * 5)).values()) == {"revised"}
    more = printed(FIRST, SHARE, FULL)
    assert set(kinds(more, printed(THIRD, SHARE, [1.0] * 6)).values()) == {"same_at_print"}


def test_a_former_currency_is_held_to_half_a_unit_of_the_coarser_print() -> None:
    # Whole million lev at 1.95583: half a million lev are 0.26 million euro, half a million euro is coarser.
    lev = [1101.5635, 1116.3743, 1185.7616, 1254.7224, 1592.8802, 3770.8195]  # Bulgaria 2014-2019
    euro = [563.0, 571.0, 606.0, 642.0, 814.0, 1930.0]
    rows = revisions(
        [edition(FIRST), edition(THIRD)],
        [
            *printed(FIRST, "defence_expenditure", lev, currency="BGN", entity="BGR"),
            *printed(THIRD, "defence_expenditure", euro, entity="BGR"),
        ],
    ).sort("year")
    assert set(rows["kind"]) == {"redenominated"}
    assert rows["same_at_print"].to_list() == [True] * 5 + [False]


def test_an_outturn_that_confirms_an_estimate_to_the_printed_digit_counts_as_no_change() -> None:
    rows = revisions(
        [edition(FIRST), edition(THIRD)],
        [*printed(FIRST, SHARE, FULL), *printed(THIRD, SHARE, TWO_DECIMALS, status="actual")],
    ).filter(pl.col("year") == 2016)
    assert rows.select("kind", "same_at_print").row(0) == ("outturn_replaces_estimate", True)


@settings(max_examples=EXAMPLES_WITH_A_DATABASE)
@given(st.lists(st.floats(0.1, 10).filter(lambda x: round(x, 6) != round(x, 2)), min_size=6, max_size=9))
def test_rounding_a_series_revises_nothing(values: list[float]) -> None:
    rounded = [round(value, 2) for value in values]
    found = kinds(printed(FIRST, SHARE, values), printed(THIRD, SHARE, rounded))
    assert set(found.values()) <= {"same_at_print"}


def test_of_editions_withdrawn_later_the_newest_that_was_still_valid_precedes() -> None:
    # On the day of the fourth edition the second was still valid, and the third was withdrawn already.
    days = (FIRST, SECOND, "2025-12-01", THIRD)
    rows = revisions(
        [
            edition(days[0]),
            edition(days[1], withdrawn_on="2026-12-01"),
            edition(days[2], withdrawn_on="2026-01-01"),
            edition(days[3]),
        ],
        [figure(day, SHARE, share) for day, share in zip(days, (1.0, 2.0, 3.0, 4.0), strict=True)],
    )
    newest = rows.filter(pl.col("to_edition_id") == f"nato:{THIRD}")
    assert newest.select("from_edition_id", "old_value", "new_value").rows() == [(f"nato:{SECOND}", 2.0, 4.0)]


def test_over_long_files_the_revisions_are_those_over_frames(tmp_path: Path) -> None:
    frames = tables(
        [edition(FIRST), edition(SECOND), edition(THIRD)],
        [row for day in (FIRST, SECOND, THIRD) for row in (figure(day, SHARE, len(day) / 7), *money(day, 90, 5000))],
    )
    frames[core.OBSERVATION.id] = pl.concat(
        frames[core.OBSERVATION.id].with_columns(
            entity=pl.lit(entity), value=pl.col("value") * (1 + pl.col("known_from").dt.year() / n)
        )
        for n, entity in enumerate(("DEU", "FRA", "POL"), start=3)
    )
    files = {}
    for table_id, frame in frames.items():
        frame.write_parquet(tmp_path / f"{table_id}.parquet")
        files[table_id] = TableFile(tmp_path / f"{table_id}.parquet", long_from=0)
    of_frames = compute_mart(REVISION, frames)
    assert of_frames.height > 0
    assert_frame_equal(compute_mart(REVISION, files), of_frames)
