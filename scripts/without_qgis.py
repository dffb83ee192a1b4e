"""Finds what needs Qt alone: the modules that run on PyQt6 without a QGIS, and the tests that do."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

from import_graph import ImportGraph, is_qgis_guard

# what may be imported there besides the standard library: see requirements-qt6.txt and tests/qt6/stand_in
WITHOUT_QGIS = ("qgis.PyQt", "PyQt6", "pytest", "pytestqt")


def is_qt_only(graph: ImportGraph, path: Path) -> bool:
    """Whether a file needs Qt, and of QGIS nothing but its way to Qt."""
    return _need_qt_alone(graph.reached_modules([path]))


def qgis_free_tests(graph: ImportGraph) -> list[Path]:
    """Return the test files that run on PyQt6: those in tests/qt6, then those of the plugin that can.

    A test can when its own imports, those of its conftests and those of the fixtures it asks for need Qt alone.
    """
    tests = graph.root / "tests"
    own = sorted((tests / "qt6").glob("test_*.py"))
    others = (path for path in sorted(tests.rglob("test_*.py")) if path not in own)
    return own + [path for path in others if _runs_on_qt6(graph, path)]


def _runs_on_qt6(graph: ImportGraph, test: Path) -> bool:
    folders = [folder for folder in test.parents if folder.is_relative_to(graph.root / "tests")]
    conftests = [folder / "conftest.py" for folder in folders if (folder / "conftest.py").is_file()]
    if not _need_qt_alone(graph.reached_modules([test, *conftests], among=conftests)):
        return False
    functions = [(path, node) for path in conftests for node in _functions(graph.tree(path))]
    asked = _fixtures_asked_for(graph.tree(test), [node for _path, node in functions])
    absent = {name for path in conftests for name in _guarded_functions(graph.tree(path))}
    if asked & absent or any(name.startswith("qgis_") for name in asked):  # pytest-qgis names its fixtures so
        return False
    taken = [(path, node) for path, node in functions if node.name in asked]
    return not any(_needs_qgis(graph, path, node) for path, node in taken)


def _fixtures_asked_for(test: ast.Module, fixtures: list[ast.FunctionDef]) -> set[str]:
    """Return the names of the fixtures a test file takes, and of those they take themselves."""
    asked = _parameters(_functions(test))
    while True:
        more = _parameters(node for node in fixtures if node.name in asked) - asked
        if not more:
            return asked
        asked |= more


def _needs_qgis(graph: ImportGraph, conftest: Path, fixture: ast.FunctionDef) -> bool:
    """Whether what a fixture imports while it runs needs QGIS."""
    lines = range(fixture.lineno, (fixture.end_lineno or fixture.lineno) + 1)
    inside = [(found, target) for found, target in graph.needs(conftest) if found.line in lines]
    reached = graph.reached_modules(target for _found, target in inside if target is not None)
    reached |= {found.full_name for found, target in inside if target is None}
    return not all(map(_is_there, reached))


def _need_qt_alone(modules: set[str]) -> bool:
    return any(module.startswith("qgis.PyQt") for module in modules) and all(map(_is_there, modules))


def _is_there(module: str) -> bool:
    is_installed = any(module == name or module.startswith(f"{name}.") for name in WITHOUT_QGIS)
    return is_installed or module.split(".", maxsplit=1)[0] in sys.stdlib_module_names


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _guarded_functions(tree: ast.Module) -> set[str]:
    """Return the fixtures that are there only where there is a QGIS."""
    guarded = filter(is_qgis_guard, tree.body)
    return {each.name for node in guarded for each in ast.walk(node) if isinstance(each, ast.FunctionDef)}


def _parameters(functions: Iterable[ast.FunctionDef]) -> set[str]:
    return {argument.arg for node in functions for argument in node.args.args}
