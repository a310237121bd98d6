"""The table of benchmarks: what is kept of a run, and compared in the next one."""

from __future__ import annotations

import pytest

from tests.benchmarks.table import PAIRS, Measured, ratios_of, row, section, with_section

FULL_RUN = PAIRS[0]
FOUND = (Measured(32.0, 28.0, 700.0), Measured(4.0, 3.5, 300.0))


def test_a_ratio_is_of_cpu_seconds_and_read_again_from_the_page() -> None:
    written = section([row(FULL_RUN, FOUND, {})], [], (0.5, 1.5))
    assert ratios_of(written) == {(FULL_RUN.what, FULL_RUN.rival): 8.0}


def test_the_ratio_before_is_put_next_to_that_of_now() -> None:
    line = row(FULL_RUN, FOUND, {(FULL_RUN.what, FULL_RUN.rival): 9.25})
    assert "| 8.00 | 9.25 |" in line


@pytest.mark.parametrize(("seconds", "met"), [(11.9, "yes"), (12.1, "no")])
def test_a_goal_is_met_up_to_its_bound(seconds: float, met: str) -> None:
    line = row(FULL_RUN, (Measured(seconds, 28.0, 700.0), FOUND[1]), {})
    assert line.endswith(f"| ≤ 12 s | {met} |")


def test_a_section_is_written_again_and_what_people_wrote_stays() -> None:
    page = "# Benchmarks\n\n<!-- pairs -->\nof last time\n<!-- end of pairs -->\n\nWhy a goal is missed.\n"
    assert with_section(page, "pairs", "of now") == page.replace("of last time", "of now")


def test_a_page_without_the_section_is_not_written() -> None:
    with pytest.raises(ValueError, match="no section growth"):
        with_section("# Benchmarks\n", "growth", "of now")


def test_a_pair_that_was_skipped_has_no_ratio() -> None:
    assert ratios_of(section([row(FULL_RUN, None, {})], ["fastexcel (not installed)"], (0.5, 1.5))) == {}
