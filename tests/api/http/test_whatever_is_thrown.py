"""Every request ends, once, whatever is thrown in any of its steps and however odd the answer is."""

from __future__ import annotations

import json
import logging
import os
import re

import pytest
from fault_proxy import Answer

from mapflow_dock.api import history, projects
from mapflow_dock.api.http import auth_challenge, download, exchange, flight, outcome, route, upload
from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.http.reply import ApiReply
from mapflow_dock.api.http.upload import FilePart
from mapflow_dock.api.lost_answers import create, image_search, poll_until_known, start
from mapflow_dock.api.lost_answers import upload as uploads
from mapflow_dock.api.messages.statuses import status_sentence
from mapflow_dock.api.processings import ProcessingRequest
from mapflow_dock.api.sources import ProviderSource

SECRET = "canary-in-an-exception"
LARGE = {"text": "x" * (exchange.LARGE_ANSWER + 1)}


class Surprise(Exception):
    """Nothing in the plugin expects it."""


def throw(*_arguments, **_values):
    raise Surprise(SECRET)


@pytest.fixture
def signals(qtbot):
    """Waits for a reply to finish; returns the names of all it emitted, and the last value."""

    def wait(reply):
        seen = []
        values = []
        reply.succeeded.connect(lambda value: (seen.append("succeeded"), values.append(value)))
        reply.failed.connect(lambda error: (seen.append("failed"), values.append(error)))
        reply.finished.connect(lambda: seen.append("finished"))
        qtbot.waitUntil(lambda: "finished" in seen, timeout=10_000)
        return seen, values[-1]

    return wait


@pytest.fixture
def client(server, make_client):
    return make_client(server.url)


@pytest.fixture
def ask(server, client, tmp_path):
    """Starts one request of each kind."""
    picture = tmp_path / "scene.tif"
    picture.write_bytes(os.urandom(3_000))

    def begin(kind, answer):
        for verb in ("GET", "POST"):
            server.route(verb, "/thing", answer)
        if kind == "get":
            return client.get("/thing", lambda value: value)
        if kind == "tile":
            return client.try_tile(server.url + "/thing")
        if kind == "picture":
            return client.picture("/thing")
        if kind == "post":
            return client.send("POST", "/thing", lambda value: value, {"a": 1})
        if kind == "download":
            return client.download("/thing", tmp_path / "file.geojson")
        return client.upload("/thing", FilePart(picture, "scene.tif"), lambda value: value)

    return begin


def ended_badly(seen, error):
    assert seen == ["failed", "finished"]
    assert error.sentence
    assert SECRET not in repr(error)


FINE = Answer.of({"id": "x"})
NO = Answer.of({"message": "no", "code": "C", "params": {"a": 1}}, 400)
STEPS = [
    # kind of request, what throws, the answer
    ("get", (exchange, "network_request"), FINE),
    ("get", (exchange, "network_manager"), FINE),
    ("get", (flight, "ChallengeGuard"), FINE),
    ("get", (auth_challenge.ChallengeGuard, "release"), FINE),
    ("post", (exchange, "request_body"), FINE),
    ("get", (exchange.LoginUse, "apply"), FINE),
    ("get", (exchange.Exchange, "_ended"), FINE),
    ("get", (exchange.Exchange, "_answered"), FINE),
    ("get", (exchange.Exchange, "_accept"), FINE),
    ("get", (outcome, "decoded"), FINE),
    ("get", (outcome, "decoded"), Answer.of(LARGE)),
    ("get", (exchange, "_read_out"), FINE),
    ("get", (exchange, "_read_out"), Answer.of(LARGE)),
    ("get", (exchange, "scrubbed"), NO),
    ("get", (outcome, "read_error_body"), NO),
    ("get", (outcome, "sentence_of"), NO),
    ("get", (outcome, "bounded"), NO),
    ("get", (outcome, "seconds_to_wait"), Answer.of({}, 503)),
    ("post", (outcome, "not_sent_on"), Answer.redirect("http://127.0.0.1:1/x", 307)),
    ("get", (exchange.Exchange, "_unauthorised"), Answer.of({}, 401)),
    ("download", (download.Download, "_write"), FINE),
    ("download", (download.Download, "_discard"), FINE),
    ("download", (download, "_Sealing"), FINE),
    ("download", (download._Sealing, "_look"), FINE),
    ("get", (flight.Flight, "watch"), FINE),
    ("get", (flight.Flight, "ended"), FINE),
    ("get", (flight.Flight, "allow"), FINE),
    ("get", (route.Route, "redirect"), Answer.redirect("/rest/thing", 307)),
    ("get", (route.Route, "start_over"), Answer.of({}, 503)),
    ("get", (exchange, "no_full_collection"), Answer.of(LARGE)),
    ("tile", (route, "may_have_login"), FINE),
    ("tile", (outcome, "moved"), Answer.redirect("http://127.0.0.1:1/x")),
    ("picture", (exchange, "drop_from_cache"), NO),
    ("picture", (exchange, "keep_in_cache"), Answer(200, b"\xff\xd8picture")),
    ("download", (download.os, "replace"), FINE),
    ("upload", (upload, "_state_of"), FINE),
    ("upload", (upload, "_disposition"), FINE),
    ("upload", (upload, "SentOnceBody"), FINE),
    ("upload", (upload.Upload, "_check_file"), FINE),
    ("upload", (upload.Upload, "_accept"), FINE),
]


