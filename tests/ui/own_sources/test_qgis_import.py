"""What QGIS knows already becomes a source: from the menu in the dialog, and from a layer."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsProject, QgsRasterLayer, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox
from raster_layers import connect_wms, forget_wms
from rasters import write_raster

from mapflow_dock.api.account import Model, ZoomBounds
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin, is_made_here, read_login
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.layers.sources.from_layer import read_layer
from mapflow_dock.layers.tiles.address import layer_uri
from mapflow_dock.ui.own_sources.chooser import OwnSources
from mapflow_dock.ui.own_sources.dialog import SourceDialog

LEFT = Qt.MouseButton.LeftButton
BUILDINGS = Model(id="b", name="Buildings", required_zoom=ZoomBounds(17, 19), best_zoom=18)
CONNECTIONS = "qgis/connections-xyz"
ADDRESS = "https://tiles.example.org/{z}/{x}/{y}.png"
WORD = "canary-word"


@pytest.fixture(autouse=True)
def nothing_else(qgis_app, qgis_new_project):
    for place in (CONNECTIONS, "connections/xyz/items"):
        QgsSettings().remove(place)
    forget_wms()
    yield
    QgsSettings().remove(CONNECTIONS)
    forget_wms()


def connect(name, **values):
    for key, value in values.items():
        QgsSettings().setValue(f"{CONNECTIONS}/{name}/{key}", value)


def layer_of(url, name="Ortho", **more):
    parts = [layer_uri(url, "", (0, 19)), *(f"{key}={value}" for key, value in more.items())]
    return QgsRasterLayer("&".join(parts), name, "wms")


@pytest.fixture
def dialog(qtbot):
    dialog = SourceDialog(["Ortho"], lambda: (37.61, 55.75), BUILDINGS)
    qtbot.addWidget(dialog)
    dialog.kept = []
    dialog.saved.connect(dialog.kept.append)
    dialog.show()
    yield dialog
    dialog.reject()


@pytest.fixture
def chooser(kept, qtbot):
    chooser = OwnSources(kept, lambda: (((37.61, 55.75),), True))
    qtbot.addWidget(chooser)
    chooser.set_model(BUILDINGS)
    chooser.show()
    yield chooser
    chooser.close_dialogs()


def entries(dialog):
    """The menu as it opens: title by title, with whether what it names can be used."""
    menu = dialog.sourceImportButton.menu()
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def take(chooser, found):
    return chooser.editing.take(found, BUILDINGS)


def save(qtbot, dialog):
    qtbot.mouseClick(dialog.sourceButtons.button(QDialogButtonBox.StandardButton.Save), LEFT)


def test_the_menu_has_connections_and_layers_what_can_be_used_first(dialog, tmp_path):
    connect("Basemap & more", url=ADDRESS)
    connect("A broken one", url="nowhere")
    connect_wms("Cadastre")
    file = QgsRasterLayer(str(write_raster(tmp_path / "a.tif")), "Aerial", "gdal")
    QgsProject.instance().addMapLayers([layer_of(ADDRESS, "Tiles"), file])
    offered = entries(dialog)
    assert list(offered) == ["Basemap && more", "A broken one", "Cadastre", "Tiles", "Aerial"]
    assert [action.data() for action in offered.values()] == [True, False, False, True, False]
    assert "does not take WMS" in offered["Cadastre"].toolTip()
    assert "Upload it" in offered["Aerial"].toolTip()


def test_without_any_the_menu_says_so(dialog):
    (entry,) = entries(dialog).values()
    assert not entry.isEnabled()
    assert "No Connections" in entry.text()


def test_a_connection_fills_the_fields_and_is_saved(dialog, qtbot):
    connect("Ortho", url="https://tiles.example.org/{z}/{x}/{-y}.png", zmax=18, referer="https://r")
    entries(dialog)["Ortho"].trigger()
    assert "referer" in dialog.sourceMessage.text()
    save(qtbot, dialog)
    assert dialog.kept == [
        OwnSource("Ortho (2)", SourceKind.TMS, "https://tiles.example.org/{z}/{x}/{-y}.png", 18)
    ]


def test_a_login_in_plain_is_moved_into_the_store(dialog, qtbot):
    connect("Mine", url=ADDRESS, username="me", password=WORD)
    entries(dialog)["Mine"].trigger()
    assert "encrypted" in dialog.sourceMessage.text()
    save(qtbot, dialog)
    (source,) = dialog.kept
    assert is_made_here(source.authcfg)
    assert read_login(source.authcfg) == SourceLogin("me", WORD)
    assert WORD not in repr(source) + source.url
    QgsSettings().remove(CONNECTIONS)  # QGIS's own
    settings = QgsSettings()
    assert WORD not in json.dumps({key: str(settings.value(key)) for key in settings.allKeys()})


def test_what_cannot_be_used_says_why_and_leaves_the_fields(dialog, qtbot):
    qtbot.keyClicks(dialog.sourceNameEdit, "Half typed")
    connect_wms("Cadastre")
    entries(dialog)["Cadastre"].trigger()
    assert "does not take WMS" in dialog.sourceMessage.text()
    assert dialog.sourceNameEdit.text() == "Half typed"


def test_the_next_choice_takes_the_login_of_the_one_before_away(dialog):
    connect("Mine", url=ADDRESS, username="me", password=WORD)
    connect("Free", url=ADDRESS)
    entries(dialog)["Mine"].trigger()
    entries(dialog)["Free"].trigger()
    assert (dialog.sourceUserEdit.text(), dialog.sourcePasswordEdit.text()) == ("", "")


def test_a_source_that_is_changed_is_not_imported_over(qtbot):
    dialog = SourceDialog([], lambda: None, None, OwnSource("A", SourceKind.XYZ, ADDRESS))
    qtbot.addWidget(dialog)
    assert not dialog.sourceImportButton.isVisibleTo(dialog)


def test_a_layer_is_kept_and_chosen_at_once(chooser, kept):
    said = take(chooser, read_layer(layer_of(ADDRESS, "Luftbild – Zürich")))
    assert "Luftbild – Zürich" in said
    assert chooser.chosen.name == "Luftbild – Zürich"
    assert [each.url for each in kept.all()] == [ADDRESS]


def test_a_layer_that_is_kept_already_is_chosen_again(chooser, kept):
    for name, url in (("First", ADDRESS), ("Other", ADDRESS + "?a=1")):
        kept.save(OwnSource(name, SourceKind.XYZ, url, 18))
    assert take(chooser, read_layer(layer_of(ADDRESS, "Another name"))) == ""
    assert chooser.chosen.name == "First"
    assert len(kept.all()) == 2


def test_another_layer_of_the_same_name_gets_a_number(chooser, kept):
    take(chooser, read_layer(layer_of(ADDRESS)))
    take(chooser, read_layer(layer_of(ADDRESS + "?year=2024")))
    assert kept.names() == ["Ortho", "Ortho (2)"]
    assert chooser.chosen.name == "Ortho (2)"


def test_a_layer_with_a_login_in_plain_is_offered_in_the_dialog(chooser, kept, qtbot):
    layer = layer_of(ADDRESS, username="me", password=WORD)
    assert take(chooser, read_layer(layer)) == ""
    dialog = chooser.findChild(SourceDialog)
    assert dialog.isVisible()
    assert dialog.sourcePasswordEdit.text() == WORD
    assert kept.all() == ()
    save(qtbot, dialog)
    (source,) = kept.all()
    assert read_login(source.authcfg).secret == WORD
    qtbot.waitUntil(lambda: chooser.chosen is not None and chooser.chosen.name == "Ortho")
