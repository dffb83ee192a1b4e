"""A project from another profile: its tiles get the login of whoever signs in there, and no other server's do."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsFillSymbol,
    QgsProject,
    QgsRasterLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal
from tile_server import TileServer

from mapflow_dock.api.http.client import Client
from mapflow_dock.jobs.tiles_of_others import TilesOfOthers, names_unknown_login
from mapflow_dock.layers.tiles.address import layer_uri, login_in
from mapflow_dock.ui.tile_watch import TileWatch

STRANGE = "zzz9999"


class Session(QObject):
    """Somebody signed in to a server, or not yet."""

    signed_in = pyqtSignal(object)

    def __init__(self, client, authcfg):
        super().__init__()
        self.client = client
        self.tile_authcfg = authcfg
        self.is_signed_in = False


@pytest.fixture
def tiles():
    server = TileServer()
    yield server
    server.stop()


@pytest.fixture
def session(qgis_app, tiles):
    config = QgsAuthMethodConfig("Basic")
    config.setName("mine")
    config.setConfig("username", "me")
    config.setConfig("password", "x")
    assert QgsApplication.authManager().storeAuthenticationConfig(config)
    client = Client(f"{tiles.origin}/rest")
    yield Session(client, config.id())
    client.close()


@pytest.fixture
def layer_of(tiles, tmp_path):
    """A layer of a kind, as it comes with a project that was saved."""

    def make(kind, role, server=""):
        address = f"{tiles.origin}/rest/t/{{z}}/{{x}}/{{y}}.png?uri=s3%3A%2F%2Fa"
        uri = layer_uri(address, STRANGE, (0, 16))
        layer = kind(uri, "Old town", "wms") if kind is QgsRasterLayer else kind(uri, "Old town")
        layer.setCustomProperty("mapflow_dock/role", role)
        layer.setCustomProperty("mapflow_dock/server", server or f"{tiles.origin}/rest")
        if kind is QgsVectorTileLayer:
            style = QgsVectorTileBasicRendererStyle("mine", "", QgsWkbTypes.GeometryType.PolygonGeometry)
            style.setSymbol(QgsFillSymbol.createSimple({}))
            renderer = QgsVectorTileBasicRenderer()
            renderer.setStyles([style])
            layer.setRenderer(renderer)
        project = QgsProject.instance()
        project.addMapLayer(layer)
        path = str(tmp_path / "project.qgz")
        assert project.write(path)
        project.clear()
        assert project.read(path)
        (read,) = project.mapLayers().values()
        return read

    return make


KINDS = [(QgsVectorTileLayer, "tiles"), (QgsRasterLayer, "source imagery"), (QgsRasterLayer, "result raster")]


@pytest.mark.parametrize(("kind", "role"), KINDS)
def test_who_signs_in_gives_the_layer_their_login(layer_of, session, tiles, qtbot, kind, role):
    layer = layer_of(kind, role)
    others = TilesOfOthers(session)
    assert names_unknown_login(layer)
    assert tiles.asked == []
    session.is_signed_in = True
    session.signed_in.emit(None)
    qtbot.waitUntil(lambda: login_in(layer.source()) == session.tile_authcfg, timeout=10_000)
    assert all("?uri=s3://a" in unquote(path) for path, _login in tiles.asked), (
        "the query is part of the address"
    )
    if kind is QgsVectorTileLayer:
        assert [each.styleName() for each in layer.renderer().styles()] == ["mine"]
    assert layer.isValid()
    assert not names_unknown_login(layer)
    others.close()


def test_layers_of_another_server_and_known_logins_stay(layer_of, session, tiles, qtbot):
    layer = layer_of(QgsVectorTileLayer, "tiles", "https://other.example/rest")
    source = layer.source()
    others = TilesOfOthers(session)
    session.is_signed_in = True
    session.signed_in.emit(None)
    qtbot.wait(200)
    assert layer.source() == source
    assert tiles.asked == []
    others.close()


def test_who_opens_such_a_project_is_told_what_to_do(layer_of, qgis_app):
    watch = TileWatch()
    told = []
    watch.told.connect(told.append)
    layer_of(QgsVectorTileLayer, "tiles")
    assert told[-1] == "“Old town” shows tiles of Mapflow: they appear once you are signed in to Mapflow."
    watch.close()
