"""Code versions from content: a table is computed again when the code that computes it has changed, and only then.

Belongs here: which files a computation is made of, and hashes over them. Does not belong here: data versions, which are
hashes of tables; which modules compute which table (orchestration.ingest.staleness).

The code of a module is its own file, those of all modules of the project that it imports, directly or not, the files of
its folder that it names, and the registers whose readers it names: a changed comment in a parser is no reason to
compute a mart, and neither is a register that the mart's code never reads.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

from warehouse.contracts.model import Table
from warehouse.marts import macros
from warehouse.marts.run import mart_sql, shared_sql

PACKAGES: Final = ("transforms", "warehouse", "orchestration")
_REGISTERS: Final = "transforms.registers"
_READER: Final = "transforms.registers.reader"
# Another version of these may compute or print another figure.
_LIBRARIES: Final = ("duckdb", "great-expectations", "numpy", "openpyxl", "pandas", "polars", "pyarrow", "pycountry")
_EVALUATED_BY: Final = (
    "warehouse.checks.expectations",
    "warehouse.checks.certain",
    "warehouse.checks.second_judge",
    "warehouse.checks.files",
    "warehouse.scratch",
    "warehouse.table_file",
)
_MARTS_RUN_BY: Final = (
    "warehouse.marts.run",
    "warehouse.marts.macros",
    "warehouse.contracts.newest_edition",
    "warehouse.scratch",
    "warehouse.table_file",
)
_CALLED: Final = re.compile(r"\bmart\.\w+")
_COUNTED: Final = (".py", ".csv", ".sql", ".html", ".css", ".js", ".json")


@dataclass(frozen=True, slots=True)
class _Module:
    """What a module's source names: project modules that it imports, readers of registers, files of its folder."""

    path: Path
    imports: frozenset[str]
    readers: frozenset[str]
    names_files: frozenset[Path]


@cache
def code_version(*modules: str, without: tuple[str, ...] = (), readers: tuple[str, ...] = ()) -> str:
    """Hash over the code of modules, the registers that it reads, and the versions of the libraries that compute.

    Imports of modules below `without` are not followed. `readers` are functions of transforms.registers.reader whose
    registers count as well.
    """
    found = _closure(modules, without)
    named = {*readers, *(reader for module in found.values() for reader in module.readers)}
    paths = {module.path for module in found.values()}
    paths.update(path for module in found.values() for path in module.names_files)
    if named:
        paths.update(path for reader in named for path in _files_of_readers()[reader])
        paths.update(module.path for module in _closure((_READER,), ()).values())
    return digest([*_contents(paths), libraries_version()])


@cache
def file_version(*modules: str) -> str:
    """Hash over the files of modules alone, without their imports."""
    return digest(_contents(_module(name).path for name in modules))


@cache
def package_version(package: str) -> str:
    """Hash over the code and data files of a package, or of one folder of it (`warehouse.publication`)."""
    folder = _path(package)
    return digest(_contents(path for path in folder.rglob("*") if path.suffix in _COUNTED))


@cache
def libraries_version() -> str:
    """The versions of the libraries that compute, print or audit figures."""
    return digest(f"{name} {version(name)}" for name in _LIBRARIES)


def mart_version(table: Table) -> str:
    """Hash over a mart's SQL, the macros and the relation that it uses, and the code that runs it."""
    sql = mart_sql(table)
    relations = [text for text in shared_sql(sql) if text != macros.text()]
    run = file_version(*_MARTS_RUN_BY)
    return digest([sql, *relations, *_macros_of([sql, *relations]), run, libraries_version()])


def _macros_of(texts: Iterable[str]) -> list[str]:
    """The macros that some SQL calls, directly or by others, in the order of their file."""
    known = macros.macros()
    called: set[str] = set()
    waiting = list(texts)
    while waiting:
        found = {name for name in _CALLED.findall(waiting.pop()) if name in known} - called
        called |= found
        waiting.extend(known[name].sql for name in found)
    return [macro.sql for name, macro in known.items() if name in called]


def audit_version(table: Table) -> str:
    """Hash over what a table is held to: columns, grain, expectations, and the code that evaluates them.

    Descriptions and caveats are no part of it: they are published, and nothing is computed from them.
    """
    columns = [(c.name, c.type, c.nullable, c.values, c.minimum, c.maximum, c.pattern) for c in table.columns]
    held_to = (table.grain, columns, table.suite(), table.reads, table.joins, table.may_be_empty)
    evaluated_by = file_version(*_EVALUATED_BY)
    return digest([repr(held_to), evaluated_by, libraries_version()])


def digest(parts: Iterable[str]) -> str:
    """One hash over several, in their order: 16 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _contents(paths: Iterable[Path]) -> Iterator[str]:
    for path in sorted(paths):
        yield path.name
        yield hashlib.sha256(_content(path)).hexdigest()


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _closure(modules: Iterable[str], without: tuple[str, ...]) -> dict[str, _Module]:
    found: dict[str, _Module] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        # Whose registers are read is known by the names of the readers; the reader's own file is added with them.
        if name in found or name == _READER or any(f"{name}.".startswith(f"{prefix}.") for prefix in without):
            continue
        found[name] = _module(name)
        waiting.extend(found[name].imports)
    return found


@cache
def _module(name: str) -> _Module:
    path = _path(name)
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(path.read_bytes())
    imports: set[str] = set()
    readers: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            imports.add(node.module)
            imports.update(full for full in inner.values() if _exists(full))
            if node.module == _READER:
                readers.update(inner)
            elif node.module == _REGISTERS:
                readers.update(_attributes(tree, {alias.asname or alias.name for alias in node.names}))
    own = frozenset(module for module in imports if module.partition(".")[0] in PACKAGES)
    return _Module(path, own, frozenset(readers) & _files_of_readers().keys(), frozenset(_named_files(tree, path)))


def _attributes(tree: ast.AST, objects: set[str]) -> Iterator[str]:
    """Names that a source looks up in some objects: `registers.sources` for `registers`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in objects:
            yield node.attr


def _named_files(tree: ast.AST, path: Path) -> Iterator[Path]:
    """Files next to a module that its source names: `macros.sql`."""
    files = {entry.name: entry for entry in path.parent.iterdir() if entry.is_file() and entry.suffix != ".py"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in files:
            yield files[node.value]


@cache
def _files_of_readers() -> dict[str, frozenset[Path]]:
    """Function of the reader -> the registers that it reads, directly or by calling others."""
    folder = _path(_REGISTERS)
    tree = ast.parse((folder / "reader.py").read_bytes())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}

    def read_by(name: str, seen: frozenset[str]) -> frozenset[Path]:
        found: set[Path] = set()
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Name) and node.id in functions.keys() - seen:
                found |= read_by(node.id, seen | {node.id})
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_read"):
                continue
            (register,) = node.args
            if isinstance(register, ast.Constant) and isinstance(register.value, str):
                found.add(folder / f"{register.value}.csv")
            else:  # a register of labels, by source
                found.update((folder / "labels").glob("*.csv"))
        return frozenset(found)

    return {name: read_by(name, frozenset({name})) for name in functions}


@cache
def _path(name: str) -> Path:
    package, _, rest = name.partition(".")
    return Path(str(files(package))).joinpath(*rest.split(".")) if rest else Path(str(files(package)))


@cache
def _exists(name: str) -> bool:
    if name.partition(".")[0] not in PACKAGES:
        return False
    path = _path(name)
    return path.is_dir() or path.with_suffix(".py").is_file()