@pytest.mark.parametrize(("kind", "target", "answer"), STEPS)
def test_a_step_that_throws_ends_the_request(monkeypatch, ask, signals, client, kind, target, answer, caplog):
    with monkeypatch.context() as patched:
        patched.setattr(*target, throw)
        reply = ask(kind, answer)
        ended_badly(*signals(reply))
    assert SECRET not in caplog.text
    assert client.running == 0


def test_what_a_parser_throws_is_an_answer_that_cannot_be_read(server, client, signals):
    for answer in (FINE, Answer.of(LARGE)):
        server.route("GET", "/thing", answer)
        seen, error = signals(client.get("/thing", throw))
        ended_badly(seen, error)
        assert error.fault is Fault.MALFORMED


@pytest.mark.parametrize("of_success", [True, False])
def test_a_composed_reply_ends_when_one_of_its_steps_throws(server, client, signals, of_success):
    server.route("GET", "/thing", FINE if of_success else NO)
    reply = client.keep(ApiReply())
    reply.follow(client.get("/thing", lambda value: value), on_success=throw, on_failure=throw)
    ended_badly(*signals(reply))


def test_an_abort_that_throws_ends_the_request_all_the_same(monkeypatch, server, client, qtbot, caplog):
    server.add(hold=True)
    reply = client.get("/thing", lambda value: value)
    qtbot.waitUntil(lambda: server.count() == 1)
    ends = []
    reply.finished.connect(lambda: ends.append("finished"))
    with monkeypatch.context() as patched:
        patched.setattr(exchange.Exchange, "_let_go", throw)
        reply.abort()
    assert ends == ["finished"]
    assert SECRET not in caplog.text


REQUEST = ProcessingRequest("n", "p", "wd", {"type": "Polygon"}, ProviderSource("Mapbox", 18))


@pytest.mark.parametrize(
    ("target", "begin"),
    [
        ((projects, "_chosen"), lambda client, _path: projects.page(client)),
        ((history, "Fields"), lambda client, _path: history.history(client)),
        ((start, "list_by_project"), lambda client, _path: start.start(client, REQUEST)),
        ((start.StartSearch, "_search"), lambda client, _path: start.start(client, REQUEST)),
        ((poll_until_known.PollUntilKnown, "_note"), lambda client, _path: start.start(client, REQUEST)),
        ((start.StartReply, "_sentences"), lambda client, _path: start.start(client, REQUEST)),
        ((create.CreateReply, "_compared"), lambda client, _path: create.create_project(client, "n")),
        ((create.CreateReply, "_remember"), lambda client, _path: create.create_mosaic(client, "n")),
        ((uploads.UploadReply, "_begin"), lambda client, path: uploads.upload_image(client, "m", path)),
        ((uploads.UploadReply, "_send"), lambda client, path: uploads.upload_image(client, "m", path)),
        ((uploads.UploadReply, "_search"), lambda client, path: uploads.upload_image(client, "m", path)),
        ((uploads.UploadReply, "_judge"), lambda client, path: uploads.upload_image(client, "m", path)),
        ((image_search, "named"), lambda client, path: uploads.upload_image(client, "m", path)),
    ],
)
def test_a_lookup_that_throws_ends_the_request(monkeypatch, server, client, signals, tmp_path, target, begin):
    path = tmp_path / "scene.tif"
    path.write_bytes(b"x" * 100)
    server.route("GET", "/projects/p/processings/v2", Answer.of([]))
    server.route("GET", "/projects", Answer.of([]))
    server.route("GET", "/rasters/mosaic", Answer.of([]))
    server.route("GET", "/rasters/mosaic/m/image", Answer.of([]))
    server.route("POST", "/projects/page", Answer.of([], 405))
    for posted in ("/processings/v2", "/projects", "/rasters/mosaic", "/rasters/mosaic/m/image"):
        server.route("POST", posted, Answer.of({}, 500))
    server.route("POST", "/processings/stats", Answer.of({"results": []}))
    monkeypatch.setattr(*target, throw)
    ended_badly(*signals(begin(client, path)))
    assert client.running == 0


