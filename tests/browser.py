"""A page in headless Chromium, from disk and without network: what it shows, and what a script finds in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--proxy-server=127.0.0.1:9", "--enable-logging=stderr",
)  # fmt: skip


def document(page: Path, profile: Path, *flags: str) -> str:
    """The document of `page` after its script; nothing may be said on the console. Skips without Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs chromium")
    command = [chromium, *_QUIET, f"--user-data-dir={profile}", *flags, "--dump-dom", page.resolve().as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603 (chromium from PATH)
    assert "CONSOLE" not in shown.stderr, shown.stderr
    return shown.stdout


def found(page: Path, profile: Path, script: str, *flags: str, libraries: tuple[Path, ...] = ()) -> Any:  # noqa: ANN401 (JSON)
    """What the JavaScript `script` (an expression, or a promise of one) finds in a copy of `page` that runs it.

    The copy stands next to `page`, so that its links lead where they lead: give a page of a copied site.
    """
    loads = "".join(f'<script src="{library.resolve().as_uri()}"></script>' for library in libraries)
    asked = (
        f"{loads}<script>addEventListener('load', async () => {{ const answer = await ({script}); const part ="
        " document.createElement('pre'); part.id = 'found'; part.textContent = JSON.stringify(answer);"
        " document.body.append(part); });</script></body>"
    )
    copy = page.with_name(f"{page.stem}-asked.html")
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", asked), encoding="utf-8")
    try:
        shown = document(copy, profile, "--virtual-time-budget=30000", *flags)
    finally:
        copy.unlink()
    answer = re.search(r'<pre id="found">(.*?)</pre>', shown, flags=re.DOTALL)
    assert answer is not None, "the script found nothing"
    return json.loads(unescape(answer[1]))


def printed_pages(page: Path, profile: Path) -> int:
    """On how many sheets `page` prints."""
    sheets = profile / "printed.pdf"
    document(page, profile, "--no-pdf-header-footer", f"--print-to-pdf={sheets}")
    return len(re.findall(rb"/Type\s*/Page\b", sheets.read_bytes()))
