"""The pages of the served publication as a web site of their own: a folder or a zip file that can be put anywhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from warehouse.errors import UsageError
from warehouse.reading.connect import warehouse_path
from warehouse.reading.targets import built_aside, outside_data

_PAGES: Final = ("report", "quality", "dictionary")  # they link to each other: none is copied without the others
_ENTRY: Final = "report/index.html"
_ZIP: Final = ".zip"
_INDEX: Final = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={_ENTRY}">
<title>Burden sharing</title>
</head>
<body><p><a href="{_ENTRY}">Burden sharing: the report</a></p></body>
</html>
"""


def served_report(root: Path | None = None) -> Path:
    """The first page of the served publication. Raises `WarehouseMissingError` if nothing is served."""
    return warehouse_path(root).parent / _ENTRY


def copy_site(to: Path, root: Path | None = None) -> Path:
    """Copy the pages of the served publication to the folder `to`, or into the file `to` if it is named `….zip`.

    It appears there whole or not at all. Returns what was made: the first page of the folder, or the zip file. Raises
    `UsageError` if `to` exists (an empty folder may), is named like another kind of file, or lies in a data directory;
    `WarehouseMissingError` if nothing is served.
    """
    to = outside_data(to)
    as_zip = to.suffix.lower() == _ZIP
    if to.suffix.lower() in {".html", ".htm"}:
        raise UsageError(f"{to}: the report is many pages that link to each other; name a folder or a file ….zip")
    if to.exists() and (as_zip or not to.is_dir() or any(to.iterdir())):
        raise UsageError(f"{to} exists{'' if as_zip else ' and is not empty'}; name a new folder or a new file ….zip")
    publication = served_report(root).parents[1].resolve()
    with built_aside(to) as building:
        folder = building / "burden-sharing"
        for name in _PAGES:
            # The content alone: the files of a publication are sealed, those of a copy are its owner's.
            shutil.copytree(publication / name, folder / name, copy_function=shutil.copyfile)
        (folder / "index.html").write_text(_INDEX, encoding="utf-8")
        if as_zip:
            made = shutil.make_archive(str(folder), "zip", root_dir=building, base_dir=folder.name)
            return Path(shutil.move(made, to))
        if to.exists():
            to.rmdir()
        shutil.move(folder, to)
    return to / "index.html"
