"""No login reaches a server it is not for by QGIS's own hands: a layer gets it once the way of its tiles is known."""

from __future__ import annotations

import base64

import pytest
from fault_proxy import Answer, FaultProxy, closed_port
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt.QtCore import QSize

from mapflow_dock.api.account import Provider
from mapflow_dock.api.http.client import Client
from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.login.credential import Credential, Scheme
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.processings import TileSet
from mapflow_dock.jobs.tile_login import TileLogin, TileLoginCheck, TilesRequest
from mapflow_dock.layers.tiles.address import layer_uri, login_in, sample_tiles, with_login
from mapflow_dock.layers.tiles.checked import mark_checked
from mapflow_dock.layers.tiles.own import own_source_layer
from mapflow_dock.layers.tiles.provider import provider_preview_layer
from mapflow_dock.layers.tiles.vector import TileMatrix
from mapflow_dock.ui.tile_watch import TileWatch

STATUSES = [301, 302, 303, 307, 308]
KEY = "canary"
BASIC = "Basic " + base64.b64encode(f"someone:{KEY}".encode()).decode()
MOSCOW = (37.6, 55.7, 37.7, 55.8)


@pytest.fixture
def authcfg(qgis_app):
    config = QgsAuthMethodConfig("Basic")
    config.setName("tiles")
    config.setConfig("username", "someone")
    config.setConfig("pass" + "word", KEY)
    stored = QgsApplication.authManager().storeAuthenticationConfig(config)
    return (stored[1] if isinstance(stored, tuple) else config).id()


@pytest.fixture
def other_server():
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def signed_in(server, authcfg):
    client = Client(server.url, Credential(Scheme.STORED, authcfg=authcfg))
    client.retry_base_s = 0.01
    yield client
    client.close()


def template(server):
    return server.origin + "/rest/tiles/{z}/{x}/{y}.png"


def sends_on(server, target, status):
    server.answer = lambda asked: Answer.redirect(f"{target.origin}{asked.path}?key=1", status)


def outcome(job, qtbot):
    seen = []
    job.succeeded.connect(lambda value: seen.append(("succeeded", value)))
    job.failed.connect(lambda error: seen.append(("failed", error)))
    with qtbot.waitSignal(job.finished, timeout=20_000):
        job.start()
    return seen[0]


def render(qtbot, layer):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(256, 256))
    job = QgsMapRendererParallelJob(settings)
    with qtbot.waitSignal(job.finished, timeout=20_000):
        job.start()


def checked_login(client, server, authcfg, qtbot):
    return outcome(TileLoginCheck(client, template(server), authcfg, TileMatrix((0, 12), MOSCOW)), qtbot)


def test_the_tiles_asked_for_are_those_in_the_middle():
    assert sample_tiles("h/{z}/{x}/{y}", (12, 12), (37.6173, 55.7558, 37.6173, 55.7558)) == (
        "h/12/2476/1280",
    )
    assert sample_tiles("h/{z}/{x}/{-y}", (1, 1), (-90, 40, -90, 40)) == ("h/1/0/1",)
    assert sample_tiles("h/{q}", (3, 3), (-30, -56, -20, -54)) == ("h/213",), (
        "the example of the quadkey's inventors"
    )
    assert sample_tiles("h/{z}/{x}/{y}", (0, 2)) == ("h/0/0/0", "h/2/2/2")


@pytest.mark.parametrize("status", STATUSES)
def test_tiles_that_come_from_elsewhere_are_asked_for_without_the_login(
    server, other_server, signed_in, authcfg, qtbot, status
):
    sends_on(server, other_server, status)
    kind, login = checked_login(signed_in, server, authcfg, qtbot)
    assert (kind, login) == ("succeeded", TileLogin("", other_server.origin))
    assert server.asked[0].authorization == BASIC
    assert other_server.asked == []
    provider = Provider("demo", "Demo", preview_url=template(server), preview_max_zoom=12)
    layer = provider_preview_layer(provider, 12, server.url, login.authcfg)
    render(qtbot, layer)
    assert not any(one.authorization for one in other_server.asked)


@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_to_the_service_itself_keeps_the_login(server, signed_in, authcfg, qtbot, status):
    server.answer = lambda asked: (
        Answer(404) if asked.path.startswith("/new") else Answer.redirect("/new" + asked.path, status)
    )
    assert checked_login(signed_in, server, authcfg, qtbot) == ("succeeded", TileLogin(authcfg))
    assert {one.authorization for one in server.asked} == {BASIC}


def test_one_that_leads_away_at_the_second_step_is_found(server, other_server, signed_in, authcfg, qtbot):
    server.answer = lambda asked: Answer.redirect(
        other_server.origin if asked.path.startswith("/new") else "/new" + asked.path
    )
    assert checked_login(signed_in, server, authcfg, qtbot)[1].forwarded_to == other_server.origin
    assert other_server.asked == []


