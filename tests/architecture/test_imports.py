"""Who imports whom, and through what: arrows point one way, nothing goes round, Qt comes through QGIS."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from house import GRAPH, PLUGIN, SANDBOX, name, room

from import_graph import ImportGraph, circles
from rooms import ROOT, rooms
from without_qgis import is_qt_only, qgis_free_tests

# each may import those below it; ui and algorithms stand side by side, and nothing but the plugin imports them
FLOORS = (("text",), ("api",), ("layers",), ("jobs",), ("ui", "algorithms"), ("plugin",), ("__init__",))
WITHOUT_WIDGETS = ("text", "api", "layers", "jobs")
SHIPPED_WITH_QGIS = {"osgeo", "numpy", "qgis", "processing"}
QT_ONLY = (  # the item models: that they need Qt alone is why they are tested on both
    "ui/my_imagery/tree/branch.py",
    "ui/my_imagery/tree/filter.py",
    "ui/my_imagery/tree/nodes.py",
    "ui/my_imagery/tree/model.py",
    "ui/processings/list/model.py",
    "ui/header/project_model.py",
    "ui/uploads/delegate.py",
    "ui/uploads/model.py",
)


def imports(paths):
    """Each import of the files, with a name for messages."""
    for path in paths:
        for found in GRAPH.imports(path):
            yield path, found, f"{name(path)}:{found.line} imports {found.full_name}"


def may_import(importing, imported):
    floor = {each: height for height, names in enumerate(FLOORS) for each in names}
    if importing == "__init__":
        return imported in {"plugin", "algorithms"}  # the latter where QGIS has no window
    return importing == imported or floor.get(imported, len(FLOORS)) < floor.get(importing, -1)


def folder_arrows(graph, folder, files):
    """Arrows between what stands right in a folder, its files and its folders: each is a node."""
    arrows = {}
    for path in files:
        if path.is_relative_to(folder) and path.name != "__init__.py":
            node = path.relative_to(folder).parts[0]
            inside = {target for target in graph.targets(path) if target.is_relative_to(folder)}
            reached = {target.relative_to(folder).parts[0] for target in inside} - {node, "__init__.py"}
            arrows.setdefault(node, set()).update(reached)
    return arrows


def circles_between_folders(graph, files):
    """The circles in each folder that holds folders, from the room or package down."""
    holders = sorted(
        {path.parent.parent for path in files if path.parent.parent in {each.parent for each in files}}
    )
    found = (
        (folder, circles(folder_arrows(graph, folder, files))) for folder in holders if folder != graph.root
    )
    return [f"{graph.name(folder)}: {group}" for folder, groups in found for group in groups]


def circles_between_modules(graph, files):
    return circles(
        {graph.name(path): {graph.name(target) for target in graph.targets(path)} for path in files}
    )


def test_every_room_has_its_floor():
    known = {each for names in FLOORS for each in names}
    assert {room(path) for path in PLUGIN} <= known, "say in FLOORS what the new room may import"
    assert {"text", "api", "layers", "jobs", "ui", "algorithms"} <= set(rooms())


def test_imports_between_rooms_point_one_way():
    wrong = [
        said
        for path, found, said in imports(PLUGIN)
        if found.is_own and not may_import(room(path), found.full_name.split(".")[1])
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("importing", "imported", "allowed"),
    [
        ("ui", "api", True),
        ("ui", "ui", True),
        ("api", "ui", False),
        ("algorithms", "jobs", True),
        ("algorithms", "ui", False),
        ("ui", "algorithms", False),
        ("plugin", "algorithms", True),
        ("__init__", "algorithms", True),
        ("__init__", "ui", False),
        ("ui", "plugin", False),
        ("a new room", "text", False),
        ("ui", "a new room", False),
    ],
)
def test_the_arrows_are_these(importing, imported, allowed):
    assert may_import(importing, imported) == allowed


def test_no_circle_of_imports_between_modules_of_the_plugin():
    assert not circles_between_modules(GRAPH, PLUGIN)


def test_no_circle_of_imports_between_folders_of_a_room():
    assert not circles_between_folders(GRAPH, PLUGIN)


def test_no_circle_of_imports_between_modules_of_the_sandbox():
    assert not circles_between_modules(GRAPH, SANDBOX)


def test_no_circle_of_imports_between_folders_of_the_sandbox():
    assert not circles_between_folders(GRAPH, SANDBOX)


def test_the_plugin_needs_nothing_that_qgis_does_not_ship():
    allowed = SHIPPED_WITH_QGIS | set(sys.stdlib_module_names)
    wrong = [
        said
        for _path, found, said in imports(PLUGIN)
        if not found.is_own and found.module.split(".")[0] not in allowed
    ]
    assert not wrong


def test_network_processes_and_chance_stay_with_qgis():
    barred = ("urllib", "http", "socket", "ssl", "subprocess", "random", "xml.etree", "pickle", "ftplib")
    assert not [said for _path, found, said in imports(PLUGIN) if found.is_of(*barred)]


def test_qt_comes_through_qgis():
    barred = ("PyQt5", "PyQt6", "PySide2", "PySide6", "sip")
    assert not [said for _path, found, said in imports(PLUGIN) if found.is_of(*barred)]


def test_only_ui_and_the_plugin_itself_know_widgets():
    barred = ("qgis.gui", "qgis.PyQt.QtWidgets", "qgis.utils")
    files = [path for path in PLUGIN if room(path) in WITHOUT_WIDGETS]
    assert not [said for _path, found, said in imports(files) if found.is_of(*barred)]


def test_the_text_and_api_rooms_know_no_picture_and_no_layer():
    files = [path for path in PLUGIN if room(path) in {"text", "api"}]
    assert not [said for _path, found, said in imports(files) if found.is_of("qgis.PyQt.QtGui")]


def test_the_plugin_does_not_import_the_sandbox_tests_or_scripts():
    barred = ("mapflow_sandbox", "sandbox", "tests", "scripts", "mapflow_dock")
    wrong = [said for _path, found, said in imports(PLUGIN) if not found.is_own and found.is_of(*barred)]
    assert not wrong, "rooms import each other relatively, and nothing else of this repository"


def test_the_sandbox_does_not_import_the_plugin_or_qgis():
    barred = ("mapflow_dock", "qgis", "PyQt5", "PyQt6", *rooms())
    assert not [said for _path, found, said in imports(SANDBOX) if not found.is_own and found.is_of(*barred)]


def test_the_item_models_need_qt_alone():
    assert [each for each in QT_ONLY if not is_qt_only(GRAPH, ROOT / each)] == []


def test_the_tests_of_the_item_models_run_on_qt_6():
    found = {name(path) for path in qgis_free_tests(GRAPH)}
    assert {
        "tests/qt6/test_qt6_names.py",
        "tests/text/test_quantities.py",
        "tests/ui/header/test_project_model.py",
        "tests/ui/header/test_project_sharing.py",
        "tests/ui/my_imagery/tree/test_model.py",
        "tests/ui/processings/list/test_model.py",
        "tests/ui/uploads/test_model.py",
    } <= found
    assert "tests/ui/my_imagery/test_page.py" not in found
    assert "tests/architecture/test_imports.py" not in found, "it has nothing to do with Qt"


class Planted:
    """A small checkout of a plugin, written by a test."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, **files):
        for path, text in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)

    @property
    def graph(self):
        return ImportGraph(self.root)


