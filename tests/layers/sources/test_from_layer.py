"""Real QGIS layers as sources: the source asks for the tiles that the layer asks for, and its login is apart."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsDataSourceUri,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from rasters import write_raster
from tile_server import TileServer

from mapflow_dock.api.login.store import Place, StoredLogin
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin
from mapflow_dock.api.own_sources.problems import source_problem
from mapflow_dock.layers.sources import found as found_module
from mapflow_dock.layers.sources.found import free_name, named
from mapflow_dock.layers.sources.from_layer import read_layer
from mapflow_dock.layers.tiles.address import layer_uri, sample_tiles
from mapflow_dock.layers.tiles.provider import PREVIEW_OF

HOST = "https://tiles.example.org"


def keeps_an_encoded_and():
    """Whether this QGIS can be given an encoded "&" within a value; a newer one asks for another address itself."""
    probe = QgsDataSourceUri()
    probe.setEncodedUri("url=http://h/%2526")
    return probe.param("url") == "http://h/%26"


ENCODED_AND = pytest.mark.skipif(not keeps_an_encoded_and(), reason="this QGIS cannot ask for it")


def xyz(url, zooms=(0, 19), **more):
    parts = [layer_uri(url, "", zooms), *(f"{name}={value}" for name, value in more.items())]
    return QgsRasterLayer("&".join(parts), "Ortho", "wms")


@pytest.fixture
def authcfg(qgis_app):
    """Stores a configuration of a method; its id."""

    def store(method="Basic"):
        config = QgsAuthMethodConfig(method)
        config.setName("Tiles")
        config.setConfig("username", "me")
        QgsApplication.authManager().storeAuthenticationConfig(config)
        return config.id()

    return store


@pytest.mark.parametrize(
    ("address", "kind", "url"),
    [
        ("/{z}/{x}/{y}.png", SourceKind.XYZ, "/{z}/{x}/{y}.png"),
        ("/{z}/{x}/{-y}.png", SourceKind.TMS, "/{z}/{x}/{-y}.png"),
        ("/a{q}.jpeg?g=1", SourceKind.QUADKEY, "/a{q}.jpeg?g=1"),
        ("/t?x={x}&y={y}&z={z}", SourceKind.XYZ, "/t?x={x}&y={y}&z={z}"),
        ("/{z}/{x}/{y}?map=/a b/ü.map", SourceKind.XYZ, "/{z}/{x}/{y}?map=/a%20b/%C3%BC.map"),
        pytest.param(
            "/{z}/{x}/{y}?a=1%262&b=%41", SourceKind.XYZ, "/{z}/{x}/{y}?a=1%262&b=%41", marks=ENCODED_AND
        ),
        ("/{z}/{x}/{y}?uri=s3://b/mosaic&a=b#c", SourceKind.XYZ, "/{z}/{x}/{y}?uri=s3://b/mosaic&a=b#c"),
        ("/lyrs=s&x={x}&y={y}&z={z}", SourceKind.XYZ, "/lyrs=s&x={x}&y={y}&z={z}"),
        ("/{z}/{x}/{y}?rows=50%25", SourceKind.XYZ, "/{z}/{x}/{y}?rows=50%25"),
    ],
)
def test_the_address_is_the_one_the_layer_has(qgis_app, address, kind, url):
    layer = xyz(HOST + address)
    assert layer.isValid()
    found = read_layer(layer)
    assert (found.problem, found.remarks, found.login) == ("", (), None)
    source = found.source
    assert (source.name, source.kind, source.url, source.zoom, source.crs, source.authcfg) == (
        "Ortho", kind, HOST + url, 19, "EPSG:3857", ""
    )  # fmt: skip
    assert source_problem(source) == ""


@pytest.mark.parametrize(
    "template", ["/n/{z}/{x}/{y}.png?a=b&c=d%20e", "/s/{z}/{x}/{-y}.png", "/q/{q}.png?k={q}"]
)
def test_the_source_asks_for_the_very_tiles_that_qgis_asks_for(qgis_app, template):
    server = TileServer()
    try:
        layer = xyz(server.origin + template, (18, 18))
        source = read_layer(layer).source
        settings = QgsMapSettings()
        settings.setLayers([layer])
        settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
        settings.setExtent(QgsRectangle(4_113_000, 3_000, 4_113_020, 3_020))
        settings.setOutputSize(QSize(40, 40))
        job = QgsMapRendererSequentialJob(settings)
        job.start()
        job.waitForFinished()
        asked = {path for path, _login in server.asked}
        wanted = set()
        for x in range(-300, 301, 150):
            for y in range(-300, 301, 150):
                west, south = (4_113_010 + x) / 111_319.49, (3_010 + y) / 111_319.49
                wanted |= set(sample_tiles(source.url, (18,), (west, south, west, south)))
        assert asked
        assert {server.origin + path for path in asked} <= wanted
    finally:
        server.stop()


def test_qgis_writes_addresses_in_two_ways(qgis_app):
    """As its own dialog does, and as many scripts and old projects do."""
    uri = QgsDataSourceUri()
    uri.setParam("type", "xyz")
    uri.setParam("url", HOST + "/{z}/{x}/{-y}.png?a=1&b=2")
    for written in (
        bytes(uri.encodedUri()).decode(),
        "type=xyz&url=https%3A%2F%2Ftiles.example.org%2F%7Bz%7D%2F%7Bx%7D%2F%7B-y%7D.png%3Fa%3D1%26b%3D2",
        "type=xyz&url=https://tiles.example.org/%257Bz%257D/%257Bx%257D/%257B-y%257D.png?a%3D1%26b%3D2",
    ):
        source = read_layer(QgsRasterLayer(written, "Ortho", "wms")).source
        assert (source.kind, source.url) == (SourceKind.TMS, HOST + "/{z}/{x}/{-y}.png?a=1&b=2")


@pytest.mark.parametrize(("deepest", "zoom"), [(22, None), (20, None), (19, 19), (14, 14), (0, 0)])
def test_tiles_that_end_early_are_asked_for_at_their_last_zoom(qgis_app, deepest, zoom):
    """The service chooses a zoom without knowing where the tiles end."""
    assert read_layer(xyz(HOST + "/{z}/{x}/{y}.png", (0, deepest))).source.zoom == zoom


def test_of_several_servers_the_first_is_taken(qgis_app):
    layer = xyz("https://{switch:a,b,c}.example.org/{z}/{x}/{y}.png")
    assert read_layer(layer).source.url == "https://a.example.org/{z}/{x}/{y}.png"


# logins


def test_a_stored_login_is_named(qgis_app, authcfg):
    stored = authcfg()
    found = read_layer(xyz(HOST + "/{z}/{x}/{y}.png", authcfg=stored))
    assert (found.source.authcfg, found.login, found.problem) == (stored, None, "")


def test_a_login_of_another_kind_is_said(qgis_app, authcfg):
    found = read_layer(xyz(HOST + "/{z}/{x}/{y}.png", authcfg=authcfg("PKI-Paths")))
    assert "basic authentication" in found.problem


def test_a_login_in_plain_is_apart_and_shows_nowhere(qgis_app):
    word = "canary-word"
    for layer in (
        xyz(HOST + "/{z}/{x}/{y}.png", username="me", password=word),
        xyz(f"https://me:{word}@tiles.example.org/{{z}}/{{x}}/{{y}}.png"),
        xyz(HOST + f"/{{z}}/{{x}}/{{y}}.png?api_key={word}"),
    ):
        found = read_layer(layer)
        assert found.problem == ""
        assert found.login.secret == word
        assert word not in repr(found) + found.source.url
        assert found.source.authcfg == ""
    assert found.source.has_key
    assert found.login == SourceLogin("", word)


def test_a_key_and_a_login_are_more_than_one_source_can_have(qgis_app, authcfg):
    for more in ({"authcfg": authcfg()}, {"username": "me", "password": "word"}):
        assert "a login besides" in read_layer(xyz(HOST + "/{z}/{x}/{y}?key=abc", **more)).problem


def test_the_login_of_mapflow_goes_to_nobody_else(qgis_app, authcfg, monkeypatch):
    stored = authcfg()
    monkeypatch.setattr(found_module, "stored_login", lambda: StoredLogin(Place.CHOSEN, stored, "https://s"))
    found = read_layer(xyz(HOST + "/{z}/{x}/{y}.png", authcfg=stored))
    assert "imagery of Mapflow itself" in found.problem


# what is lost, and what is no imagery


def test_what_qgis_sends_besides_is_said(qgis_app):
    found = read_layer(xyz(HOST + "/{z}/{x}/{y}.png", referer="https://maps.example.org"))
    assert found.problem == ""
    assert "referer" in found.remarks[0]
    assert "maps.example.org" not in found.remarks[0]


def test_tiles_of_high_resolution_are_said(qgis_app):
    (remark,) = read_layer(xyz(HOST + "/{z}/{x}/{y}.png", tilePixelRatio=2)).remarks
    assert "next one" in remark
    assert read_layer(xyz(HOST + "/{z}/{x}/{y}.png", tilePixelRatio=1)).remarks == ()


def test_heights_are_no_picture(qgis_app):
    assert "heights" in read_layer(xyz(HOST + "/{z}/{x}/{y}.png", interpretation="maptilerterrain")).problem


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("crs=EPSG:3857&format=image/png&layers=a&styles=&url=https://h/wms?map%3Dx", "does not take WMS"),
        ("type=mbtiles&url=file:///tmp/a.mbtiles", "upload that under My Imagery"),
        ("type=xyz&url=file:///tmp/{z}/{x}/{y}.png", "no web address"),
        ("type=xyz&url=https://h/{s}/{z}/{x}/{y}.png", "{s}"),
        ("type=xyz&url=https://h/{z}/{x}.png", "{y}"),
        ("type=xyz&url=", "address"),
    ],
)
def test_what_mapflow_cannot_use_is_said_with_what_to_do(qgis_app, source, words):
    layer = QgsRasterLayer(source, "Ortho", "wms")
    assert words in read_layer(layer).problem


@pytest.mark.parametrize(
    ("grid", "level"),
    [
        ("GoogleMapsCompatible", "{z}"),
        ("GoogleMapsCompatible_Level18", "{z}"),
        ("WebMercatorQuad", "{z}"),
        ("PM", "{z}"),
        ("EPSG:3857", "EPSG:3857:{z}"),
        ("EPSG:900913", "EPSG:900913:{z}"),
    ],
)
def test_a_wmts_in_web_mercator_is_tiles_by_number(qgis_app, grid, level):
    uri = QgsDataSourceUri()
    parameters = {
        "crs": "EPSG:3857",
        "format": "image/jpeg",
        "layers": "Luftbild äö",
        "styles": "default",
        "tileMatrixSet": grid,
        "tileDimensions": "time=2020;elevation=0",
        "url": "https://h.example/wmts?map=x&SERVICE=WMTS&request=GetCapabilities",
    }
    for name, value in parameters.items():
        uri.setParam(name, value)
    found = read_layer(QgsRasterLayer(bytes(uri.encodedUri()).decode(), "Ortho", "wms"))
    assert found.problem == ""
    assert found.source.kind is SourceKind.XYZ
    assert found.source.url == (
        "https://h.example/wmts?map=x&SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=Luftbild%20%C3%A4%C3%B6"
        f"&STYLE=default&FORMAT=image/jpeg&TILEMATRIXSET={grid}&time=2020&elevation=0"
        f"&TILEMATRIX={level}&TILEROW={{y}}&TILECOL={{x}}"
    )


@pytest.mark.parametrize(
    ("grid", "crs", "url", "words"),
    [
        ("DE_EPSG_25832", "EPSG:25832", "https://h/wmts", "Web Mercator only"),
        ("GoogleMapsCompatible", "EPSG:25832", "https://h/wmts", "Web Mercator only"),
        ("webmercator_hq", "EPSG:3857", "https://h/wmts", "Web Mercator only"),
        ("PM", "EPSG:3857", "https://h/WMTSCapabilities.xml", "addresses of its own"),
    ],
)
def test_a_wmts_of_another_grid_is_not(qgis_app, grid, crs, url, words):
    source = f"crs={crs}&format=image/png&layers=a&styles=&tileMatrixSet={grid}&url={url}"
    assert words in read_layer(QgsRasterLayer(source, "Ortho", "wms")).problem


def test_a_map_service_is_its_tiles(qgis_app):
    service = "https://h.example/ArcGIS/rest/services/World/MapServer"
    layer = QgsRasterLayer(
        f"crs='EPSG:3857' format='PNG32' layer='0' url='{service}'", "World", "arcgismapserver"
    )
    found = read_layer(layer)
    assert found.problem == ""
    assert (found.source.kind, found.source.url) == (SourceKind.XYZ, service + "/tile/{z}/{y}/{x}")
    assert "try one" in found.remarks[-1]


def test_a_file_is_uploaded(qgis_app, tmp_path):
    path = write_raster(tmp_path / "a.tif")
    found = read_layer(QgsRasterLayer(str(path), "Ortho", "gdal"))
    assert found.can_upload
    assert found.source is None
    assert "Upload it" in found.problem


def test_a_vector_layer_is_none(qgis_app):
    assert "raster layer" in read_layer(QgsVectorLayer("Point", "p", "memory")).problem


def test_a_preview_of_a_provider_is_that_provider(qgis_app):
    layer = xyz(HOST + "/{z}/{x}/{y}.png")
    layer.setCustomProperty(PREVIEW_OF, "Mapbox")
    found = read_layer(layer)
    assert (found.provider, found.source, found.problem) == ("Mapbox", None, "")


@pytest.mark.parametrize(
    ("role", "words"), [("imagery preview", "My Imagery"), ("catalog preview", "Search")]
)
def test_another_preview_of_ours_says_where_to_choose_it(qgis_app, role, words):
    layer = xyz(HOST + "/{z}/{x}/{y}.png")
    layer.setCustomProperty("mapflow_dock/role", role)
    assert words in read_layer(layer).problem


def test_the_imagery_of_one_image_in_the_storage_is_that_image(qgis_app):
    place = "s3://bucket/mosaic/cog/image.tif"
    for query in ("uri=" + place, "uri=s3%3A%2F%2Fbucket%2Fmosaic%2Fcog%2Fimage.tif"):
        source = read_layer(xyz(f"{HOST}/{{z}}/{{x}}/{{y}}.png?{query}")).source
        assert (source.kind, source.url, source.zoom) == (SourceKind.LOCAL, place, None)


# names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Luftbild 2024 – Zürich 🏠", "Luftbild 2024 – Zürich 🏠"),
        ("  a\n\tb\x00c ", "a bc"),
        ("", "Imagery from QGIS"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_layer_s_name_is_the_source_s(qgis_app, title, name):
    layer = xyz(HOST + "/{z}/{x}/{y}.png")
    layer.setName(title)
    assert read_layer(layer).source.name.replace("…", "x")[:80] == name


def test_a_name_that_is_taken_gets_a_number(qgis_app):
    assert free_name("Ortho", []) == "Ortho"
    assert free_name("ORTHO", ["ortho", "Ortho (2)"]) == "ORTHO (3)"
    long = free_name("x" * 80, ["x" * 80])
    assert (len(long), long[-4:]) == (80, " (2)")
    found = read_layer(xyz(HOST + "/{z}/{x}/{y}.png"))
    assert named(found, ["ortho"]).source.name == "Ortho (2)"
