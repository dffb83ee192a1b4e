"""What a killed QGIS left behind is removed by the next one; what is in use, or somebody else's, never is."""

from __future__ import annotations

import signal

import pytest
from other_qgis import other_qgis
from qgis.core import QgsSettings

from mapflow_dock.api.settings import WORKSPACES
from mapflow_dock.layers.results.files import move_in
from mapflow_dock.layers.workspace import discard_workspace, open_workspace, remove_leftovers

__all__ = ["other_qgis"]

# It opens a workspace, writes into it, and goes on until it is killed.
AT_WORK = """
import os
from mapflow_dock.layers import workspace as rooms
from mapflow_dock.layers.results import files
folder, how = arguments
workspace = rooms.open_workspace(Path(folder))
(workspace / "result.geojson.part").write_bytes(b"x" * 1_000_000)
if how == "replaces":
    (workspace / "new.gpkg").write_text("new")
    (workspace / "new.shp").write_text("new")
    replace = os.replace
    def interrupted(source, target):
        if Path(source).name == "new.shp":
            print(workspace.name, flush=True)
            sys.stdin.read()
        replace(source, target)
    files.os.replace = interrupted
    place = Path(folder)
    files.move_in({workspace / "new.gpkg": place / "a.gpkg", workspace / "new.shp": place / "a.shp"}, [], workspace)
print(workspace.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def at_work(other_qgis):
    """Starts another QGIS that works in a folder; returns its process and the name of its workspace."""

    def start(folder, how="downloads"):
        process = other_qgis(AT_WORK, folder, how)
        return process, process.stdout.readline().strip()

    return start


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_qgis_left_behind_is_removed_and_nothing_else(at_work, tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "mine.gpkg").write_text("mine")
    (folder / ".mapflow-somebody").mkdir()
    (folder / ".mapflow-somebody" / "file").write_text("not ours")
    process, name = at_work(folder)
    lives_on, other_name = at_work(folder)
    remove_leftovers()
    assert (folder / name / "result.geojson.part").stat().st_size == 1_000_000, "both are at work"
    kill(process)
    mine = open_workspace(folder)
    remove_leftovers()
    assert names_in(folder) == sorted(
        [
            ".mapflow-somebody",
            other_name,
            f"{other_name}.lock",
            mine.name,
            f"{mine.name}.lock",
            "mine.gpkg",
        ]
    )
    assert set(WORKSPACES.read_all()) == {other_name, mine.name}
    kill(lives_on)
    discard_workspace(mine)
    remove_leftovers()
    assert names_in(folder) == [".mapflow-somebody", "mine.gpkg"]
    assert (folder / ".mapflow-somebody" / "file").read_text() == "not ours"
    assert WORKSPACES.read_all() == {}


def test_a_replacement_that_was_cut_short_is_undone(at_work, tmp_path):
    for name in ("a.gpkg", "a.shp"):
        (tmp_path / name).write_text("former")
    process, _name = at_work(tmp_path, "replaces")
    assert (tmp_path / "a.gpkg").read_text() == "new"
    assert not (tmp_path / "a.shp").exists()
    kill(process)
    remove_leftovers()
    assert {name: (tmp_path / name).read_text() for name in names_in(tmp_path)} == {
        "a.gpkg": "former",
        "a.shp": "former",
    }


def test_a_replacement_that_is_complete_is_not_undone(tmp_path):
    (tmp_path / "a.gpkg").write_text("former")
    workspace = open_workspace(tmp_path)
    (workspace / "new.gpkg").write_text("new")
    move_in({workspace / "new.gpkg": tmp_path / "a.gpkg"}, [], workspace)
    discard_workspace(workspace)
    remove_leftovers()
    assert {name: (tmp_path / name).read_text() for name in names_in(tmp_path)} == {"a.gpkg": "new"}


@pytest.mark.parametrize("of", ["home", "relative", "named"])
def test_settings_that_somebody_wrote_remove_nothing(tmp_path, of):
    folder = tmp_path / "precious"
    folder.mkdir()
    (folder / "file").write_text("kept")
    path = {"home": folder, "relative": "precious", "named": folder / ".." / "precious"}[of]
    key = {"home": "precious", "relative": "precious", "named": ".mapflow-1"}[of]
    QgsSettings().setValue(f"plugins/mapflow_dock/workspaces/{key}", str(path))
    remove_leftovers()
    assert (folder / "file").read_text() == "kept"
    assert WORKSPACES.read_all() == {}


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("kept")
    link = tmp_path / ".mapflow-1"
    link.symlink_to(tmp_path / "precious")
    WORKSPACES.write(link.name, str(link))
    remove_leftovers()
    assert (tmp_path / "precious" / "file").read_text() == "kept"


def test_one_on_a_disk_that_is_not_there_is_remembered(tmp_path):
    WORKSPACES.write(".mapflow-1", str(tmp_path / "unplugged" / ".mapflow-1"))
    remove_leftovers()
    assert set(WORKSPACES.read_all()) == {".mapflow-1"}


def test_a_workspace_that_cannot_be_made_is_not_remembered(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"):
        open_workspace(tmp_path / "file")
    assert WORKSPACES.read_all() == {}