@pytest.mark.parametrize(
    "retry_after", ["²", "９９", "9" * 400, "-1", "1e400", "nan", "Thu, 99 Foo 9999", "\x7f", "٣"]
)
def test_an_odd_retry_after_is_no_reason_to_hang(server, client, signals, retry_after):
    answer = Answer(429, b"{}", {"Retry-After": retry_after.encode("utf-8").decode("latin-1")})
    server.add(times=99, answer=answer)
    seen, error = signals(client.send("POST", "/thing", lambda value: value, {}))
    assert seen == ["failed", "finished"]
    assert error.fault is Fault.BUSY


def nested(depth):
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    "body",
    [
        '{"code":"TOO_LARGE_PROCESSING","params":{"area":%s,"aoiAreaLimit":1}}' % ("9" * 400),
        '{"code":"TOO_LARGE_PROCESSING","params":{"area":%s,"aoiAreaLimit":1}}' % ("9" * 9_000),
        '{"code":"TOO_LARGE_PROCESSING","params":{"area":"%s","aoiAreaLimit":1}}' % ("9" * 400),
        '{"code":"TOO_LARGE_PROCESSING","params":{"area":1e999,"aoiAreaLimit":1}}',
        '{"code":"FileTooBig","params":{"file_size":%s,"max_file_size":-5}}' % ("9" * 300),
        '{"code":"source-validator.BadImageProfile","params":{"profile":' + nested(900) + "}}",
        '{"code":"X","params":' + nested(900) + "}",
        '{"detail":' * 900 + "1" + "}" * 900,
        '{"code":%s,"message":[1]}' % ("9" * 5_000),
        '{"detail":[{"loc":' + nested(500) + "}]}",
    ],
)
def test_an_odd_error_is_an_error_like_any_other(server, client, signals, body):
    json.loads(body, parse_int=len)  # it is JSON
    server.add(times=99, answer=Answer(400, body.encode(), {"Content-Type": "application/json"}))
    seen, error = signals(client.get("/thing", lambda value: value))
    assert seen == ["failed", "finished"]
    assert error.fault is Fault.REJECTED
    assert 0 < len(error.sentence) < 600


def test_a_thousand_bad_records_take_one_line_of_the_log(server, client, signals, caplog):
    from mapflow_dock.api.processings import list_by_project

    records = [{"id": str(number), "status": "OK", "name": "n"} for number in range(3)]
    odd = {"id": "odd", "status": "OK", "params": {"data_provider": "x", "zoom": "²"}}
    server.route("GET", "/projects/p/processings/v2", Answer.of([*records, odd, *[{"name": "x"}] * 1_000]))
    with caplog.at_level(logging.WARNING, "mapflow_dock"):
        seen, listing = signals(list_by_project(client, "p"))
    assert seen == ["succeeded", "finished"]
    assert [one.id for one in listing.processings] == ["0", "1", "2", "odd"]
    assert listing.skipped == 1_000
    assert len(caplog.records) == 1
    assert "1000" in caplog.text


def test_an_answer_that_only_drips_is_cut_off(server, client, signals):
    client.idle_timeout_ms = 10_000
    client.window_ms = 200
    server.add(times=9, hold=True, answer=FINE)
    seen, error = signals(client.send("POST", "/thing", lambda value: value, {}))
    assert (seen, error.fault) == (["failed", "finished"], Fault.TIMEOUT)


def test_a_transfer_that_moves_may_take_many_windows(qapp, qtbot):
    from qgis.PyQt.QtCore import QObject, QTimer

    from mapflow_dock.api.http.pace import Pace

    owner = QObject()
    pace = Pace(owner)
    stalls, done = [], []
    pace.stalled.connect(lambda: stalls.append(len(done)))
    pace.begin(idle_ms=5_000, window_ms=60)
    tick = QTimer(owner)
    tick.timeout.connect(lambda: (done.append(1), pace.note(10_000 * len(done))))
    tick.start(10)
    qtbot.waitUntil(lambda: len(done) > 30)
    assert stalls == []
    tick.stop()
    qtbot.waitUntil(lambda: bool(stalls))


