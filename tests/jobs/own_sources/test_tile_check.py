"""A source is tried with one of its tiles; whatever comes instead has a sentence of its own."""

from __future__ import annotations

import logging
import threading

import pytest
from fault_proxy import closed_port
from tile_server import TileServer, picture

from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin, keep_login
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.jobs.own_sources import tile_check
from mapflow_dock.jobs.own_sources.tile_check import TileCheck
from mapflow_dock.layers.tiles.own import tile_under

PLACE = (37.61, 55.75)
WORD = "canary-word"


@pytest.fixture
def server(qgis_app):
    server = TileServer()
    yield server
    server.stop()


@pytest.fixture
def other_server(qgis_app):
    server = TileServer()
    yield server
    server.stop()


def source_of(server, template=None, kind=SourceKind.XYZ, **fields):
    return OwnSource("Survey", kind, template or server.template, 18, **fields)


@pytest.fixture
def check(qtbot):
    """Run a check; returns ("succeeded" or "failed", what it said)."""

    def run(source, login=None):
        said = []
        job = TileCheck(source, [tile_under(source, 18, *PLACE)], login)
        job.succeeded.connect(lambda tile: said.append(("succeeded", tile)))
        job.failed.connect(lambda error: said.append(("failed", error)))
        with qtbot.waitSignal(job.finished, timeout=15_000):
            job.start()
        return said[0]

    return run


@pytest.mark.parametrize("side", [256, 512])
def test_a_tile_under_the_place_comes(server, check, side):
    server.body = picture(side)
    kind, tile = check(source_of(server))
    assert (kind, tile.side) == ("succeeded", side)
    assert [path for path, _login in server.asked] == ["/18/158458/81954.png"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"status": 204, "body": b""}, "is empty"),
        ({"body": b""}, "is empty"),
        ({"body": picture(alpha=0)}, "transparent"),
        ({"body": picture(100)}, "100 × 100"),
        ({"body": picture(256, 255)}, "256 × 255"),
        ({"body": b"<html><body>Hello", "content_type": "text/html"}, "web page"),
        ({"body": b"<!DOCTYPE html><html>", "content_type": "image/png"}, "web page"),
        ({"body": b"<html>login", "content_type": "text/html", "status": 401}, "asks for a login"),
        ({"body": b'{"error": 1}', "content_type": "application/json"}, "no picture"),
        ({"body": picture()[:200]}, "broken"),
        ({"status": 401, "body": b""}, "asks for a login"),
        ({"status": 403, "body": b""}, "does not let you have"),
        ({"status": 404, "body": b""}, "no tile under the area"),
        ({"status": 500, "body": b""}, "HTTP 500"),
        ({"status": 429, "body": b""}, "HTTP 429"),
    ],
)
def test_what_comes_instead_is_said(server, check, changed, said):
    for name, value in changed.items():
        setattr(server, name, value)
    kind, error = check(source_of(server))
    assert kind == "failed"
    assert said in error.sentence
    assert len(server.asked) == 1, "it is asked once"


def test_a_tile_of_one_colour_comes_with_a_doubt(server, check):
    server.body = picture(colours=1)
    kind, tile = check(source_of(server))
    assert (kind, tile.side) == ("succeeded", 256)
    assert "one colour only" in tile.doubt


def test_the_login_is_sent_to_the_source(server, check):
    server.login = ("me", WORD)
    authcfg = keep_login(SourceLogin("me", WORD), "Survey")
    assert check(source_of(server, authcfg=authcfg))[0] == "succeeded"
    assert check(source_of(server), SourceLogin("me", WORD))[0] == "succeeded", (
        "one that is only typed so far"
    )
    kind, error = check(source_of(server), SourceLogin("me", "wrong-word"))
    assert (kind, "does not accept the login" in error.sentence) == ("failed", True)
    assert "wrong-word" not in repr(error)


def test_the_login_does_not_leave_the_origin(server, other_server, check):
    authcfg = keep_login(SourceLogin("me", WORD), "Survey")
    server.status, server.headers = 302, {"Location": other_server.origin + "/there.png"}
    assert check(source_of(server, authcfg=authcfg))[0] == "succeeded"
    assert server.asked[0][1].startswith("Basic ")
    assert other_server.asked == [("/there.png", "")]
    other_server.login = ("me", WORD)
    kind, error = check(source_of(server, authcfg=authcfg))
    assert kind == "failed"
    assert other_server.origin in error.sentence
    assert "your login is not sent" in error.sentence


