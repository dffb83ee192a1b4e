"""While somebody is signed in, the login stays with the server whatever QGIS itself asks for."""

from __future__ import annotations

import pytest
from fault_proxy import Answer, FaultProxy
from redirected_tiles import draw, redirect, tiles_of

from mapflow_dock.api.session import Session


@pytest.fixture
def elsewhere():
    with FaultProxy(base="") as proxy:
        yield proxy


def test_a_layer_with_the_login_is_not_led_away_with_it(qgis_app, server, elsewhere, basic, qtbot):
    server.route("GET", "/user/status", Answer.of({"email": "someone@example.org", "models": []}))
    session = Session()
    with qtbot.waitSignal(session.signed_in):
        session.sign_in(basic, server.url)
    assert session.tile_authcfg
    draw(tiles_of(server, redirect(server, elsewhere, 302), session.tile_authcfg))
    assert server.asked[-1].authorization == f"Basic {basic}"
    assert [asked.authorization for asked in elsewhere.asked] == [""]
    session.close()
