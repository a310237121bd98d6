"""What the trials count, handed to the table at the end of `make torture` (tests/conftest.py) by every worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How often each thing was tried, by what came of it; nothing that was lost or wrong passes a trial."""
    found: Counter[str] = Counter()
    yield found
    request.node.user_properties.extend(("tried", (what, number)) for what, number in sorted(found.items()))
