"""A correction withholds what is wrong, says so on the row, and publishes what the source has corrected."""

from __future__ import annotations

import polars as pl

from transforms.normalise.corrections import apply_corrections

REGISTER = pl.DataFrame(
    {
        "correction_id": ["gbr_equipment_2023"],
        "edition_id": ["nato:2023-07-07"],
        "indicator": ["equipment_share"],
        "entity": ["GBR"],
        "year_from": [2014],
        "year_to": [2023],
        "expect": ["value = year"],
        "reason": ["the header row was copied"],
    }
)


def shares(value_of_2014: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "indicator": ["equipment_share"] * 3,
            "entity": ["GBR", "GBR", "FRA"],
            "year": [2014, 2015, 2014],
            "value": [value_of_2014, 2015.0, 24.6],
            "availability": ["reported"] * 3,
            "flags": [["estimate"], [], []],
            "note": pl.Series([None, None, None], dtype=pl.String),
            "locator": ["row 61", "row 62", "row 80"],
        }
    )


def test_a_wrong_figure_is_withheld_with_its_reason() -> None:
    corrected = apply_corrections(shares(2014.0), REGISTER, "nato:2023-07-07")
    assert corrected["value"].to_list() == [None, None, 24.6]
    assert corrected["availability"].to_list() == ["missing", "missing", "reported"]
    assert corrected["note"].to_list()[0] == "withheld (gbr_equipment_2023): the header row was copied"


def test_the_flag_says_which_figures_are_corrected_with_the_flags_of_the_source() -> None:
    corrected = apply_corrections(shares(2014.0), REGISTER, "nato:2023-07-07")
    assert [sorted(flags) for flags in corrected["flags"]] == [["corrected", "estimate"], ["corrected"], []]


def test_another_edition_is_left_alone() -> None:
    assert apply_corrections(shares(2014.0), REGISTER, "nato:2024-06-17").equals(shares(2014.0))


def test_a_correction_holds_for_every_issue_of_its_edition() -> None:
    corrected = apply_corrections(shares(2014.0), REGISTER, "nato:2023-07-07:issue-2")
    assert corrected["availability"].to_list() == ["missing", "missing", "reported"]


def test_a_figure_that_the_source_has_mended_is_published() -> None:
    corrected = apply_corrections(shares(22.8), REGISTER, "nato:2023-07-07")
    assert corrected["value"].to_list() == [22.8, None, 24.6]
    assert corrected["availability"].to_list() == ["reported", "missing", "reported"]


def test_a_correction_whose_rows_are_gone_touches_nothing() -> None:
    others = shares(2014.0).filter(pl.col("entity") == "FRA")
    assert apply_corrections(others, REGISTER, "nato:2023-07-07").equals(others)
