"""Preview puts a provider's tiles on the map."""

from __future__ import annotations

import pytest
from fault_proxy import FaultProxy
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from run_page_service import (
    LEFT,
    PROVIDER,
)

from mapflow_dock.api.login.store import Place, StoredLogin
from mapflow_dock.api.settings import SERVER
from mapflow_dock.layers.tiles.provider import tilejson_beside


def test_preview_puts_the_tiles_below_the_layers_once(ready, qtbot):
    above = QgsVectorLayer("Polygon?crs=EPSG:4326", "above", "memory")
    QgsProject.instance().addMapLayer(above)
    qtbot.mouseClick(ready.imagery.previewButton, LEFT)
    qtbot.mouseClick(ready.imagery.previewButton, LEFT)
    order = QgsProject.instance().layerTreeRoot().layerOrder()
    assert order[0] is above
    assert [layer.providerType() for layer in order[1:]] == ["wms"]


def test_a_preview_at_another_zoom_takes_the_place_of_the_former_one(ready, qtbot):
    sources = []
    for row in (0, 1):
        ready.imagery.zoomCombo.setCurrentIndex(row)
        qtbot.mouseClick(ready.imagery.previewButton, LEFT)
        (layer,) = QgsProject.instance().mapLayers().values()
        sources.append(layer.source())
    assert sources[0] != sources[1]


def test_the_newest_preview_covers_those_of_other_providers(page, service, session, qtbot):
    other = {
        **PROVIDER,
        "name": "other",
        "displayName": "Other",
        "previewUrl": "https://o.example/{z}/{x}/{y}.png",
    }
    service.account["dataProviders"] = [PROVIDER, other]
    with qtbot.waitSignal(session.account_changed):
        session.refresh_account()
    for row in (0, 1, 0):
        page.imagery.providerCombo.setCurrentIndex(row)
        qtbot.mouseClick(page.imagery.previewButton, LEFT)
        order = QgsProject.instance().layerTreeRoot().layerOrder()
        assert ("o.example" in order[0].source()) == (row == 1), "what was asked for last is on top"
    assert len(order) == 2


def test_a_hidden_preview_is_shown_again(ready, qtbot):
    qtbot.mouseClick(ready.imagery.previewButton, LEFT)
    (node,) = QgsProject.instance().layerTreeRoot().findLayers()
    node.setItemVisibilityChecked(False)
    qtbot.mouseClick(ready.imagery.previewButton, LEFT)
    assert node.isVisible()
    assert len(QgsProject.instance().mapLayers()) == 1


def test_tiles_that_need_a_login_qgis_does_not_have_are_told_of(page, service, session, qtbot):
    service.account["dataProviders"] = [
        {**PROVIDER, "previewUrl": f"{service.url}/tiles/{{z}}/{{x}}/{{y}}.png"}
    ]
    with qtbot.waitSignal(session.account_changed):
        session.refresh_account()
    assert session.tile_authcfg == "", "the login of these tests is not remembered"
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    assert "needs your login" in page.notices[0].text
    assert "“Remember me” checked" in page.notices[0].text
    assert QgsProject.instance().mapLayers() == {}


def test_a_token_that_this_qgis_cannot_send_with_tiles_is_told_of(page, service, session, qtbot, monkeypatch):
    """A remembered Bearer token is stored, but not as a configuration, in QGIS 3.22."""
    stored = StoredLogin(Place.STORE_ENTRY, "", service.url)
    monkeypatch.setattr("mapflow_dock.ui.run.provider_preview.stored_login", lambda: stored)
    service.account["dataProviders"] = [
        {**PROVIDER, "previewUrl": f"{service.url}/tiles/{{z}}/{{x}}/{{y}}.png"}
    ]
    with qtbot.waitSignal(session.account_changed):
        session.refresh_account()
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    assert "cannot send a Bearer token" in page.notices[0].text
    assert "sign in with a Basic token" in page.notices[0].text


def test_a_server_chosen_for_the_next_login_gets_nothing_of_this_one(page, service, session, qtbot):
    service.account["dataProviders"] = [{**PROVIDER, "previewUrl": "http://another.example/{z}/{x}/{y}.png"}]
    with qtbot.waitSignal(session.account_changed):
        session.refresh_account()
    SERVER.write("http://another.example/rest")
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    assert page.notices == [], "tiles of another server need no login of this one"
    (layer,) = QgsProject.instance().mapLayers().values()
    assert "authcfg" not in layer.source()


def test_a_preview_that_is_no_tiles_is_told_of(page, service, session, qtbot):
    service.account["dataProviders"] = [{**PROVIDER, "previewUrl": "file:///etc/hosts"}]
    with qtbot.waitSignal(session.account_changed):
        session.refresh_account()
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    assert "cannot be shown" in page.notices[0].text
    assert QgsProject.instance().mapLayers() == {}


@pytest.fixture
def tile_server():
    with FaultProxy() as proxy:
        yield proxy


def own_tiles(service, session, qtbot):
    """Sign in with a login layers can name, to a provider whose tiles the service has itself."""
    service.account["dataProviders"] = [
        {**PROVIDER, "previewUrl": f"{service.url}/tiles/{{z}}/{{x}}/{{y}}.png"}
    ]
    session.sign_in("demo@example.org:key", service.url, remember=True)
    qtbot.waitUntil(lambda: bool(session.tile_authcfg) and session.project is not None)
    session.client.retry_base_s = 0.005