@pytest.mark.parametrize(
    "answer",
    [
        Answer.html(401),
        Answer.html(401, "Sign in to the hotel's network"),
        Answer(401, b"<html>Sign in</html>"),
        Answer(401, b"\xef\xbb\xbf \r\n<!DOCTYPE html><html>"),
        Answer(401, b"<!-- portal --><script>location = 'http://portal'</script>"),
        Answer(401, b"<head><meta http-equiv=refresh></head>", {"Content-Type": "text/plain"}),
        Answer(
            401, b"<?xml version='1.0'?>\n<!DOCTYPE html>\n<html xmlns='x'>", {"Content-Type": "text/xml"}
        ),
    ],
)
def test_a_page_with_401_is_a_networks_own_and_leaves_the_login_alone(server, client, signals, answer):
    server.add(times=99, answer=answer)
    refusals = []
    client.refused.connect(refusals.append)
    seen, error = signals(client.get("/thing", lambda value: value))
    assert (seen, error.fault) == (["failed", "finished"], Fault.NOT_MAPFLOW)
    assert refusals == []
    assert server.count() == 1


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_changes_something_is_not_sent_to_another_origin(
    server, other_server, client, signals, verb, status
):
    server.route(verb, "/thing", Answer.redirect(other_server.url + "/thing", status))
    seen, error = signals(client.send(verb, "/thing", lambda value: value))
    assert (seen, error.fault) == (["failed", "finished"], Fault.NOT_MAPFLOW)
    assert other_server.asked == []
    assert other_server.origin in error.sentence
    assert error.sentence.count(".") >= 2


FOLLOWED = {
    # what a redirect within the origin makes of a request; what is missing is refused
    ("POST", 303): "GET",
    ("POST", 307): "POST",
    ("POST", 308): "POST",
    ("PUT", 303): "GET",
    ("DELETE", 303): "GET",
}


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin_keeps_what_was_asked(server, client, signals, verb, status):
    goes_on_as = FOLLOWED.get((verb, status), "" if verb == "POST" else verb)
    server.route(verb, "/old", Answer.redirect("/rest/new", status))
    for each in ("GET", "POST", "PUT", "DELETE"):
        server.route(each, "/new", Answer.of(each))
    body = None if verb == "GET" else {"a": 1}
    same = client.get("/old", str) if verb == "GET" else client.send(verb, "/old", str, body)
    seen, value = signals(same)
    if not goes_on_as:
        assert (seen, value.fault) == (["failed", "finished"], Fault.NOT_MAPFLOW)
        assert "another of its own addresses" in value.sentence
        assert server.count() == 1
        return
    assert (seen, value) == (["succeeded", "finished"], goes_on_as)
    second = server.asked[1]
    assert second.authorization == server.asked[0].authorization != ""
    assert (second.json if second.body else None) == (body if goes_on_as != "GET" else None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_file_is_not_sent_to_another_origin(server, other_server, client, signals, tmp_path, status):
    (tmp_path / "scene.tif").write_bytes(os.urandom(3_000))
    server.route("POST", "/thing", Answer.redirect(other_server.url + "/thing", status))
    part = FilePart(tmp_path / "scene.tif", "scene.tif")
    seen, error = signals(client.upload("/thing", part, lambda value: value))
    assert (seen, error.fault) == (["failed", "finished"], Fault.NOT_MAPFLOW)
    assert other_server.asked == []


@pytest.mark.parametrize("status", [400, 402, 405, 408, 409, 413, 414, 415, 422, 423, 511])
def test_a_status_alone_is_told_in_plain_words(server, client, signals, status):
    server.add(times=9, answer=Answer(status))
    _seen, error = signals(client.send("POST", "/thing", lambda value: value))
    assert str(status) not in error.sentence.replace(server.origin, "")
    assert error.sentence.count(".") >= 2 or "Do that" in error.sentence


ADVICE = re.compile(
    r"(Try again|Check|Refresh|Use|Ask|ask|Copy|Top it up|Do that|Look|look|Delete|Enter) ?[^.]*\.$",
    re.DOTALL,
)


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_says_what_happened_and_what_to_do(status):
    sentence = status_sentence(status, "https://api.example.org", None)
    happened, _stop, advice = sentence.rpartition(". ")
    assert len(happened) > 20
    assert str(status) not in happened or "HTTP" in happened
    assert ADVICE.match(advice), sentence
    assert "{" not in sentence


def test_a_service_that_asks_for_patience_is_told_of(server, client, signals):
    server.add(times=9, answer=Answer(503, b"", {"Retry-After": "120"}))
    _seen, error = signals(client.send("POST", "/thing", lambda value: value))
    assert "120\u00a0s" in error.sentence
    assert error.sentence.count("Try again") == 1
