"""SIPRI: where its workbook is.

Belongs here: the landing page, and how the edition follows from the workbook's name.
Does not belong here: fetching (orchestration.http), the layout of the workbook (transforms.parse.sipri).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

from transforms.errors import LayoutError

LANDING_PAGE: Final = "https://www.sipri.org/databases/milex"
HOSTS: Final = frozenset({"www.sipri.org", "sipri.org"})

# The suffix changes every year (`_0`, `_2`, `_v1.2`), and so may the folder; the link may be protocol-relative.
# milex.sipri.org exports files with the same name and other layouts: it is not among the hosts.
_WORKBOOK: Final = re.compile(r"""href=["']([^"']*/SIPRI-Milex-data-(19\d\d-20\d\d[^/"']*?)\.xlsx)["']""")


def find_workbook(page: bytes, *, page_url: str = LANDING_PAGE) -> tuple[str, str]:
    """The workbook's address and its edition (`1949-2024_2`).

    Raises `LayoutError` if the page leads to none, or to several different ones.
    """
    found = dict.fromkeys(_WORKBOOK.findall(page.decode("utf-8", errors="replace")))
    if len(found) != 1:
        raise LayoutError(
            place=page_url,
            expected="one link to SIPRI-Milex-data-<years>.xlsx",
            found=", ".join(address for address, _ in found) or "none",
            advice="look at the page in a browser: the name may have changed again",
        )
    address, edition = next(iter(found))
    return urljoin(page_url, address), edition
