"""The table of benchmarks: what is kept of a run, and compared in the next one."""

from __future__ import annotations

from tests.benchmarks.table import PAIRS, Measured, page, ratios_of, row

FULL_RUN = PAIRS[0]
FOUND = (Measured(32.0, 28.0, 700.0), Measured(4.0, 3.5, 300.0))


def test_a_ratio_is_of_cpu_seconds_and_read_again_from_the_page() -> None:
    written = page([row(FULL_RUN, FOUND, {})], [], (0.5, 1.5))
    assert ratios_of(written) == {(FULL_RUN.what, FULL_RUN.rival): 8.0}


def test_the_ratio_before_is_put_next_to_that_of_now() -> None:
    line = row(FULL_RUN, FOUND, {(FULL_RUN.what, FULL_RUN.rival): 9.25})
    assert line.endswith("| 8.00 | 9.25 |")


def test_a_pair_that_was_skipped_has_no_ratio() -> None:
    assert ratios_of(page([row(FULL_RUN, None, {})], ["fastexcel (not installed)"], (0.5, 1.5))) == {}
