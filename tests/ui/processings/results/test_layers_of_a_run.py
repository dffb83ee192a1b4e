"""A run in the sandbox, in both dialects: tiles, file, imagery and raster on the map, swapped, saved, opened again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QObject, QSize
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QLabel

from mapflow_dock.api.lost_answers.start import start as start_processing
from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.processings import ProcessingRequest, Status
from mapflow_dock.api.session import Session
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.layers.origin.metadata import attribution_of
from mapflow_dock.layers.tiles.address import login_in
from mapflow_dock.ui.contents import DockContents
from mapflow_dock.ui.layer_requests import LayerRequests

RUN_MS = 180_000
ANSWER_MS = 30_000
SIDE = 0.0015  # degrees


class Dock(QObject):
    """As much of the dock as the layer panel's menu needs."""

    def __init__(self, contents):
        super().__init__(contents)
        self.contents = contents
        self.shown = 0

    def setUserVisible(self, _visible):  # noqa: N802 - QGIS's name
        self.shown += 1


@pytest.fixture
def desk(sandbox, canvas, main_bar, results, qgis_iface, qtbot):
    """Somebody signed in by a login that layers can name, and one ready processing."""
    session = Session()
    monitor = ProcessingMonitor(session, interval_ms=300)
    contents = DockContents(session, monitor, qgis_iface)
    contents.resize(380, 700)
    contents.show()
    with qtbot.waitSignal(session.project_changed, timeout=ANSWER_MS):
        session.sign_in(sandbox.basic, sandbox.url)
    page = contents.signed_in_page.processings
    qtbot.waitUntil(lambda: page.listed.is_loaded and session.project is not None, timeout=ANSWER_MS)
    models = session.project.models or session.account.models
    west, south, east, north = sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, SIDE / 2
    ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
    request = ProcessingRequest(
        name="Middle",
        project_id=session.project.id,
        model_id=next(one.id for one in models if one.name.endswith("Buildings")),
        geometry={"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        source=ProviderSource(sandbox.provider, 18),
    )
    with qtbot.waitSignal(start_processing(session.client, request).succeeded, timeout=ANSWER_MS) as told:
        pass
    key = told.args[0].id
    page.show_processing(told.args[0])
    qtbot.waitUntil(lambda: page.model.processing(key).status is Status.OK, timeout=RUN_MS)
    page.list.choose(key)
    requests = LayerRequests(Dock(contents))
    made = SimpleNamespace(
        session=session, page=page, key=key, requests=requests, contents=contents, sandbox=sandbox
    )
    made.actions = page.commands.actions
    made.processing = page.model.processing(key)
    yield made
    requests.close()
    contents.close()
    contents.deleteLater()
    monitor.close()
    session.close()


def layers(kind):
    return [each for each in QgsProject.instance().mapLayers().values() if isinstance(each, kind)]


def names():
    return [each.name() for each in QgsProject.instance().layerTreeRoot().layerOrder()]


def told(contents):
    return [label.text() for label in contents.messageBar.findChildren(QLabel) if label.text()]


def drawn(layer, qtbot):
    """The picture QGIS makes of a layer over its extent, after its tiles have come."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(300, 300))
    settings.setBackgroundColor(QColor(0, 0, 0, 0))
    job = QgsMapRendererParallelJob(settings)
    with qtbot.waitSignal(job.finished, timeout=ANSWER_MS):
        job.start()
    return job.renderedImage()


def is_drawn(layer, qtbot):
    image = drawn(layer, qtbot)
    return any(image.pixelColor(x, y).alpha() for x in range(0, 300, 5) for y in range(0, 300, 5))


def add_result(desk, qtbot):
    with qtbot.waitSignal(desk.page.results.adding.added, timeout=RUN_MS):
        desk.actions.add.trigger()


@pytest.mark.both_dialects
def test_tiles_alone_then_the_file_and_back(desk, results, qtbot, tmp_path):
    desk.actions.layers.tiles.trigger()
    qtbot.waitUntil(lambda: len(layers(QgsVectorTileLayer)) == 1, timeout=ANSWER_MS)
    (tiles,) = layers(QgsVectorTileLayer)
    assert not results.exists() or not list(results.glob("*.gpkg")), "nothing is downloaded"
    assert is_drawn(tiles, qtbot)
    if desk.sandbox.dialect == "deployed":
        where = tiles.metadata().extent().spatialExtents()[0].bounds
        assert where.width() == pytest.approx(SIDE * 111_319.49, rel=0.05)
    tiles.setName("My houses")

    desk.requests.swap(tiles)  # the file is not on this computer: it is downloaded
    qtbot.waitUntil(lambda: len(layers(QgsVectorLayer)) == 1, timeout=RUN_MS)
    qtbot.waitUntil(lambda: not layers(QgsVectorTileLayer), timeout=ANSWER_MS)
    (file,) = layers(QgsVectorLayer)
    count = file.featureCount()
    assert count > 0
    assert file.name() == "My houses"

    desk.requests.swap(file)
    qtbot.waitUntil(lambda: len(layers(QgsVectorTileLayer)) == 1, timeout=ANSWER_MS)
    (tiles,) = layers(QgsVectorTileLayer)
    assert names() == ["My houses"]
    assert is_drawn(tiles, qtbot)

    path = str(tmp_path / "project.qgz")
    assert QgsProject.instance().write(path)
    QgsProject.instance().clear()
    assert QgsProject.instance().read(path)
    desk.session.sign_out()
    (tiles,) = layers(QgsVectorTileLayer)
    desk.requests.swap(tiles)  # signed out: the file is here
    qtbot.waitUntil(lambda: len(layers(QgsVectorLayer)) == 1, timeout=ANSWER_MS)
    assert names() == ["My houses"]
    assert layers(QgsVectorLayer)[0].featureCount() == count

    before = names()
    desk.requests.swap(layers(QgsVectorLayer)[0])  # signed out: tiles need the login
    assert any("Sign in to see the tiles" in text for text in told(desk.contents))
    assert names() == before
    with qtbot.waitSignal(desk.session.signed_in, timeout=ANSWER_MS):
        desk.session.sign_in(desk.sandbox.basic, desk.sandbox.url)
    qtbot.waitUntil(lambda: len(layers(QgsVectorTileLayer)) == 1, timeout=ANSWER_MS)
    assert login_in(layers(QgsVectorTileLayer)[0].source()) == desk.session.tile_authcfg


@pytest.mark.both_dialects
def test_what_lies_below_the_result(desk, qtbot, tmp_path):
    add_result(desk, qtbot)
    (file,) = layers(QgsVectorLayer)
    imagery, raster = desk.actions.layers.imagery, desk.actions.layers.raster
    if desk.sandbox.dialect == "reference":
        assert not imagery.isEnabled()
        assert "does not say" in imagery.toolTip()
        assert not raster.isEnabled()
        return
    imagery.trigger()
    qtbot.waitUntil(lambda: len(layers(QgsRasterLayer)) == 1, timeout=ANSWER_MS)
    desk.requests.add_raster(file)
    qtbot.waitUntil(lambda: len(layers(QgsRasterLayer)) == 2, timeout=ANSWER_MS)
    imagery.trigger()
    raster.trigger()
    desk.requests.add_imagery(file)
    qtbot.wait(500)
    assert names() == ["Middle", "Raster: Middle", "Imagery: Middle"], "none comes twice"
    by_name = {each.name(): each for each in layers(QgsRasterLayer)}
    probable, seen = by_name["Raster: Middle"], by_name["Imagery: Middle"]
    assert "uri=s3%3A%2F%2F" in probable.source().replace("%253A", "%3A").replace("%252F", "%2F")
    assert is_drawn(seen, qtbot)
    assert is_drawn(probable, qtbot), "its query came through"
    assert probable.metadata().identifier() == desk.key
    assert attribution_of(seen).startswith("Imagery: ")
    for layer in (probable, seen):
        assert layer.extent().width() == pytest.approx(SIDE * 111_319.49, rel=0.05)
        assert login_in(layer.source()) == desk.session.tile_authcfg

    path = str(tmp_path / "project.qgz")
    assert QgsProject.instance().write(path)
    QgsProject.instance().clear()
    assert QgsProject.instance().read(path)
    imagery.trigger()
    qtbot.wait(500)
    assert names() == ["Middle", "Raster: Middle", "Imagery: Middle"]


def test_offline_and_signed_out_the_menu_says_so_and_loses_nothing(desk, qtbot, tmp_path):
    add_result(desk, qtbot)
    (file,) = layers(QgsVectorLayer)
    desk.requests.refresh(file)
    qtbot.waitUntil(
        lambda: any("is the newest result" in text for text in told(desk.contents)), timeout=ANSWER_MS
    )
    alone = desk.session.client
    alone.retry_base_s = 0.001
    port_of_nobody = "http://127.0.0.1:9/rest"
    file.setCustomProperty("mapflow_dock/server", port_of_nobody)
    desk.requests.refresh(file)
    assert any(f"another server, {port_of_nobody}" in text for text in told(desk.contents))
    file.setCustomProperty("mapflow_dock/server", desk.sandbox.url)
    desk.session.sign_out()
    for ask, words in (
        (desk.requests.refresh, "Sign in to ask for a newer result"),
        (desk.requests.add_imagery, "Sign in to see this imagery"),
        (desk.requests.open_processing, "Sign in to see the processing"),
    ):
        ask(file)
        assert any(words in text for text in told(desk.contents)), words
    assert names() == ["Middle"]
    assert file.isValid()
    assert QgsApplication.authManager() is not None
