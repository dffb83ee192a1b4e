"""The house rules that can be read from the sources: who imports whom, through what, and how long things get."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("text", "api", "layers", "jobs", "ui")
MAY_IMPORT = {  # arrows point one way
    "text": {"text"},
    "api": {"api", "text"},
    "layers": {"layers", "api", "text"},
    "jobs": {"jobs", "layers", "api", "text"},
    "ui": {"ui", "jobs", "layers", "api", "text"},
    "plugin": {"plugin", "ui", "jobs", "layers", "api", "text"},
    "__init__": {"plugin"},
}
SAFE_EVERYWHERE = {"osgeo", "numpy", "qgis"}  # what every QGIS ships, besides the standard library
QT_ONLY = (
    "ui/my_imagery/tree/branch.py",
    "ui/my_imagery/tree/filter.py",
    "ui/my_imagery/tree/nodes.py",
    "ui/my_imagery/tree/model.py",
    "ui/processings/model.py",
    "ui/header/project_model.py",
    "ui/uploads/delegate.py",
    "ui/uploads/model.py",
)  # also run on PyQt6 without a QGIS
MAX_FILE_LINES = 400
MAX_PLUGIN_LINES = 200
MAX_FUNCTION_LINES = 60


@dataclass(frozen=True)
class Source:
    """One Python file of the plugin."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        return self.name.split("/")[0].removesuffix(".py")

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)


@cache
def _parse(path: Path) -> ast.Module:
    # the grammar of the oldest Python a supported QGIS carries
    return ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 9))


def plugin_sources() -> list[Source]:
    paths = [ROOT / "__init__.py", ROOT / "plugin.py"]
    for room in ROOMS:
        paths += sorted((ROOT / room).rglob("*.py"))
    return [Source(path) for path in paths]


def sandbox_sources() -> list[Source]:
    return [Source(path) for path in sorted((ROOT / "sandbox" / "mapflow_sandbox").rglob("*.py"))]


