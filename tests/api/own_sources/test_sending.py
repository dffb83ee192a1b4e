"""What goes out equals the reference's example; a login is read from the store when a processing is started."""

from __future__ import annotations

import json

import pytest
from fault_proxy import Answer
from qgis.core import QgsSettings

from mapflow_dock.api import processings
from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin, keep_login
from mapflow_dock.api.own_sources.sending import as_named, with_login
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.processings import ProcessingRequest, start_body

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
ADDRESS = "https://tiles.example.com/{z}/{x}/{y}.png"
WORD = 'a "password" ü'


def request_of(source):
    return ProcessingRequest("A", "p1", "m1", SQUARE, as_named(source))


def test_the_reference_example_key_for_key(qgis_app):
    authcfg = keep_login(SourceLogin("username", "password"), "Tiles")
    source = OwnSource("Tiles", SourceKind.XYZ, ADDRESS, 18, "EPSG:3857", authcfg)
    assert with_login(as_named(source)).params == {
        "userDefined": {
            "sourceType": "XYZ",
            "url": "https://tiles.example.com/{z}/{x}/{y}.png",
            "zoom": 18,
            "crs": "EPSG:3857",
            "rasterLogin": "username",
            "rasterPassword": "password",
        }
    }


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        (
            OwnSource("A", SourceKind.TMS, "https://h.example/{z}/{x}/{-y}", None, "EPSG:3395"),
            {"sourceType": "TMS", "url": "https://h.example/{z}/{x}/{y}", "crs": "EPSG:3395"},
        ),
        (
            OwnSource("A", SourceKind.QUADKEY, "https://h.example/{q}", 17),
            {"sourceType": "QUADKEY", "url": "https://h.example/{q}", "zoom": 17, "crs": "EPSG:3857"},
        ),
        (
            OwnSource("A", SourceKind.SENTINEL_L2A, "L2A_T32TQM_A007612_20180822T101024", 9),
            {"sourceType": "SENTINEL_L2A", "url": "L2A_T32TQM_A007612_20180822T101024"},
        ),
        (
            OwnSource("A", SourceKind.LOCAL, "s3://bucket/a.tif"),
            {"sourceType": "LOCAL", "url": "s3://bucket/a.tif"},
        ),
    ],
)
def test_each_kind_sends_what_it_needs(source, sent):
    assert with_login(as_named(source)).params == {"userDefined": sent}


def test_a_key_stands_in_the_address_when_it_is_sent(qgis_app):
    authcfg = keep_login(SourceLogin("", "a+b c"), "Tiles")
    source = OwnSource("A", SourceKind.XYZ, "https://h.example/{z}/{x}/{y}?key={key}", 18, authcfg=authcfg)
    sent = with_login(as_named(source))
    assert sent.params["userDefined"]["url"] == "https://h.example/{z}/{x}/{y}?key=a%2Bb%20c"
    assert "rasterLogin" not in sent.params["userDefined"]


@pytest.fixture
def keyed(qgis_app):
    authcfg = keep_login(SourceLogin("me", WORD), "Tiles")
    return OwnSource("A", SourceKind.XYZ, ADDRESS, 18, authcfg=authcfg)


def test_what_is_remembered_of_a_request_has_no_login(keyed):
    request = request_of(keyed)
    told = (
        json.dumps(start_body(request), ensure_ascii=False) + repr(request) + repr(with_login(request.source))
    )
    assert "password" not in told.lower()
    assert "rasterLogin" not in told


def test_the_cost_is_asked_without_the_login(keyed, server, make_client, outcome):
    server.route("POST", "/processing/cost/v2", Answer.of(12))
    assert outcome(processings.cost(make_client(server.url), request_of(keyed))) == ("succeeded", 12.0)
    assert "rasterPassword" not in server.matching("POST")[0].body.decode()


def test_a_start_sends_the_login_and_keeps_it_nowhere(keyed, server, make_client, outcome):
    def refuse(asked):
        return Answer.of({"detail": [{"loc": ["body"], "msg": "no", "input": asked.json}]}, 422)

    server.route("POST", "/processings/v2", refuse)
    kind, error = outcome(start(make_client(server.url), request_of(keyed)))
    sent = server.matching("POST")[0].json["params"]["sourceParams"]["userDefined"]
    assert (sent["rasterLogin"], sent["rasterPassword"]) == ("me", WORD)
    assert kind == "failed"
    assert "password" not in repr(error).replace("rasterPassword", "").lower(), "the server sent it back"


def test_a_lost_start_is_written_down_without_the_login(keyed, server, make_client, outcome):
    server.route("POST", "/processings/v2", Answer.of({}, 500))
    server.route("GET", "/projects/p1/processings/v2", Answer.of({}, 500))
    kind, _error = outcome(start(make_client(server.url), request_of(keyed)), 30_000)
    settings = QgsSettings()
    written = {key: str(settings.value(key)) for key in settings.allKeys() if "mapflow_dock/sent" in key}
    assert kind == "failed"
    assert written
    assert "password" not in repr(written).lower()


def test_without_its_login_nothing_is_started(server, make_client, outcome):
    gone = OwnSource("A", SourceKind.XYZ, ADDRESS, 18, authcfg="gone123")
    kind, error = outcome(start(make_client(server.url), request_of(gone)))
    assert (kind, error.fault, error.unsent) == ("failed", Fault.CREDENTIAL, True)
    assert "authentication store" in error.sentence
    assert not server.matching("POST")
