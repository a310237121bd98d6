"""The pages as a site of their own: copied whole, without a dead link, as folder or as zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from warehouse.errors import UsageError
from warehouse.reading.site import copy_site


class Links(HTMLParser):
    """What a page links to or loads, and the ids that can be linked to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := known.get(name))]
        self.ids |= {value for name in ("id", "name") if (value := known.get(name))}
        if tag == "meta" and known.get("http-equiv") == "refresh":
            self.links.append(str(known["content"]).partition("url=")[2])


def dead_links(site: Path) -> Iterator[str]:
    """Each link that leads out of the site or to nothing in it; addresses of the web and of data are not followed."""
    pages = {page.resolve(): Links(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}
    for page, known in pages.items():
        for link in known.links:
            address = urlsplit(link)
            if address.scheme:
                continue
            target = (page.parent / unquote(address.path)).resolve() if address.path else page
            if not target.is_relative_to(site.resolve()) or not target.is_file():
                yield f"{page.relative_to(site.resolve())}: {link}"
            elif "=" in address.fragment:
                continue  # a question to the explorer
            elif address.fragment and target.suffix == ".html" and address.fragment not in pages[target].ids:
                yield f"{page.relative_to(site.resolve())}: {link} (no such place)"


@pytest.fixture(scope="module")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_site(tmp_path_factory.mktemp("copied") / "site", published).parent


def test_a_copied_site_has_no_dead_link(site: Path) -> None:
    assert list(dead_links(site)) == []


def test_the_checker_of_links_finds_a_dead_one(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="gone.html">a</a><a href="#nowhere">b</a><a href="../x">c</a>')
    assert len(list(dead_links(tmp_path))) == 3


def test_the_zip_holds_the_same_pages(site: Path, published: Path, tmp_path: Path) -> None:
    made = copy_site(tmp_path / "site.zip", published)
    with zipfile.ZipFile(made) as archive:
        held = {name.partition("/")[2] for name in archive.namelist() if not name.endswith("/")}
    assert held == {str(file.relative_to(site)) for file in site.rglob("*") if file.is_file()}


def test_the_files_of_a_copy_can_be_changed(site: Path) -> None:
    assert all(file.stat().st_mode & 0o200 for file in site.rglob("*") if file.is_file())


@pytest.mark.parametrize("name", ["page.html", "full", "there.zip"])
def test_nothing_is_overwritten_and_no_page_is_copied_alone(published: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "there.zip").write_text("mine")
    with pytest.raises(UsageError, match="name a"):
        copy_site(tmp_path / name, published)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "there.zip"]
