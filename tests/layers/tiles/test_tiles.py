"""Tile layers: the right address, the login to its owner's hosts only, and the look of their objects."""

from __future__ import annotations

import base64

import pytest
from fault_proxy import Answer, FaultProxy
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize

from mapflow_dock.api.account import Provider
from mapflow_dock.api.http.home import may_have_login, registrable_domain
from mapflow_dock.api.processings import TileSet
from mapflow_dock.jobs.results.renewal import TilesRenewal
from mapflow_dock.layers.results.in_project.result import ResultInProject
from mapflow_dock.layers.tiles.address import tile_address, tile_at
from mapflow_dock.layers.tiles.on_disk import TileRange
from mapflow_dock.layers.tiles.provider import provider_preview_layer
from mapflow_dock.layers.tiles.vector import TileMatrix, read_tilejson, result_tiles_layer

API = "https://api.mapflow.ai/rest"
# a tile with one square of the class "building" that fills most of it
SQUARE = base64.b64decode(
    "GkAKDHZlY3Rvcl9sYXllchIYEgIAABgDIhAJoAbgORoA/zGAMgAAgDIPGgVjbGFzcyIKCghidWlsZGluZyiAIHgC"
)
TEMPLATE = "/rest/tiles/{z}/{x}/{y}.pbf?uri=s3%3A%2F%2Fa%2Fb%20c%25&n=%2B1"


