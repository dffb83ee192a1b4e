"""The ways to a summary: the layer panel, the list of processings, its details; and what there is without layers."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer, QgsVectorTileLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QToolButton

from mapflow_dock.layers.origin.metadata import TILES_ROLE
from mapflow_dock.layers.results.layers import PROCESSING, ROLE, SERVER
from mapflow_dock.ui.widgets.sentence import Sentence

LEFT = Qt.MouseButton.LeftButton


def tiles(processing="id-1"):
    layer = QgsVectorTileLayer(
        "type=xyz&url=http://127.0.0.1:9/{z}/{x}/{y}.pbf&zmin=0&zmax=14", "Town as tiles"
    )
    layer.setCustomProperty(PROCESSING, processing)
    layer.setCustomProperty(SERVER, "https://example.org/rest")
    layer.setCustomProperty(ROLE, TILES_ROLE)
    QgsProject.instance().addMapLayer(layer)
    return layer


def button(bar, text):
    return next(each for each in bar.findChildren(QToolButton) if each.text().replace("&", "") == text)


def told(bar):
    return " ".join(each.text() for each in bar.findChildren(Sentence))


def test_tiles_have_nothing_to_count_and_a_button_that_brings_it(
    qgis_new_project, windows, desktop, main_bar, qtbot
):
    asked = []
    windows.open_of(tiles(), lambda *ids: asked.append(ids))
    assert windows._open == {}
    assert "tiles" in told(main_bar)
    qtbot.mouseClick(button(main_bar, "Add Result and Sum Up"), LEFT)
    assert asked == [("id-1", "https://example.org/rest")]
    assert main_bar.items() == []


def test_tiles_beside_the_downloaded_layers_are_summed_up_by_these(houses, windows):
    windows.open_of(tiles(), lambda *_ids: pytest.fail("it is there"))
    assert len(windows._open) == 1


def test_a_file_that_is_gone_is_told_of(houses, windows, main_bar, tmp_path):
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "p.qgz"))
    project.clear()
    Path(tmp_path / "buildings.gpkg").unlink()
    assert project.read(str(tmp_path / "p.qgz"))
    [layer] = [each for each in project.mapLayers().values() if isinstance(each, QgsVectorLayer)]
    windows.open_of(layer, lambda *_ids: None)
    assert windows._open == {}
    assert "not there any more" in told(main_bar)
