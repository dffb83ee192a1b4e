"""QGIS's own requests take a login to its home alone, whatever redirects them."""

from __future__ import annotations

import base64
import itertools

import pytest
from fault_proxy import Answer, FaultProxy
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize

from mapflow_dock.api.http.login_guard import LoginGuard

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
WORLD = QgsRectangle(-20037508, -20037508, 20037508, 20037508)
COUNTER = itertools.count()


@pytest.fixture
def elsewhere():
    with FaultProxy(base="") as proxy:
        yield proxy


@pytest.fixture
def home():
    with FaultProxy(base="") as proxy:
        yield proxy


@pytest.fixture
def guard(qgis_app, home):
    guard = LoginGuard()
    guard.add_home(home.url)
    yield guard
    guard.close()


@pytest.fixture
def authcfg(qgis_app):
    config = QgsAuthMethodConfig("Basic")
    config.setName("test")
    config.setConfig("username", "someone")
    config.setConfig("password", "canary-7f3e91c2")
    stored = QgsApplication.authManager().storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    return config.id()


def draw(layer):
    assert layer.isValid()
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(WORLD)
    settings.setOutputSize(QSize(256, 256))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()


def tiles_of(server, name, authcfg):
    """Each with an address of its own, for QGIS keeps what it has read."""
    return QgsRasterLayer(
        f"type=xyz&url={server.url}/{name}/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmin=0&zmax=0&authcfg={authcfg}",
        "tiles",
        "wms",
    )


def redirect(home, elsewhere, status):
    name = f"t{next(COUNTER)}"
    moved = f"/{name}/moved.png"
    home.route("GET", f"/{name}/0/0/0.png", Answer.redirect(elsewhere.origin + moved, status))
    elsewhere.route("GET", moved, Answer(200, PICTURE, {"Content-Type": "image/png"}))
    return name


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_raster_tiles_that_are_redirected_are_asked_for_without_the_login(
    guard, home, elsewhere, authcfg, status
):
    draw(tiles_of(home, redirect(home, elsewhere, status), authcfg))
    assert home.asked[0].authorization.startswith("Basic ")
    assert [asked.authorization for asked in elsewhere.asked] == [""]


def test_without_the_guard_qgis_takes_the_login_along(qgis_app, home, elsewhere, authcfg):
    """What the guard is for; when a QGIS stops doing it, the guard can go."""
    draw(tiles_of(home, redirect(home, elsewhere, 302), authcfg))
    assert [asked.authorization[:6] for asked in elsewhere.asked] == ["Basic "]


def test_redirects_within_the_home_keep_the_login(guard, home, authcfg):
    draw(tiles_of(home, redirect(home, home, 302), authcfg))
    assert [asked.authorization[:6] for asked in home.asked] == ["Basic ", "Basic "]


def test_vector_tiles_take_no_login_elsewhere(guard, home, elsewhere, authcfg):
    name = redirect(home, elsewhere, 302)
    uri = f"type=xyz&url={home.url}/{name}/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmin=0&zmax=0&authcfg={authcfg}"
    draw(QgsVectorTileLayer(uri, "tiles"))
    assert home.asked[0].authorization.startswith("Basic ")
    assert not any(asked.authorization for asked in elsewhere.asked)


def test_logins_of_other_services_are_none_of_its_business(guard, elsewhere, authcfg):
    draw(tiles_of(elsewhere, f"t{next(COUNTER)}", authcfg))
    assert elsewhere.asked[0].authorization.startswith("Basic ")


def test_once_closed_it_looks_at_nothing(guard, home, elsewhere, authcfg):
    guard.close()
    draw(tiles_of(home, redirect(home, elsewhere, 302), authcfg))
    assert elsewhere.asked[0].authorization.startswith("Basic ")