@pytest.fixture
def planted(tmp_path):
    checkout = Planted(tmp_path)
    checkout.write(
        **{
            "__init__.py": "def classFactory(iface):\n    from .plugin import Plugin\n",
            "plugin.py": "from .ui import dock\n",
            "tests/test_nothing.py": "",
            "ui/__init__.py": "",
            "ui/dock.py": "from qgis.gui import QgsMapCanvas\n",
        }
    )
    return checkout


def test_a_new_room_is_found(planted):
    planted.write(**{"algorithms/__init__.py": "", "algorithms/provider.py": "from ..ui import dock\n"})
    assert rooms(planted.root) == ["algorithms", "ui"]
    found = planted.graph.imports(planted.root / "algorithms" / "provider.py")
    assert [(each.full_name, each.line, each.is_own) for each in found] == [("mapflow_dock.ui.dock", 1, True)]


def test_a_circle_is_found_even_when_a_function_hides_it(planted):
    planted.write(
        **{
            "ui/a.py": "from . import b\n",
            "ui/b.py": "def late():\n    from .c.d import e\n",
            "ui/c/__init__.py": "",
            "ui/c/d.py": "from typing import TYPE_CHECKING\nfrom ..a import x\n",
        }
    )
    assert circles_between_modules(planted.graph, planted.graph.plugin_files) == [
        ["ui/a.py", "ui/b.py", "ui/c/d.py"]
    ]
    assert circles_between_folders(planted.graph, planted.graph.plugin_files) == ["ui: ['a.py', 'b.py', 'c']"]


