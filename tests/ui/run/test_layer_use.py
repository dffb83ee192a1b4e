"""A layer of the project as imagery: the dock shows Run with it, now or once somebody has signed in."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel
from rasters import write_raster

from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.own_sources.kept import KeptSources
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.layers.tiles.address import layer_uri
from mapflow_dock.layers.tiles.provider import PREVIEW_OF
from mapflow_dock.ui.contents import DockContents

ADDRESS = "http://127.0.0.1:9/{z}/{x}/{y}.png"


@pytest.fixture
def contents(session, canvas, qgis_iface, qgis_new_project, qtbot):
    monitor = ProcessingMonitor(session, interval_ms=600_000)
    contents = DockContents(session, monitor, qgis_iface)
    contents.resize(380, 700)
    contents.show()
    yield contents
    contents.close()
    contents.deleteLater()
    monitor.close()


def add(layer):
    QgsProject.instance().addMapLayer(layer)
    return layer


def tiles(name="Ortho"):
    return add(QgsRasterLayer(layer_uri(ADDRESS, "", (0, 18)), name, "wms"))


def told(contents):
    return [label.text() for label in contents.messageBar.findChildren(QLabel) if label.text()]


def test_the_dock_shows_run_with_the_layer_chosen(contents):
    contents.signed_in_page.tabs.setCurrentIndex(1)
    contents.use_imagery(tiles().id())
    page = contents.signed_in_page
    assert page.tabs.currentIndex() == 0
    assert page.run.imagery.other is page.run.sources.chooser
    chosen = page.run.sources.chooser.chosen
    assert (chosen.name, chosen.url, chosen.zoom) == ("Ortho", ADDRESS, 18)
    assert "“Ortho” is kept under My Sources." in " ".join(told(contents))


def test_who_signs_in_for_it_gets_there(contents, service, session, qtbot):
    server = session.client.server
    session.sign_out()
    contents.use_imagery(tiles().id())
    assert told(contents) == ["Sign in to use this layer as imagery."]
    assert KeptSources().all() == ()
    session.sign_in("demo@example.org:key", server, remember=False)
    qtbot.waitUntil(lambda: session.is_signed_in)
    chooser = contents.signed_in_page.run.sources.chooser
    qtbot.waitUntil(lambda: chooser.chosen is not None and chooser.chosen.name == "Ortho")


def test_a_layer_that_was_removed_before_the_sign_in_is_forgotten(contents, session, qtbot):
    server = session.client.server
    session.sign_out()
    layer = tiles()
    contents.use_imagery(layer.id())
    QgsProject.instance().removeMapLayer(layer.id())
    session.sign_in("demo@example.org:key", server, remember=False)
    qtbot.waitUntil(lambda: session.is_signed_in)
    qtbot.waitUntil(lambda: told(contents) == [])
    assert KeptSources().all() == ()


def test_the_last_wish_before_the_sign_in_is_the_one(contents, session, qtbot):
    server = session.client.server
    session.sign_out()
    contents.open_processing("id-9", server)
    contents.use_imagery(tiles("Wanted").id())
    session.sign_in("demo@example.org:key", server, remember=False)
    qtbot.waitUntil(lambda: session.is_signed_in)
    qtbot.waitUntil(lambda: bool(KeptSources().all()))
    assert contents.signed_in_page.tabs.currentIndex() == 0


def test_a_source_that_is_kept_already_is_chosen(contents):
    KeptSources().save(OwnSource("Known", SourceKind.XYZ, ADDRESS, 17))
    contents.use_imagery(tiles("Another name").id())
    assert contents.signed_in_page.run.sources.chooser.chosen.name == "Known"
    assert len(KeptSources().all()) == 1
    assert told(contents) == []


def test_a_preview_of_a_provider_chooses_the_provider(contents):
    layer = tiles()
    layer.setCustomProperty(PREVIEW_OF, "world")
    contents.use_imagery(layer.id())
    assert contents.signed_in_page.run.imagery.provider.name == "world"
    layer.setCustomProperty(PREVIEW_OF, "gone")
    contents.use_imagery(layer.id())
    assert "does not offer the imagery of gone" in " ".join(told(contents))


def test_a_file_is_offered_for_upload(contents, tmp_path):
    layer = add(QgsRasterLayer(str(write_raster(tmp_path / "a.tif")), "Aerial", "gdal"))
    uploaded = []
    contents.signed_in_page.upload_layers = uploaded.append
    contents.use_imagery(layer.id())
    assert "Upload it" in " ".join(told(contents))
    (button,) = [
        each for each in contents.messageBar.findChildren(QAbstractButton) if each.text() == "Upload"
    ]
    button.click()
    assert uploaded == [[layer]]


def test_what_cannot_be_used_says_why_and_changes_nothing(contents):
    page = contents.signed_in_page.run
    before = page.imagery.other
    layer = add(QgsRasterLayer("crs=EPSG:3857&layers=a&styles=&url=https://h/wms", "Cadastre", "wms"))
    contents.use_imagery(layer.id())
    assert "does not take WMS" in " ".join(told(contents))
    assert page.imagery.other is before
