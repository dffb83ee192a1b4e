"""Reads from the sources which file imports which, for the checks of the house.

Nothing is imported to find out: the files are parsed, so that it works in a Python without QGIS.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rooms import PLUGIN, python_files

SANDBOX = "mapflow_sandbox"
_GUARD = re.compile(r"HAS_QGIS|find_spec\('qgis")  # where such a test holds, there is a QGIS
_FORM = re.compile(r'"(\w+\.ui)"')
_HEADER = re.compile(r"<header>([\w.]+)</header>")


@dataclass(frozen=True)
class Import:
    """One imported name: in layers/tiles.py, `from ..api import log` is "log" of the module "mapflow_dock.api"."""

    module: str
    name: str
    line: int
    is_own: bool  # written with leading dots
    is_lazy: bool = False  # inside a function
    is_for_types: bool = False  # under TYPE_CHECKING
    is_guarded: bool = False  # only where there is a QGIS

    @property
    def full_name(self) -> str:
        """The module and the name in it."""
        return f"{self.module}.{self.name}" if self.name else self.module

    def is_of(self, *modules: str) -> bool:
        """Whether one of `modules` is imported, or something in one."""
        return any(self.full_name == module or self.full_name.startswith(f"{module}.") for module in modules)


class ImportGraph:
    """The Python files of a checkout and what they import."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._packages = {PLUGIN: root, SANDBOX: root / "sandbox" / SANDBOX}
        self._loose = (root / "scripts", root / "tests" / "support")  # their modules have no package
        self._trees: dict[Path, ast.Module] = {}
        self._imports: dict[Path, list[Import]] = {}
        self._needs: dict[Path, list[tuple[Import, Path | None]]] = {}

    @cached_property
    def plugin_files(self) -> list[Path]:
        """Every file of the plugin."""
        return python_files(self.root)

    @cached_property
    def _plugin_set(self) -> frozenset[Path]:
        return frozenset(self.plugin_files)

    @cached_property
    def sandbox_files(self) -> list[Path]:
        """Every file of the sandbox."""
        return sorted(self._packages[SANDBOX].rglob("*.py"))

    def name(self, path: Path) -> str:
        """Return the path from the root on, as it is written in messages: "ui/dock.py"."""
        return path.relative_to(self.root).as_posix()

    def tree(self, path: Path) -> ast.Module:
        """Return the parsed file."""
        if path not in self._trees:
            self._trees[path] = ast.parse(path.read_text(encoding="utf-8"), str(path))
        return self._trees[path]

    def imports(self, path: Path) -> list[Import]:
        """Return every import of a file, wherever it stands in it."""
        if path not in self._imports:
            self._imports[path] = list(_imports(self.tree(path), self._package_of(path)))
        return self._imports[path]

    def target(self, found: Import) -> Path | None:
        """Return the file of this checkout that is imported; None for a module from elsewhere."""
        return self._locate(found.full_name) or self._locate(found.module)

    def targets(self, path: Path) -> set[Path]:
        """Return the files of this checkout that `path` imports, those for its type annotations left out."""
        found = (target for each, target in self.needs(path) if not each.is_for_types)
        return {target for target in found if target is not None and target != path}

    def reached_modules(self, start: Iterable[Path], among: Iterable[Path] = ()) -> set[str]:
        """Return the modules from elsewhere that are imported once `start` is; those of guarded imports left out.

        Packages run their `__init__.py`, and forms need the classes they name. Of those and of the files `among` only
        what stands outside functions counts: a conftest offers more than each test takes.
        """
        outside: set[str] = set()
        seen: set[Path] = set()
        waiting = list(start)
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            waiting += self._packages_around(path)
            skips_lazy = path.name == "__init__.py" or path in among
            for found, target in self.needs(path):
                if found.is_for_types or found.is_guarded or (found.is_lazy and skips_lazy):
                    continue
                if target is None:
                    outside.add(found.full_name)
                else:
                    waiting.append(target)
        return outside

    def needs(self, path: Path) -> list[tuple[Import, Path | None]]:
        """Return what a file imports, and what its forms do, each with the file of this checkout that it is."""
        if path not in self._needs:
            found = [*self.imports(path), *self._form_imports(path)]
            self._needs[path] = [(each, self.target(each)) for each in found]
        return self._needs[path]

    def _package_of(self, path: Path) -> list[str]:
        for name, folder in reversed(self._packages.items()):  # the plugin's folder holds the sandbox's
            if path.is_relative_to(folder):
                return [name, *path.relative_to(folder).parent.parts]
        return []

    def _locate(self, module: str) -> Path | None:
        first, *rest = module.split(".")
        if first in self._packages:
            places = [self._packages[first].joinpath(*rest)]
        else:
            places = [folder.joinpath(first, *rest) for folder in self._loose]
        for place in places:
            for candidate in (place / "__init__.py", place.with_name(f"{place.name}.py")):
                if candidate.is_file():
                    return candidate
        return None

    def _packages_around(self, path: Path) -> list[Path]:
        """Return the `__init__.py` files that run before a file of the plugin does."""
        folders = [folder for folder in path.parents if folder.is_relative_to(self.root)]
        return [file for file in (folder / "__init__.py" for folder in folders) if file in self._plugin_set]

    def _form_imports(self, path: Path) -> Iterator[Import]:
        for name in _FORM.findall(path.read_text(encoding="utf-8")):
            form = path.with_name(name)
            if form.is_file():
                for header in _HEADER.findall(form.read_text(encoding="utf-8")):
                    yield Import(header, "", 0, is_own=False)


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of nodes that lead to each other, each sorted; a node that leads to itself alone is none."""
    reached = {node: _reachable(arrows, node) for node in arrows}
    groups = {
        tuple(sorted({node} | {other for other in reached[node] if node in reached.get(other, ())}))
        for node in arrows
    }
    return [list(group) for group in sorted(groups) if len(group) > 1]


def _reachable(arrows: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for node in arrows.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def is_qgis_guard(node: ast.AST) -> bool:
    """Whether a statement is an `if` that asks whether there is a QGIS."""
    return isinstance(node, ast.If) and bool(_GUARD.search(ast.unparse(node.test)))


def _imports(tree: ast.Module, package: list[str]) -> Iterator[Import]:
    for node, is_lazy, is_for_types, is_guarded in _import_nodes(tree, False, False, False):
        where = (node.lineno, isinstance(node, ast.ImportFrom) and node.level > 0)
        flags = (is_lazy, is_for_types, is_guarded)
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", *where, *flags)
            continue
        base = package[: len(package) - node.level + 1] if node.level else []
        module = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:
            yield Import(module, alias.name, *where, *flags)


def _import_nodes(
    tree: ast.AST, is_lazy: bool, is_for_types: bool, is_guarded: bool
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool, bool]]:
    for node in _statements(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, is_lazy, is_for_types, is_guarded
            continue
        condition = ast.unparse(node.test) if isinstance(node, ast.If) else ""
        yield from _import_nodes(
            node,
            is_lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)),
            is_for_types or condition.endswith("TYPE_CHECKING"),
            is_guarded or is_qgis_guard(node),
        )


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Return the statements right within one; those of `else` are taken for those of `if`."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        yield from getattr(node, field, ())