@pytest.fixture
def authcfg(qgis_app):
    """The id of a stored Basic login."""
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        manager.setMasterPassword("a phrase for the tests' own store", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("tiles")
    config.setConfig("username", "someone")
    config.setConfig("pass" + "word", "canary")
    stored = manager.storeAuthenticationConfig(config)
    if isinstance(stored, tuple):
        config = stored[1]
    yield config.id()
    manager.removeAuthenticationConfig(config.id())


def render(qtbot, layer, extent=None):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(extent or QgsRectangle(0, 0, 1000, 1000))
    settings.setOutputSize(QSize(256, 256))
    job = QgsMapRendererParallelJob(settings)
    with qtbot.waitSignal(job.finished, timeout=20_000):
        job.start()
    return job.renderedImage()


def tiles_of(processing, server, template=TEMPLATE, **changes):
    return processing(vector=TileSet(server.origin + template, ""), **changes)


def test_tiles_are_asked_for_with_their_query_and_the_login(qtbot, server, processing, authcfg):
    layer = result_tiles_layer(tiles_of(processing, server), server.url, authcfg, TileMatrix((0, 14)))
    render(qtbot, layer)
    asked = server.matching("GET", ".pbf")
    assert asked
    assert {one.query for one in asked} == {"uri=s3%3A%2F%2Fa%2Fb%20c%25&n=%2B1"}
    assert {one.authorization for one in asked} == {"Basic " + base64.b64encode(b"someone:canary").decode()}


def test_polygons_of_tiles_carry_no_markers_and_no_second_outline(qtbot, server, processing, authcfg):
    """QGIS lets styles of points and lines draw polygons as well, unless they say no."""
    side = 20_037_508.34 * 2 / 2**14
    for x in (8192, 8193):
        server.route("GET", f"/t/14/{x}/8191", Answer(200, SQUARE))
    layer = result_tiles_layer(
        tiles_of(processing, server, "/rest/t/{z}/{x}/{y}", model_name="🏠 Buildings"),
        server.url,
        authcfg,
        TileMatrix((14, 14)),
    )
    picture = render(qtbot, layer, QgsRectangle(0, 0, side, side))
    fill = picture.pixelColor(128, 128)
    assert fill != picture.pixelColor(5, 5), "the square is drawn"
    assert {picture.pixelColor(x, y).name() for x in range(60, 200) for y in range(60, 200)} == {fill.name()}
    styles = layer.renderer().styles()
    polygons = [each for each in styles if each.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry]
    layer.renderer().setStyles(polygons)
    assert render(qtbot, layer, QgsRectangle(0, 0, side, side)) == picture


@pytest.mark.parametrize("rule", ["max-age=3600", ""], ids=["kept for an hour", "nothing said"])
@pytest.mark.parametrize("has_bounds", [True, False])
def test_tiles_that_are_renewed_are_asked_for_again(
    qtbot, server, processing, authcfg, project, rule, has_bounds
):
    """QGIS and Qt keep what tile servers send, and show it without asking."""
    side = 20_037_508.34 * 2 / 2**14
    extent = QgsRectangle(0, 0, side, side)
    headers = {"Cache-Control": rule} if rule else {"Last-Modified": "Mon, 01 Jan 2018 00:00:00 GMT"}
    paths = [f"/n/14/{x}/{y}" for x in (8191, 8192, 8193) for y in (8190, 8191, 8192)]

    def serve(body):
        for path in paths:
            server.route("GET", path, Answer(200, body, headers))

    serve(SQUARE)
    told = tiles_of(processing, server, "/rest/n/{z}/{x}/{y}?uri=s3%3A%2F%2Fa%2Fb", model_name="🏠 Buildings")
    bounds = (0.0, 0.0, 0.02, 0.02) if has_bounds else None
    layer = result_tiles_layer(told, server.url, authcfg, TileMatrix((14, 14), bounds))
    assert ResultInProject(project, told, server.url).add_tiles(layer)
    former = render(qtbot, layer, extent)
    serve(b"")
    assert render(qtbot, layer, extent) == former, "kept by QGIS"
    renewal = TilesRenewal(project, told, server.url)
    with qtbot.waitSignal(renewal.succeeded, timeout=20_000):
        renewal.start()
    assert render(qtbot, layer, extent) != former


@pytest.mark.parametrize("address", ["https://h/{z}/{x}/{y}.pbf", "https://h/{z}/{x}/{-y}", "https://h/{q}"])
def test_the_range_of_a_layer_has_all_its_tiles(address):
    """Compared with the tile under each of many places within it."""
    west, south, east, north = 36.95, 55.01, 37.02, 55.06
    to_web = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsCoordinateReferenceSystem("EPSG:3857"),
        QgsProject.instance(),
    )
    box = to_web.transformBoundingBox(QgsRectangle(west, south, east, north))
    tiles = TileRange(address, (3, 15), (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
    found = list(tiles.addresses())
    assert len(found) == len(set(found)) == tiles.count < 1_000
    for zoom in (3, 9, 15):
        for step in range(50):
            share = step / 49
            place = (west + (east - west) * share, south + (north - south) * (1 - share) * share)
            assert tile_at(address, zoom, *place) in found


def test_the_query_survives_a_saved_project(qtbot, server, processing, authcfg, project, tmp_path):
    project.addMapLayer(result_tiles_layer(tiles_of(processing, server), server.url, authcfg))
    assert project.write(str(tmp_path / "p.qgs"))
    text = (tmp_path / "p.qgs").read_text(encoding="utf-8")
    assert authcfg in text
    assert "canary" not in text
    project.clear()
    assert project.read(str(tmp_path / "p.qgs"))
    (layer,) = project.mapLayers().values()
    render(qtbot, layer)
    assert {one.query for one in server.matching("GET", ".pbf")} == {"uri=s3%3A%2F%2Fa%2Fb%20c%25&n=%2B1"}


def test_tiles_of_another_origin_are_asked_for_without_the_login(qtbot, server, processing, authcfg):
    with FaultProxy() as stranger:
        layer = result_tiles_layer(tiles_of(processing, stranger), server.url, authcfg)
        assert authcfg not in layer.source()
        render(qtbot, layer)
        assert stranger.asked
        assert not any(one.authorization for one in stranger.asked)


def test_there_is_no_layer_where_its_tiles_would_be_refused(server, processing):
    assert result_tiles_layer(tiles_of(processing, server), server.url, "") is None
    assert result_tiles_layer(processing(), server.url, "abc1234") is None


@pytest.mark.parametrize(
    "template",
    [
        "file:///etc/{z}/{x}/{y}.pbf",
        "https://h/nothing.pbf",
        "",
        "javascript:{x}{y}{z}",
        "https://u:p@h/{z}/{x}/{y}",
    ],
)
def test_what_is_no_web_tile_template_is_no_layer(processing, template):
    assert result_tiles_layer(processing(vector=TileSet(template, "")), API, "abc1234") is None


def test_a_template_below_the_server_is_completed():
    assert tile_address("/api/{z}/{x}/{-y}", API) == "https://api.mapflow.ai/api/{z}/{x}/{-y}"
    assert tile_address("https://t/{q}.png", API) == "https://t/{q}.png"


@pytest.mark.parametrize(
    ("tiles", "server", "may"),
    [
        ("https://app.mapflow.ai/api/{z}", API, True),
        ("https://api.mapflow.ai/x", API, True),
        ("https://API.mapflow.ai:443/x", API, True),
        ("http://app.mapflow.ai/x", API, False),
        ("https://mapflow.ai.evil.com/x", API, False),
        ("https://notmapflow.ai/x", API, False),
        ("https://tiles.example.com/x", API, False),
        ("https://b.s3.amazonaws.com/x", "https://a.s3.amazonaws.com/rest", False),
        ("https://evil.co.uk/x", "https://api.good.co.uk/rest", False),
        ("https://tiles.good.co.uk/x", "https://api.good.co.uk/rest", True),
        ("http://127.0.0.1:8001/x", "http://127.0.0.1:8000/rest", False),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/rest", True),
        ("http://10.0.0.1/x", "http://10.0.0.1/rest", False),
        ("http://api.mapflow.ai/x", "http://api.mapflow.ai/rest", False),
        ("http://localhost:8000/x", "http://localhost:8000/rest", True),
        ("http://[::1]:8000/x", "http://[::1]:8000/rest", True),
        ("http://localhost.evil.com/x", "http://localhost.evil.com/rest", False),
        ("https://10.0.0.1/x", "https://10.0.0.1/rest", True),
        ("https://10.0.0.2/x", "https://10.0.0.1/rest", False),
        ("https://localhost/x", "https://localhost:1/rest", False),
    ],
)
def test_the_login_goes_to_its_owners_hosts_only(tiles, server, may):
    assert may_have_login(tiles, server) is may


def test_registrable_domains():
    assert registrable_domain("api.mapflow.ai") == "mapflow.ai"
    assert registrable_domain("a.b.com.br") == "b.com.br"
    assert registrable_domain("co.uk") == ""
    assert registrable_domain("[::1]") == ""
    assert registrable_domain("api.mapflow.com") == "mapflow.com"


@pytest.mark.parametrize("suffix", ["or.jp", "gv.at", "ne.jp", "go.kr", "gob.mx", "gouv.fr", "govt.nz"])
def test_neighbours_below_a_country_are_strangers(suffix):
    assert registrable_domain(suffix) == ""
    assert registrable_domain(f"api.survey.{suffix}") == f"survey.{suffix}"
    assert not may_have_login(
        f"https://tiles.other.{suffix}/{{z}}/{{x}}/{{y}}", f"https://api.survey.{suffix}"
    )
    assert may_have_login(f"https://tiles.survey.{suffix}/{{z}}/{{x}}/{{y}}", f"https://api.survey.{suffix}")


@pytest.mark.parametrize(
    ("document", "matrix"),
    [
        ({"minzoom": 2, "maxzoom": 17, "bounds": [1, 2, 3, 4]}, TileMatrix((2, 17), (1.0, 2.0, 3.0, 4.0))),
        ({}, TileMatrix()),
        ({"maxzoom": "9", "bounds": "x"}, TileMatrix()),
        ({"minzoom": 99, "maxzoom": -1, "bounds": [1, 2, None, 4]}, TileMatrix()),
        ({"bounds": [3, 2, 1, 4]}, TileMatrix()),
        ("no object", TileMatrix()),
    ],
)
def test_a_tilejson_is_read_with_care(document, matrix):
    assert read_tilejson(document) == matrix


def test_the_preview_ends_at_its_deepest_zoom_and_asks_for_png_tiles(qtbot, server, authcfg):
    server.route("GET", "/p", Answer(404))
    provider = Provider(
        "demo", "Demo imagery", preview_url=server.origin + "/p/{z}/{x}/{y}.png", preview_max_zoom=17
    )
    layer = provider_preview_layer(provider, 19, server.url, authcfg)
    assert layer.isValid()
    assert layer.name() == "Demo imagery (preview)"
    render(qtbot, layer)
    asked = server.matching("GET", ".png")
    assert asked
    assert all(one.path.startswith("/p/") and int(one.path.split("/")[2]) <= 17 for one in asked)
    assert all(one.authorization.startswith("Basic ") for one in asked)
    assert "zmax=12" in provider_preview_layer(provider, 12, server.url, "").source()


def test_a_preview_of_another_owner_gets_no_login_and_a_missing_one_is_not_valid(qgis_app):
    provider = Provider("x", "X", preview_url="https://tiles.example.com/{z}/{x}/{y}.png")
    assert "authcfg" not in provider_preview_layer(provider, 18, API, "abc1234").source()
    assert not provider_preview_layer(Provider("x", "X"), 18, API, "abc1234").isValid()