def test_a_circle_between_folders_is_found_where_no_module_has_one(planted):
    planted.write(
        **{
            "ui/c/__init__.py": "",
            "ui/c/one.py": "from ..d.one import x\n",
            "ui/c/two.py": "",
            "ui/d/__init__.py": "",
            "ui/d/one.py": "",
            "ui/d/two.py": "from ..c.two import x\n",
        }
    )
    assert not circles_between_modules(planted.graph, planted.graph.plugin_files)
    assert circles_between_folders(planted.graph, planted.graph.plugin_files) == ["ui: ['c', 'd']"]


def test_what_types_alone_need_is_no_circle(planted):
    planted.write(
        **{
            "ui/a.py": "from . import b\n",
            "ui/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import x\n",
        }
    )
    assert not circles_between_modules(planted.graph, planted.graph.plugin_files)


def test_what_needs_qt_alone_is_found_through_all_it_imports(planted):
    planted.write(
        **{
            "ui/model.py": "from qgis.PyQt.QtCore import Qt\nfrom . import rows\n",
            "ui/rows.py": "import re\n",
            "ui/page.py": "from . import model, dock\n",
            "ui/form.py": "from qgis.PyQt import uic\nFORM = 'x'\nuic.loadUiType(\"form.ui\")\n",
            "ui/form.ui": "<customwidget><class>QgsFileWidget</class><header>qgis.gui</header></customwidget>",
        }
    )
    found = [
        name
        for name in ("model", "rows", "page", "form")
        if is_qt_only(planted.graph, planted.root / f"ui/{name}.py")
    ]
    assert found == ["model"]


def test_a_test_runs_on_qt_6_when_its_imports_and_fixtures_do(planted):
    importing = "from mapflow_dock.ui.model import Model\n"
    planted.write(
        **{
            "ui/model.py": "from qgis.PyQt.QtCore import Qt\n",
            "tests/conftest.py": (
                "HAS_QGIS = True\n"
                "def plain(): ...\n"
                "def late():\n    from mapflow_dock.ui.dock import x\n"
                "def through(late): ...\n"
                "if HAS_QGIS:\n    from qgis.core import QgsProject\n    def session(): ...\n"
            ),
            "tests/test_good.py": importing + "def test_it(plain): ...\n",
            "tests/test_guarded.py": importing + "def test_it(session): ...\n",
            "tests/test_lazy.py": importing + "def test_it(through): ...\n",
            "tests/test_iface.py": importing + "def test_it(qgis_iface): ...\n",
            "tests/test_dock.py": "from mapflow_dock.ui.dock import QgsMapCanvas\n",
            "tests/qt6/test_names.py": "",
        }
    )
    found = [path.name for path in qgis_free_tests(planted.graph)]
    assert found == ["test_names.py", "test_good.py"]