def test_a_key_goes_into_the_address_and_into_no_error(server, check):
    server.key = WORD
    authcfg = keep_login(SourceLogin("", WORD), "Survey")
    template = server.template + "?api_key={key}"
    assert check(source_of(server, template, authcfg=authcfg))[0] == "succeeded"
    assert server.asked == [(f"/18/158458/81954.png?api_key={WORD}", "")]
    server.key = "another"
    kind, error = check(source_of(server, template, authcfg=authcfg))
    assert kind == "failed"
    assert WORD not in repr(error)


def test_a_key_can_stand_in_the_path(server, check, caplog):
    authcfg = keep_login(SourceLogin("", WORD), "Survey")
    server.missing = {f"/{WORD}/18/158458/81954.png": 404}
    with caplog.at_level(logging.DEBUG, "mapflow_dock"):
        kind, error = check(source_of(server, server.origin + "/{key}/{z}/{x}/{y}.png", authcfg=authcfg))
    assert server.asked == [(f"/{WORD}/18/158458/81954.png", "")]
    assert kind == "failed"
    assert WORD not in repr(error) + error.detail + caplog.text


def test_endless_redirects_and_no_answer_are_said(server, check, monkeypatch):
    server.status, server.headers = 302, {"Location": server.origin + "/again"}
    assert "keeps sending on" in check(source_of(server))[1].sentence
    monkeypatch.setattr(tile_check, "PATIENCE_MS", 200)
    server.status, server.headers, server.hold = 200, {}, threading.Event()
    assert "did not answer in time" in check(source_of(server))[1].sentence


def test_no_network_and_no_tls_are_said(server, check):
    closed = f"http://127.0.0.1:{closed_port()}/{{z}}/{{x}}/{{y}}"
    assert "nothing answers there" in check(source_of(server, closed))[1].sentence
    secure = server.template.replace("http://", "https://")
    assert "secure connection" in check(source_of(server, secure))[1].sentence
    nowhere = "http://nowhere.invalid/{z}/{x}/{y}"
    assert "nowhere.invalid" in check(source_of(server, nowhere))[1].sentence


def test_a_login_that_is_gone_is_said_and_nothing_asked(server, check):
    kind, error = check(source_of(server, authcfg="gone123"))
    assert kind == "failed"
    assert "Edit the source" in error.sentence
    assert server.asked == []


def test_a_check_can_be_cancelled(server, qtbot):
    server.hold = threading.Event()
    source = source_of(server)
    job = TileCheck(source, [tile_under(source, 18, *PLACE)])
    said = []
    for signal in (job.succeeded, job.failed):
        signal.connect(said.append)
    job.start()
    qtbot.waitUntil(lambda: server.asked != [])
    with qtbot.waitSignal(job.finished):
        job.cancel()
    assert said == []


@pytest.mark.parametrize(
    ("kind", "mark", "crs", "asked"),
    [
        (SourceKind.TMS, "{z}/{x}/{y}", "EPSG:3857", "/18/158458/180189"),
        (SourceKind.TMS, "{z}/{x}/{-y}", "EPSG:3857", "/18/158458/180189"),
        (SourceKind.QUADKEY, "{q}", "EPSG:3857", "/120310101011311030"),
        (SourceKind.XYZ, "{z}/{x}/{y}", "EPSG:3395", "/18/158458/82185"),
    ],
)
def test_each_kind_counts_its_tiles_as_qgis_does(server, check, kind, mark, crs, asked):
    """The numbers are those QGIS 3.22 asked for at this place, and PROJ's for EPSG:3395."""
    assert check(source_of(server, f"{server.origin}/{mark}", kind, crs=crs))[0] == "succeeded"
    assert server.asked[0][0] == asked


def test_nothing_of_the_address_is_logged(server, check, caplog):
    server.status = 404
    with caplog.at_level(logging.DEBUG, "mapflow_dock"):
        assert check(source_of(server, server.origin + f"/{WORD}/{{z}}/{{x}}/{{y}}"))[0] == "failed"
    assert "404" in caplog.text
    assert WORD not in caplog.text
