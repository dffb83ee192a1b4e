"""Finds the plugin's rooms by looking, so that checks, types and the package never have to list them.

A room is a folder of the checkout that is a Python package. `scripts/rooms.py python` prints what holds the plugin's
code, `scripts/rooms.py mypy` the same as arguments for mypy, and `scripts/rooms.py qt6` the tests that need no QGIS.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLUGIN = "mapflow_dock"
DATA = ("icons", "i18n")  # folders the plugin reads that hold no code
OTHERS = {"tests", "scripts", "sandbox", "benchmarks", "docs", "build", "demo", "dist"}


def rooms(root: Path = ROOT) -> list[str]:
    """Return the names of the folders that are packages of the plugin."""
    found = sorted(path.parent.name for path in root.glob("*/__init__.py"))
    return [name for name in found if name not in OTHERS and not name.startswith(".")]


def modules(root: Path = ROOT) -> list[str]:
    """Return the names of the plugin's Python files beside the rooms: `__init__.py`, `plugin.py`."""
    return sorted(path.name for path in root.glob("*.py"))


def data_folders(root: Path = ROOT) -> list[str]:
    """Return the names of the folders of pictures and translations that are there."""
    return [name for name in DATA if (root / name).is_dir()]


def python_files(root: Path = ROOT) -> list[Path]:
    """Return every Python file of the plugin: those beside the rooms, then those in them."""
    inside = [path for room in rooms(root) for path in sorted((root / room).rglob("*.py"))]
    return [root / name for name in modules(root)] + inside


def mypy_arguments(root: Path = ROOT) -> list[str]:
    """Return what mypy is to check, by name: a path would give a module a second name."""
    arguments = []
    for name in modules(root):
        stem = name.removesuffix(".py")
        arguments += ["-m", PLUGIN if stem == "__init__" else f"{PLUGIN}.{stem}"]
    for room in rooms(root):
        arguments += ["-p", f"{PLUGIN}.{room}"]
    return arguments


def main(question: str) -> int:
    """Print the answer to `question`, a word a line."""
    if question == "python":
        words = modules() + rooms()
    elif question == "mypy":
        words = mypy_arguments()
    elif question == "qt6":
        from import_graph import ImportGraph
        from without_qgis import qgis_free_tests

        words = [path.relative_to(ROOT).as_posix() for path in qgis_free_tests(ImportGraph(ROOT))]
    else:
        print("rooms: ask for python, mypy or qt6.", file=sys.stderr)
        return 2
    print("\n".join(words))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