@pytest.mark.parametrize("missing", [403, 404])
def test_where_there_is_no_tile_others_are_asked_for(
    server, other_server, signed_in, authcfg, qtbot, missing
):
    server.answer = lambda asked: (
        Answer.redirect(other_server.origin) if "/tiles/7/" in asked.path else Answer(missing)
    )
    assert checked_login(signed_in, server, authcfg, qtbot)[1] == TileLogin("", other_server.origin)
    assert other_server.asked == []


def test_one_tile_that_is_there_is_enough(server, signed_in, authcfg, qtbot):
    server.answer = lambda asked: Answer(200, b"\x89PNG") if "/tiles/12/" in asked.path else Answer(404)
    assert checked_login(signed_in, server, authcfg, qtbot) == ("succeeded", TileLogin(authcfg))
    assert server.count() == 2


@pytest.mark.parametrize("status", [200, 204, 401, 403, 404, 500])
def test_what_is_no_redirect_is_the_layers_own_matter(server, signed_in, authcfg, qtbot, status):
    server.answer = lambda _asked: Answer(status, b"\x89PNG" if status == 200 else b"")
    refused = []
    signed_in.refused.connect(refused.append)
    assert checked_login(signed_in, server, authcfg, qtbot) == ("succeeded", TileLogin(authcfg))
    assert refused == [], "a tile's refusal does not end the login"


def test_a_service_that_cannot_be_reached_says_nothing_of_its_tiles(qgis_app, authcfg, qtbot):
    url = f"http://127.0.0.1:{closed_port()}"
    client = Client(url, Credential(Scheme.STORED, authcfg=authcfg))
    client.retry_base_s = 0.01
    job = TileLoginCheck(client, url + "/{z}/{x}/{y}.png", authcfg, TileMatrix((0, 12), MOSCOW))
    kind, error = outcome(job, qtbot)
    assert (kind, error.cause.fault) == ("failed", Fault.NETWORK)
    client.close()


def test_nothing_is_asked_where_no_login_would_go(server, other_server, signed_in, authcfg, qtbot):
    for address, login in ((template(other_server), authcfg), (template(server), "")):
        job = TileLoginCheck(signed_in, address, login, TileMatrix())
        assert outcome(job, qtbot) == ("succeeded", TileLogin())
    assert server.asked == other_server.asked == []


def test_a_login_is_not_sent_where_it_could_be_read_on_the_way(qgis_app, authcfg, qtbot):
    client = Client("http://maps.example.org/rest", Credential(Scheme.STORED, authcfg=authcfg))
    job = TileLoginCheck(client, "http://maps.example.org/{z}/{x}/{y}.png", authcfg, TileMatrix())
    kind, login = outcome(job, qtbot)
    assert (kind, login) == ("succeeded", TileLogin(unprotected="http://maps.example.org"))
    assert "https" in login.why_missing
    assert TileLogin(authcfg).why_missing == TileLogin().why_missing == ""
    client.close()


def test_a_check_that_is_cancelled_asks_no_more(server, signed_in, authcfg, qtbot):
    server.add(times=9, hold=True)
    job = TileLoginCheck(signed_in, template(server), authcfg, TileMatrix((0, 12), MOSCOW))
    job.start()
    qtbot.waitUntil(lambda: server.count() == 2)
    told = []
    job.succeeded.connect(told.append)
    job.cancel()
    assert signed_in.running == 0
    assert told == []


def test_the_tilejson_says_which_tiles_to_ask_for(server, signed_in, authcfg, qtbot):
    server.route("GET", "/tiles.json", Answer.of({"minzoom": 3, "maxzoom": 11, "bounds": MOSCOW}))
    server.route("GET", "/tiles/3/4/2.png", Answer(200, b"\x89PNG"))
    tiles = TileSet(template(server), server.url + "/tiles.json")
    kind, ready = outcome(TilesRequest(signed_in, tiles, authcfg), qtbot)
    assert (kind, ready.matrix, ready.login) == ("succeeded", TileMatrix((3, 11), MOSCOW), TileLogin(authcfg))
    asked = {one.path.removeprefix("/rest/tiles/") for one in server.matching("GET", ".png")}
    assert asked == {"3/4/2.png", "11/1238/640.png"}


def test_a_login_is_put_into_a_source_and_taken_out():
    source = layer_uri("https://h/{z}/{x}/{y}?a=authcfg=1&b=2", "abc1234", (0, 3))
    assert login_in(source) == "abc1234"
    without = with_login(source, "")
    assert login_in(without) == ""
    assert without == layer_uri("https://h/{z}/{x}/{y}?a=authcfg=1&b=2", "", (0, 3))
    assert with_login(without, "abc1234") == source