def all_sources() -> list[Source]:
    others = [path for folder in ("scripts", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
    return plugin_sources() + sandbox_sources() + [Source(path) for path in others]


def each(sources: list[Source]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("source", sources, ids=lambda source: source.name)


@dataclass(frozen=True)
class Import:
    """One imported module, relative ones resolved to the rooms: `ui.dock`, `qgis.PyQt.QtCore`."""

    module: str
    line: int
    is_own: bool


def imports_of(source: Source, skip_type_checking: bool = False) -> list[Import]:
    found = []
    package = source.path.relative_to(ROOT).parent.parts
    for node in _nodes(source.tree, skip_type_checking):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, False) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(Import(node.module or "", node.lineno, False))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            if node.module:
                found.append(Import(".".join([*base, node.module]), node.lineno, True))
            else:
                found += [Import(".".join([*base, alias.name]), node.lineno, True) for alias in node.names]
    return found


def _nodes(tree: ast.AST, skip_type_checking: bool):
    for child in ast.iter_child_nodes(tree):
        if (
            skip_type_checking
            and isinstance(child, ast.If)
            and ast.unparse(child.test).endswith("TYPE_CHECKING")
        ):
            continue
        yield child
        yield from _nodes(child, skip_type_checking)


def functions_of(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node for node in ast.walk(source.tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def test_the_rooms_are_all_there():
    assert {source.room for source in plugin_sources()} >= {"__init__", "plugin", *ROOMS}
    assert sandbox_sources()


@each(plugin_sources())
def test_imports_between_rooms_point_one_way(source):
    wrong = [
        f"{source.name}:{found.line} imports {found.module}"
        for found in imports_of(source)
        if found.is_own and found.module.split(".")[0] not in MAY_IMPORT[source.room]
    ]
    assert not wrong


@each(plugin_sources())
def test_the_plugin_needs_nothing_that_qgis_does_not_ship(source):
    import sys

    allowed = SAFE_EVERYWHERE | set(sys.stdlib_module_names)
    wrong = [
        f"{source.name}:{found.line} imports {found.module}"
        for found in imports_of(source)
        if not found.is_own and found.module.split(".")[0] not in allowed
    ]
    assert not wrong


@each(plugin_sources())
def test_network_processes_and_chance_stay_with_qgis(source):
    barred = ("urllib", "http", "socket", "ssl", "subprocess", "random", "xml.etree", "pickle", "ftplib")
    wrong = [
        f"{source.name}:{found.line} imports {found.module}"
        for found in imports_of(source)
        if any(found.module == name or found.module.startswith(name + ".") for name in barred)
    ]
    assert not wrong


@each(plugin_sources())
def test_qt_comes_through_qgis(source):
    wrong = [
        f"{source.name}:{found.line} imports {found.module}"
        for found in imports_of(source)
        if found.module.split(".")[0] in {"PyQt5", "PyQt6", "PySide2", "PySide6", "sip"}
    ]
    assert not wrong


@each([source for source in plugin_sources() if source.room == "api"])
def test_the_api_room_knows_no_widget_and_no_layer(source):
    barred = ("qgis.gui", "qgis.PyQt.QtWidgets", "qgis.PyQt.QtGui", "qgis.utils")
    wrong = [
        f"{source.name}:{found.line} {found.module}" for found in imports_of(source) if found.module in barred
    ]
    assert not wrong


@each([source for source in plugin_sources() if source.room in {"layers", "jobs"}])
def test_the_layers_and_jobs_rooms_know_no_widget(source):
    barred = ("qgis.gui", "qgis.PyQt.QtWidgets", "qgis.utils")
    wrong = [
        f"{source.name}:{found.line} {found.module}" for found in imports_of(source) if found.module in barred
    ]
    assert not wrong


@pytest.mark.parametrize("name", QT_ONLY)
def test_models_that_also_run_on_qt_6_import_no_qgis_but_its_qt(name):
    source = Source(ROOT / name)
    wrong = [
        found.module
        for found in imports_of(source, skip_type_checking=True)
        if found.module.split(".")[0] == "qgis" and not found.module.startswith("qgis.PyQt")
    ]
    assert not wrong


@each(plugin_sources())
def test_the_plugin_does_not_import_the_sandbox_tests_or_scripts(source):
    wrong = [
        found.module
        for found in imports_of(source)
        if found.module.split(".")[0] in {"mapflow_sandbox", "sandbox", "tests", "scripts", "mapflow_dock"}
    ]
    assert not wrong, "rooms import each other relatively, and nothing else of this repository"


@each(sandbox_sources())
def test_the_sandbox_does_not_import_the_plugin_or_qgis(source):
    wrong = [
        found.module
        for found in imports_of(source)
        if found.module.split(".")[0] in {"mapflow_dock", "qgis", "PyQt5", "PyQt6", "api", "layers", "ui"}
        and not found.is_own
    ]
    assert not wrong


@each(all_sources())
def test_a_file_holds_one_job(source):
    limit = MAX_PLUGIN_LINES if source.name == "plugin.py" else MAX_FILE_LINES
    assert len(source.text.splitlines()) <= limit


@each(all_sources())
def test_a_function_fits_on_a_screen(source):
    long = [
        f"{source.name}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in functions_of(source)
        if node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long


@each(all_sources())
def test_no_exception_is_caught_without_naming_it(source):
    bare = [
        f"{source.name}:{node.lineno}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare


@each(all_sources())
def test_every_signature_is_typed(source):
    untyped = []
    for node in functions_of(source):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments += [extra for extra in (node.args.vararg, node.args.kwarg) if extra is not None]
        missing = [
            each.arg for each in arguments if each.annotation is None and each.arg not in {"self", "cls"}
        ]
        if missing or node.returns is None:
            untyped.append(f"{source.name}:{node.lineno} {node.name} {missing}")
    assert not untyped


@each(plugin_sources())
def test_annotations_are_not_evaluated_on_the_oldest_python(source):
    if any(not isinstance(node, ast.Expr) for node in source.tree.body):
        assert "from __future__ import annotations" in source.text


@each(plugin_sources())
def test_translated_sentences_are_plain_literals(source):
    """Qt's tools see literals only, and a name filled in before the lookup finds no translation."""
    folder = source.path.parent.name if source.room != "plugin" else "plugin"
    context = "".join(word.capitalize() for word in folder.split("_"))
    wrong = []
    for node in ast.walk(source.tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if not is_call or node.func.id != "translate":
            continue
        literals = [each.value for each in node.args[:3] if isinstance(each, ast.Constant)]
        if len(literals) != len(node.args[:3]) or literals[0] != context:
            wrong.append(f"{source.name}:{node.lineno} {ast.unparse(node)}")
    assert not wrong


def test_each_setting_is_named_in_one_place():
    named: dict[str, list[str]] = {}
    for source in plugin_sources():
        for node in ast.walk(source.tree):
            key = _setting(node)
            if key:
                named.setdefault(key, []).append(f"{source.name}:{node.lineno}")
    assert "confirm_spending" in named
    assert "server" in named
    assert not {key: places for key, places in named.items() if len(places) > 1}


def _setting(node: ast.AST) -> str:
    """The setting that an expression names, without the plugin's own prefix; "" where it names none."""
    prefix = "plugins/mapflow_dock/"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.removeprefix(prefix) if node.value.startswith(prefix) else ""
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.left, ast.Name) and node.left.id == "SETTINGS"
    return node.right.value if is_sum and isinstance(node.right, ast.Constant) else ""
