"""Build, audit and publication of ten million made rows take at most 2 GB of memory each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.growth import measured
from warehouse.settings import DATA_DIR, MEMORY

pytestmark = pytest.mark.benchmark
TIMES = 400  # the bundled editions: ten million rows
MOST_MB = 2_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, float]]:
    """The folder of a build of so many editions, and the build's peak in MB."""
    folder = tmp_path_factory.mktemp("growth")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(MEMORY, "1GB")
        environment.setenv(DATA_DIR, str(folder))
        measured("prepare", folder, TIMES)
        yield folder, measured("build", folder, TIMES)["peak_mb"]


def test_the_build_stays_within_two_gigabytes(built: tuple[Path, float]) -> None:
    assert built[1] < MOST_MB


@pytest.mark.parametrize("step", ["audit", "publish"])
def test_what_follows_the_build_stays_within_two_gigabytes(step: str, built: tuple[Path, float]) -> None:
    assert measured(step, built[0], TIMES)["peak_mb"] < MOST_MB
