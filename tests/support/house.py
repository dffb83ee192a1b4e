"""The sources of this checkout, as the tests of its architecture read them; each file is parsed once."""

from __future__ import annotations

import ast
from pathlib import Path

from import_graph import ImportGraph
from rooms import ROOT

GRAPH = ImportGraph(ROOT)
PLUGIN = GRAPH.plugin_files
SANDBOX = GRAPH.sandbox_files
TOOLS = sorted(path for folder in ("scripts", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
ALL_BUT_TESTS = [*PLUGIN, *SANDBOX, *TOOLS]


def name(path: Path) -> str:
    return GRAPH.name(path)


def room(path: Path) -> str:
    """The room a file of the plugin is in; of a file beside the rooms its own name."""
    return name(path).split("/")[0].removesuffix(".py")


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = ast.walk(GRAPH.tree(path))
    return [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def classes(path: Path) -> list[ast.ClassDef]:
    return [node for node in ast.walk(GRAPH.tree(path)) if isinstance(node, ast.ClassDef)]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
