"""QGIS's own connections as sources, as old and as new QGIS keeps them."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings
from raster_layers import connect_wms, forget_wms

from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.layers.sources.connections import found_connections

OLD, NEW = "qgis/connections-xyz", "connections/xyz/items"
ADDRESS = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.fixture(autouse=True)
def no_connections(qgis_app):
    for place in (OLD, NEW):
        QgsSettings().remove(place)
    forget_wms()
    yield
    for place in (OLD, NEW):
        QgsSettings().remove(place)
    forget_wms()


def connect(name, place=OLD, **values):
    for key, value in values.items():
        QgsSettings().setValue(f"{place}/{name}/{key.replace('_', '-') if place == NEW else key}", value)


def only():
    (found,) = found_connections()
    return found


@pytest.mark.parametrize("place", [OLD, NEW])
def test_a_connection_of_either_qgis(place):
    connect("Luftbild – Zürich", place, url=ADDRESS, zmin=0, zmax=18)
    found = only()
    assert (found.title, found.problem, found.remarks, found.login) == ("Luftbild – Zürich", "", (), None)
    source = found.source
    assert (source.kind, source.url, source.zoom) == (SourceKind.XYZ, ADDRESS, 18)


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("https://h/%7Bz%7D/%7Bx%7D/%7B-y%7D", SourceKind.TMS, "https://h/{z}/{x}/{-y}"),
        ("http://ecn.t3.example.net/tiles/a{q}.jpeg?g=1", SourceKind.QUADKEY, "http://ecn.t3.example.net/tiles/a{q}.jpeg?g=1"),
        ("https://h/vt/lyrs=s&x=%7Bx%7D&y=%7By%7D&z=%7Bz%7D", SourceKind.XYZ, "https://h/vt/lyrs=s&x={x}&y={y}&z={z}"),
        ("https://h/{z}/{x}/{y}?a=%26&b=%7Bc%7D", SourceKind.XYZ, "https://h/{z}/{x}/{y}?a=%26&b=%7Bc%7D"),
    ],
)  # fmt: skip
def test_addresses_as_people_keep_them(url, kind, expected):
    connect("a", url=url)
    source = only().source
    assert (source.kind, source.url) == (kind, expected)


@pytest.mark.parametrize("place", [OLD, NEW])
def test_a_login_in_plain_is_apart(place):
    connect("a", place, url=ADDRESS, username="me", password="canary-word")
    found = only()
    assert (found.login.user, found.login.secret) == ("me", "canary-word")
    assert "canary-word" not in repr(found)
    assert QgsSettings().value(f"{place}/a/password") == "canary-word", "QGIS's own connection stays as it is"


def test_a_stored_login_is_named():
    config = QgsAuthMethodConfig("Basic")
    config.setName("Tiles")
    config.setConfig("username", "me")
    QgsApplication.authManager().storeAuthenticationConfig(config)
    connect("a", url=ADDRESS, authcfg=config.id())
    assert only().source.authcfg == config.id()
    connect("a", url=ADDRESS, authcfg="gone123")
    assert "not in QGIS's authentication store" in only().problem


def test_what_qgis_sends_besides_is_said():
    connect("a", OLD, url=ADDRESS, referer="https://secret.example.org")
    connect("b", NEW, url=ADDRESS)
    QgsSettings().setValue(
        f"{NEW}/b/http-header", {"referer": "https://r", "x-api": "canary-word", "none": ""}
    )
    old, new = found_connections()
    assert "referer" in old.remarks[0]
    assert "referer, x-api" in new.remarks[0]
    assert "canary-word" not in repr(new)


@pytest.mark.parametrize(("place", "key"), [(OLD, "tilePixelRatio"), (NEW, "tile_pixel_ratio")])
def test_high_resolution_is_said(place, key):
    connect("a", place, url=ADDRESS, **{key: 2})
    assert "high resolution" in only().remarks[0]


def test_a_hidden_one_is_not_offered():
    connect("a", url=ADDRESS, hidden=True)
    assert found_connections() == ()


def test_what_was_moved_by_a_newer_qgis_is_offered_once():
    connect("a", OLD, url="https://old/{z}/{x}/{y}")
    connect("a", NEW, url=ADDRESS)
    assert only().source.url == ADDRESS


def test_broken_ones_are_said():
    connect("a", url="")
    connect("b", url="nowhere", zmax="deep")
    connect("c", url=ADDRESS, interpretation="terrariumterrain")
    assert all(found.problem for found in found_connections())


def test_a_wms_says_why_it_cannot_be_used():
    connect("tiles", url=ADDRESS)
    connect_wms("Ortho WMS")
    tiles, wms = found_connections()
    assert (tiles.title, wms.title) == ("tiles", "Ortho WMS")
    assert wms.source is None
    assert "does not take WMS" in wms.problem


def test_they_are_sorted_whatever_the_case():
    for name in ("b", "A", "ä", "C"):
        connect(name, url=ADDRESS)
    assert [found.title for found in found_connections()] == ["A", "b", "C", "ä"]