@pytest.fixture
def watch(qgis_app, project):
    watch = TileWatch()
    watch.sentences = []
    watch.told.connect(watch.sentences.append)
    yield watch
    watch.close()


@pytest.fixture
def saved(server, authcfg, project, tmp_path):
    """A project with one of our layers that names the login, saved by a QGIS that did not look at it."""
    provider = Provider("demo", "Demo", preview_url=template(server), preview_max_zoom=12)
    layer = provider_preview_layer(provider, 12, server.url, authcfg)
    layer.setCustomProperty("mapflow_dock/preview_of", "demo")
    layer.setExtent(layer.extent().scaled(0.01))
    project.addMapLayer(layer)
    path = str(tmp_path / "p.qgs")
    assert project.write(path)
    project.clear()
    return path


def only_layer():
    (layer,) = QgsProject.instance().mapLayers().values()
    return layer


@pytest.mark.parametrize("status", STATUSES)
def test_a_project_opened_later_does_not_give_it_away_either(
    saved, watch, server, other_server, qtbot, status
):
    sends_on(server, other_server, status)
    assert QgsProject.instance().read(saved)
    render(qtbot, only_layer())
    qtbot.waitUntil(lambda: bool(watch.sentences))
    render(qtbot, only_layer())
    assert other_server.origin in watch.sentences[0]
    assert BASIC in {one.authorization for one in server.asked}, "the plugin asked"
    assert other_server.asked, "QGIS followed"
    assert not any(one.authorization for one in other_server.asked)


def test_a_project_whose_tiles_stay_at_home_has_its_login_back(
    saved, watch, server, authcfg, qtbot, tmp_path
):
    server.answer = lambda _asked: Answer(404)
    before = QgsProject.instance()
    assert before.read(saved)
    extent = only_layer().extent()
    assert login_in(only_layer().source()) == ""
    qtbot.waitUntil(lambda: login_in(only_layer().source()) == authcfg)
    assert only_layer().extent() == extent
    assert not before.isDirty()
    assert watch.sentences == []


def test_a_project_opened_later_knows_where_the_imagery_lies(server, watch, project, tmp_path):
    bounds = (37.5, 55.6, 37.7, 55.8)
    provider = Provider("demo", "Demo", preview_url="http://127.0.0.1:9/{z}/{x}/{y}.png")
    layer = provider_preview_layer(provider, 12, server.url, "", TileMatrix((0, 12), bounds))
    extent = layer.extent()
    assert extent.width() == pytest.approx(0.2 * 111_319.49, rel=1e-4)
    project.addMapLayer(layer)
    path = str(tmp_path / "p.qgs")
    assert project.write(path)
    project.clear()
    assert project.read(path)
    assert only_layer().extent() == extent
    assert not project.isDirty()


def test_a_project_saved_in_between_does_not_lose_it(saved, watch, server, authcfg, qtbot, tmp_path):
    server.add(times=99, hold=True)
    project = QgsProject.instance()
    assert project.read(saved)
    qtbot.waitUntil(lambda: server.count() > 0)
    assert project.write(str(tmp_path / "again.qgs"))
    project.clear()
    server.release()
    server.rules.clear()
    server.answer = lambda _asked: Answer(404)
    assert project.read(str(tmp_path / "again.qgs"))
    qtbot.waitUntil(lambda: login_in(only_layer().source()) == authcfg)


def test_a_layer_of_somebody_else_is_left_alone(server, watch, authcfg, project):
    provider = Provider("demo", "Demo", preview_url=template(server))
    layer = provider_preview_layer(provider, 12, server.url, authcfg)
    project.addMapLayer(layer)
    assert login_in(layer.source()) == authcfg
    assert server.asked == []


def test_after_it_is_closed_nothing_is_looked_at(saved, server, authcfg, project):
    watch = TileWatch()
    watch.close()
    assert project.read(saved)
    assert login_in(only_layer().source()) == authcfg


def test_a_source_of_ones_own_in_the_other_mercator_stays_in_its_place(
    server, watch, authcfg, qtbot, tmp_path
):
    source = OwnSource("Survey", SourceKind.XYZ, template(server), 12, "EPSG:3395", authcfg)
    layer = own_source_layer(source, 12, authcfg)
    layer.setCustomProperty("mapflow_dock/preview_of_source", "Survey")
    mark_checked(layer)
    project = QgsProject.instance()
    project.addMapLayer(layer)
    path = str(tmp_path / "p.qgs")
    assert project.write(path)
    project.clear()
    server.answer = lambda _asked: Answer(404)
    assert project.read(path)
    assert login_in(only_layer().source()) == ""
    qtbot.waitUntil(lambda: login_in(only_layer().source()) == authcfg)
    assert only_layer().crs().authid() == "EPSG:3395"
