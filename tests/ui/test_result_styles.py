"""The entries of a result's layer that keep its look as a default, and go back from that."""

from __future__ import annotations

import pytest
from qgis.core import QgsFillSymbol, QgsProject, QgsSingleSymbolRenderer, QgsVectorLayer
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QMainWindow

from mapflow_dock.layers.styles import kept
from mapflow_dock.ui.result_styles import style_actions

PROPERTIES = {
    "mapflow_dock/processing_id": "p",
    "mapflow_dock/server": "https://a.example",
    "mapflow_dock/role": "result",
    "mapflow_dock/model": "🏠 Buildings",
}


class Desktop:
    """As much of QGIS as the layer panel's menu is."""

    def __init__(self, window, bar):
        self.window, self.bar = window, bar
        self.offered = []
        self.current = None

    def mainWindow(self):  # noqa: N802 - QGIS's name
        return self.window

    def messageBar(self):  # noqa: N802 - QGIS's name
        return self.bar

    def layerTreeView(self):  # noqa: N802 - QGIS's name
        return self

    def currentLayer(self):  # noqa: N802 - QGIS's name
        return self.current

    def addCustomActionForLayerType(self, *_told):  # noqa: N802 - QGIS's name
        pass

    def removeCustomActionForLayerType(self, _action):  # noqa: N802 - QGIS's name
        return True

    def addCustomActionForLayer(self, action, layer):  # noqa: N802 - QGIS's name
        self.offered.append((action.text(), layer.name()))


@pytest.fixture
def desktop(qtbot, qgis_new_project, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "styles_folder", lambda: tmp_path / "styles")
    window = QMainWindow()
    bar = QgsMessageBar(window)
    window.setCentralWidget(bar)
    qtbot.addWidget(window)
    return Desktop(window, bar)


@pytest.fixture
def entries(desktop):
    made = style_actions(desktop, QIcon())
    yield made
    for each in made:
        each.close()


def layer_of(name="Town", **changes):
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:4326&field=class_id:string", name, "memory")
    for key, value in {**PROPERTIES, **changes}.items():
        layer.setCustomProperty(key, value)
    return layer


def said(desktop):
    return [item.text() for item in desktop.bar.items()]


def test_layers_of_results_alone_have_them(desktop, entries):
    areas = layer_of("Areas", **{"mapflow_dock/role": "areas"})
    mine = QgsVectorLayer("Point?crs=EPSG:4326", "Mine", "memory")
    QgsProject.instance().addMapLayers([layer_of(), areas, mine])
    assert desktop.offered == [
        ("Use as &Default Style for This Model", "Town"),
        ("&Reset to Mapflow's Style", "Town"),
    ]


def test_a_look_is_kept_and_reset(desktop, entries, tmp_path):
    keep, reset = entries
    layer = layer_of(**{"mapflow_dock/model": "🏠 Buildings [% 1 + 1 %] <b>bold"})
    desktop.current = layer
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "#c80000"})))
    keep.action.trigger()
    assert len(list((tmp_path / "styles").iterdir())) == 1
    assert any("🏠 Buildings" in text and "‹b›bold" in text for text in said(desktop))
    reset.action.trigger()
    assert not list((tmp_path / "styles").iterdir())
    assert layer.renderer().symbol().color().name() != "#c80000"
    assert any("look as usual again" in text for text in said(desktop))


def test_a_layer_of_an_older_version_says_what_to_do(desktop, entries, tmp_path):
    layer = layer_of(**{"mapflow_dock/model": ""})
    desktop.current = layer
    for each in entries:
        each.action.trigger()
    assert sum("Add the result to the map again" in text for text in said(desktop)) >= 1
    assert not (tmp_path / "styles").exists()


def test_what_cannot_be_written_is_said(desktop, entries, tmp_path):
    (tmp_path / "styles").write_text("no folder")
    desktop.current = layer_of()
    entries[0].action.trigger()
    assert any("cannot be written" in text for text in said(desktop))
