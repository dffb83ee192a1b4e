"""QGIS's own requests take a login to its home alone, whatever redirects them."""

from __future__ import annotations

import pytest
from fault_proxy import FaultProxy
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsVectorTileLayer,
)
from redirected_tiles import COUNTER, draw, redirect, tiles_of

from mapflow_dock.api.http.login_guard import LoginGuard


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
