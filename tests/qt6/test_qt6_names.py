"""Every Qt name the plugin uses exists in Qt 6, which QGIS 4 runs on, and every form can be built there."""

from __future__ import annotations

import ast
import importlib
import io
from pathlib import Path

import pytest
from PyQt6 import uic

from rooms import ROOT, python_files, rooms

GONE = {"exec_", "print_", "qApp"}


def forms() -> list[Path]:
    return [path for room in rooms() for path in sorted((ROOT / room).rglob("*.ui"))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def qt_module(name: str) -> object:
    """The module of the stand-in for `qgis.PyQt.X`, or of PyQt6 itself."""
    return importlib.import_module(name)


def missing_names(tree: ast.AST, prefixes: tuple[str, ...]) -> list[str]:
    """Names imported from the Qt modules, and chains of attributes on them, that do not exist."""
    missing = []
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(prefixes):
            for alias in node.names:
                try:
                    if node.module in prefixes:
                        value = qt_module(f"{node.module}.{alias.name}")
                    else:
                        value = getattr(qt_module(node.module), alias.name)
                except (ImportError, AttributeError):
                    missing.append(f"{node.lineno}: {node.module}.{alias.name}")
                else:
                    known[alias.asname or alias.name] = value
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            missing += missing_chain(node, known)
    return missing


def missing_chain(node: ast.Attribute, known: dict[str, object]) -> list[str]:
    names = [node.attr]
    base = node.value
    while isinstance(base, ast.Attribute):
        names.insert(0, base.attr)
        base = base.value
    if not isinstance(base, ast.Name) or base.id not in known:
        return []
    value = known[base.id]
    for name in names:
        if not hasattr(value, name):
            return [f"{node.lineno}: {base.id}.{'.'.join(names)}"]
        value = getattr(value, name)
    return []


@pytest.mark.parametrize("path", python_files(), ids=named)
def test_every_qt_name_in_the_code_exists_in_qt_6(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not missing_names(tree, ("qgis.PyQt",))


@pytest.mark.parametrize("path", python_files(), ids=named)
def test_no_name_that_qt_6_bindings_dropped_is_called(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not used & GONE


@pytest.mark.parametrize("path", forms(), ids=named)
def test_every_form_compiles_to_code_whose_names_exist_in_qt_6(path):
    code = io.StringIO()
    uic.compileUi(str(path), code)
    assert not missing_names(ast.parse(code.getvalue()), ("PyQt6",))


def test_a_name_of_qt_5_alone_is_found():
    tree = ast.parse(
        "from qgis.PyQt.QtCore import Qt, QRegExp\nprint(Qt.UserRole, Qt.ItemDataRole.UserRole)\n"
    )
    assert missing_names(tree, ("qgis.PyQt",)) == ["1: qgis.PyQt.QtCore.QRegExp", "2: Qt.UserRole"]