def test_tiles_of_the_service_itself_get_the_login(page, service, session, qtbot):
    own_tiles(service, session, qtbot)
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    qtbot.waitUntil(lambda: len(QgsProject.instance().mapLayers()) == 1)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert f"authcfg={session.tile_authcfg}" in layer.source()
    assert page.notices == []


def test_tiles_that_the_service_forwards_are_told_of_and_get_no_login(
    page, service, session, tile_server, qtbot
):
    own_tiles(service, session, qtbot)
    service.sends_tiles_to = tile_server.origin
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    qtbot.waitUntil(lambda: len(QgsProject.instance().mapLayers()) == 1)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert "authcfg" not in layer.source()
    (notice,) = page.notices
    assert tile_server.origin in notice.text
    assert tile_server.asked == []


def test_a_page_that_is_closed_waits_for_no_tile(page, service, session, qtbot):
    own_tiles(service, session, qtbot)
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    page.close()
    qtbot.wait(100)
    assert QgsProject.instance().mapLayers() == {}


GROUND = (37.60, 55.70, 37.70, 55.80)  # of the imagery; the map of these tests shows a part of it
AWAY = (10.0, 10.0, 10.1, 10.1)


def told_bounds(service, bounds):
    service.answers["GET /tiles/tilejson.json"] = {"tilejson": "3.0.0", "bounds": list(bounds)}


def preview(page, qtbot):
    """Click, and wait for the layer."""
    before = len(page.tilejson_calls())
    qtbot.mouseClick(page.imagery.previewButton, LEFT)
    qtbot.waitUntil(lambda: len(page.tilejson_calls()) > before)
    qtbot.waitUntil(lambda: page._previews._asking is None and page._previews._checking is None)
    (layer,) = QgsProject.instance().mapLayers().values()
    return layer


def in_degrees(rectangle, crs):
    to_degrees = QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance())
    return to_degrees.transformBoundingBox(rectangle)


@pytest.fixture
def own(page, service, session, qtbot):
    own_tiles(service, session, qtbot)
    page.tilejson_calls = lambda: service.bodies("GET /tiles/tilejson.json")
    return page


def sight(canvas):
    return in_degrees(canvas.extent(), canvas.mapSettings().destinationCrs())


def test_a_map_that_misses_the_imagery_goes_there(own, service, canvas, qtbot):
    told_bounds(service, AWAY)
    layer = preview(own, qtbot)
    assert in_degrees(layer.extent(), layer.crs()).xMinimum() == pytest.approx(10.0, abs=1e-6)
    shown = sight(canvas)
    assert shown.contains(QgsRectangle(*AWAY))
    assert shown.height() < 0.5


def test_a_map_that_misses_the_imagery_does_not_hide_where_its_tiles_come_from(
    own, service, tile_server, canvas, qtbot
):
    """What the map shows has no tiles; where the imagery is they come from another server."""
    told_bounds(service, AWAY)
    original = service.sends
    service.sends = lambda call: tile_server.origin if "/tiles/8/135/120" in call else original(call)
    layer = preview(own, qtbot)
    assert "authcfg" not in layer.source()
    assert tile_server.origin in own.notices[0].text
    assert tile_server.asked == []


def test_a_map_of_the_whole_world_goes_there_too(own, service, canvas, qtbot):
    told_bounds(service, GROUND)
    canvas.setExtent(QgsRectangle(-20_000_000, -15_000_000, 20_000_000, 15_000_000))
    preview(own, qtbot)
    assert sight(canvas).width() < 1


def test_the_view_stays_where_the_imagery_is_seen_and_a_second_click_shows_all_of_it(
    own, service, canvas, qtbot
):
    told_bounds(service, (37.56, 55.72, 37.57, 55.722))
    canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_188_000, 7_506_000))
    before = canvas.extent()
    preview(own, qtbot)
    assert canvas.extent() == before
    preview(own, qtbot)
    assert sight(canvas).width() < 0.05
    assert sight(canvas).contains(QgsRectangle(37.56, 55.72, 37.57, 55.722))


def test_a_view_within_the_imagery_is_never_taken_away(own, service, canvas, qtbot):
    told_bounds(service, (37.0, 55.0, 38.0, 56.0))
    before = canvas.extent()
    for _click in range(2):
        preview(own, qtbot)
    assert canvas.extent() == before


def test_a_service_that_does_not_say_where_its_imagery_is_leaves_the_view_alone(own, canvas, qtbot):
    before = canvas.extent()
    layer = preview(own, qtbot)
    assert layer.isValid()
    assert canvas.extent() == before


def test_where_tiles_are_described_is_known_of_paths_alone():
    assert (
        tilejson_beside("https://t.example/a/tiles/{z}/{x}/{y}.png")
        == "https://t.example/a/tiles/tilejson.json"
    )
    assert tilejson_beside("https://t.example/a?t={z}/{x}/{y}") == ""
    assert tilejson_beside("https://t.example/{q}.png") == ""


def test_show_imagery_opens_a_map_where_there_is_none(page, canvas, qgis_iface, qtbot, monkeypatch):
    opened = []

    def open_map(asks):
        opened.append(asks)
        canvas.show()

    monkeypatch.setattr(qgis_iface, "newProject", open_map, raising=False)
    canvas.hide()
    qtbot.mouseClick(page.area.showImageryButton, LEFT)
    assert opened == [True], "what is not saved is asked about"
    assert [layer.providerType() for layer in QgsProject.instance().mapLayers().values()] == ["wms"]
