"""What the client promises over real HTTP: retries, redirects, the two schemes, timeouts, faults in plain words."""

from __future__ import annotations

import time

import pytest
from fault_proxy import Answer, closed_port, silent_port
from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.PyQt import sip

from mapflow_dock.api.http.errors import Fault, ForeignReply, MalformedReply
from mapflow_dock.api.http.flight import Flight
from mapflow_dock.api.http.request import plugin_version
from mapflow_dock.api.login.credential import Credential, Scheme


def same(value: object) -> object:
    return value


def test_each_request_carries_version_and_login(server, make_client, outcome, basic):
    server.route("GET", "/thing", Answer.of({"a": 1}))
    assert outcome(make_client(server.url).get("/thing", same)) == ("succeeded", {"a": 1})
    headers = server.asked[0].headers
    assert headers["authorization"] == f"Basic {basic}"
    assert headers["x-plugin-version"] == plugin_version() != "0"
    assert "cookie" not in headers


def test_query_values_arrive_as_they_were(server, make_client, outcome):
    server.route("GET", "/thing", Answer.of(1))
    outcome(make_client(server.url).get("/thing", same, (("q", "a+b & ü=1/2"), ("q", "2"))))
    from urllib.parse import parse_qs

    assert parse_qs(server.asked[0].query) == {"q": ["a+b & ü=1/2", "2"]}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_get_is_tried_again_and_recovers(server, make_client, outcome, status):
    server.route("GET", "/thing", Answer.of("fine"))
    server.add(path="/thing", times=3, answer=Answer.of({"message": "busy"}, status))
    assert outcome(make_client(server.url).get("/thing", same)) == ("succeeded", "fine")
    assert server.count("GET", "/thing") == 4


def test_get_gives_up_after_three_more_tries(server, make_client, outcome):
    server.add(path="/thing", times=99, answer=Answer.of({"message": "busy"}, 503))
    kind, error = outcome(make_client(server.url).get("/thing", same))
    assert (kind, error.fault, error.status) == ("failed", Fault.SERVER, 503)
    assert server.count() == 4


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500])
def test_what_waiting_cannot_help_is_asked_once(server, make_client, outcome, status):
    server.add(path="/thing", times=99, answer=Answer.of({"message": "no"}, status))
    assert outcome(make_client(server.url).get("/thing", same))[0] == "failed"
    assert server.count() == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_spends_is_sent_once(server, make_client, outcome, status):
    server.add(path="/thing", times=99, answer=Answer.of({"message": "busy"}, status))
    assert outcome(make_client(server.url).send("POST", "/thing", same, {"a": 1}))[0] == "failed"
    assert server.count() == 1


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize(("verb", "body"), [("POST", {"a": 1}), ("POST", None), ("DELETE", None)])
def test_qt_does_not_send_again_what_was_answered_by_hanging_up(
    server, make_client, outcome, verb, body, reset
):
    server.add(path="/thing", times=99, drop_after=True, reset=reset)
    kind, error = outcome(make_client(server.url).send(verb, "/thing", same, body))
    assert (kind, error.fault, error.unsent) == ("failed", Fault.NETWORK, False)
    assert server.count() == 1


def test_retry_after_is_waited_for(server, make_client, outcome):
    server.route("GET", "/thing", Answer.of("fine"))
    server.add(path="/thing", answer=Answer.of({}, 429, Retry_After="1"))
    begin = time.monotonic()
    assert outcome(make_client(server.url).get("/thing", same))[0] == "succeeded"
    assert time.monotonic() - begin >= 0.95


def test_a_long_retry_after_is_told_instead(server, make_client, outcome):
    server.add(path="/thing", times=99, answer=Answer.of({}, 429, Retry_After="3600"))
    kind, error = outcome(make_client(server.url).get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.BUSY)
    assert "3,600\u00a0s" in error.sentence
    assert server.count() == 1


def test_the_other_scheme_is_tried_once_and_remembered(server, make_client, outcome, basic):
    def answer(asked):
        return Answer.of("in") if asked.authorization == f"Bearer {basic}" else Answer.of({}, 401)

    server.route("GET", "/thing", answer)
    client = make_client(server.url)
    learned = []
    client.credential_changed.connect(learned.append)
    assert outcome(client.get("/thing", same)) == ("succeeded", "in")
    assert outcome(client.get("/thing", same)) == ("succeeded", "in")
    assert [asked.authorization.split()[0] for asked in server.asked] == ["Basic", "Bearer", "Bearer"]
    assert learned == [Credential(Scheme.BEARER, basic)]


def test_a_login_refused_in_both_schemes_says_so_once(server, make_client, outcome, qtbot):
    server.add(times=99, answer=Answer.of({"message": "Unauthorized"}, 401))
    client = make_client(server.url)
    with qtbot.waitSignal(client.refused) as refused:
        kind, error = outcome(client.get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.CREDENTIAL)
    assert refused.args[0] == error
    assert "token" in error.sentence
    assert server.count() == 2


def test_a_challenge_ends_in_the_same_sentence(server, make_client, outcome):
    challenge = Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="Realm"'})
    server.add(times=99, answer=challenge)
    kind, error = outcome(make_client(server.url).get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.CREDENTIAL)
    assert server.count() == 2


def test_a_redirect_within_the_origin_keeps_the_login(server, make_client, outcome):
    server.route("GET", "/new", Answer.of("here"))
    server.route("GET", "/old", Answer.redirect("new", 301))
    assert outcome(make_client(server.url).get("/old", same)) == ("succeeded", "here")
    assert server.asked[1].authorization


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_drops_the_login(server, other_server, make_client, outcome, status):
    other_server.route("GET", "/file", Answer.of("there"))
    server.route("GET", "/thing", Answer.redirect(other_server.url + "/file?X-Signature=abc", status))
    assert outcome(make_client(server.url).get("/thing", same)) == ("succeeded", "there")
    assert other_server.asked[0].authorization == ""
    assert other_server.asked[0].query == "X-Signature=abc"


def test_the_login_does_not_come_back_to_life_on_later_requests(server, other_server, make_client, outcome):
    server.route("GET", "/thing", Answer.of(1))
    other_server.route("GET", "/tile", Answer.of(2))
    client = make_client(server.url)
    outcome(client.get("/thing", same))
    assert outcome(client.get(other_server.url + "/tile", same)) == ("succeeded", 2)
    assert outcome(make_client(server.url, None).get("/thing", same)) == ("succeeded", 1)
    assert other_server.asked[0].authorization == ""
    assert server.asked[1].authorization == ""


def test_refused_behind_a_redirect_says_where_the_login_did_not_go(
    server, other_server, make_client, outcome
):
    other_server.add(times=9, answer=Answer.of({}, 401))
    server.route("GET", "/thing", Answer.redirect(other_server.url + "/thing", 308))
    kind, error = outcome(make_client(server.url).get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.NOT_MAPFLOW)
    assert other_server.origin in error.sentence
    assert other_server.count() == 1


def test_a_post_is_not_turned_into_something_else_by_a_redirect(server, make_client, outcome):
    server.route("POST", "/thing", Answer.redirect("/rest/other", 302))
    kind, error = outcome(make_client(server.url).send("POST", "/thing", same, {}))
    assert (kind, error.fault) == ("failed", Fault.NOT_MAPFLOW)
    assert server.count() == 1


def test_redirects_end_after_five(server, make_client, outcome):
    server.route("GET", "/round", Answer.redirect("/rest/round"))
    kind, error = outcome(make_client(server.url).get("/round", same))
    assert (kind, error.fault) == ("failed", Fault.NOT_MAPFLOW)
    assert server.count() == 6


def test_silence_ends_in_a_timeout(make_client, outcome):
    with silent_port() as port:
        client = make_client(f"http://127.0.0.1:{port}")
        client.idle_timeout_ms = 300
        kind, error = outcome(client.send("POST", "/thing", same, {}))
    assert (kind, error.fault) == ("failed", Fault.TIMEOUT)
    assert "in time" in error.sentence


def test_a_slow_answer_that_keeps_coming_is_not_cut_off(server, make_client, outcome):
    server.route("GET", "/thing", Answer.of("x" * 2_000_000))
    client = make_client(server.url)
    client.idle_timeout_ms = 3_000
    assert outcome(client.get("/thing", len)) == ("succeeded", 2_000_000)


def test_a_server_nobody_runs_is_named(make_client, outcome, qtbot):
    port = closed_port()
    client = make_client(f"http://127.0.0.1:{port}/rest")
    with qtbot.waitSignal(client.reachable_changed) as changed:
        kind, error = outcome(client.get("/thing", same))
    assert (kind, error.fault, error.unsent) == ("failed", Fault.NETWORK, True)
    assert f"127.0.0.1:{port}" in error.sentence
    assert changed.args == [False]


def test_offline_is_said_once_and_recovers(server, make_client, outcome):
    client = make_client(server.url)
    changes = []
    client.reachable_changed.connect(changes.append)
    server.add(times=999, path="/thing", drop_before=True)
    for _ in range(2):
        assert outcome(client.get("/thing", same))[1].fault is Fault.NETWORK
    server.rules.clear()
    server.route("GET", "/thing", Answer.of({}, 404))
    outcome(client.get("/thing", same))
    assert changes == [False, True]


def test_a_host_that_does_not_exist_is_named(make_client, outcome):
    kind, error = outcome(make_client("http://mapflow.invalid/rest").get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.NETWORK)
    assert "mapflow.invalid" in error.sentence


def test_a_server_without_tls_gets_its_own_sentence(server, make_client, outcome):
    kind, error = outcome(make_client(server.url.replace("http:", "https:")).get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.NETWORK)
    assert "secure connection" in error.sentence


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe{}", b'{"a": NaN}', b"[" * 100_000])
def test_garbage_is_a_malformed_answer(server, make_client, outcome, body):
    server.route("GET", "/thing", Answer(200, body, {"Content-Type": "application/json"}))
    kind, error = outcome(make_client(server.url).get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.MALFORMED)
    assert len(error.raw) <= 4000


def test_a_web_page_is_not_mapflow(server, make_client, outcome):
    server.route("GET", "/thing", Answer.html())
    kind, error = outcome(make_client(server.url).get("/thing", same))
    assert (kind, error.fault) == ("failed", Fault.NOT_MAPFLOW)
    assert "Hotel" in error.raw
    assert "Hotel" not in error.sentence


@pytest.mark.parametrize(
    ("problem", "fault"),
    [(MalformedReply("x: “id” is missing"), Fault.MALFORMED), (ForeignReply("x"), Fault.NOT_MAPFLOW)],
)
def test_what_a_parser_misses_is_a_named_error(server, make_client, outcome, problem, fault):
    server.route("GET", "/thing", Answer.of({}))

    def parse(_value):
        raise problem

    kind, error = outcome(make_client(server.url).get("/thing", parse))
    assert (kind, error.fault) == ("failed", fault)
    if fault is Fault.MALFORMED:
        assert "“id” is missing" in error.sentence


def test_abort_says_finished_and_nothing_else(server, make_client, outcome, qtbot):
    server.add(path="/thing", hold=True)
    client = make_client(server.url)
    reply = client.get("/thing", same)
    qtbot.waitUntil(lambda: server.count() == 1)
    seen = []
    reply.succeeded.connect(lambda _v: seen.append("succeeded"))
    reply.failed.connect(lambda _e: seen.append("failed"))
    reply.finished.connect(lambda: seen.append("finished"))
    reply.abort()
    reply.abort()
    assert seen == ["finished"]
    assert not reply.is_running
    assert client.running == 0


def test_closing_the_client_ends_everything(server, make_client, qtbot):
    server.add(path="/thing", times=9, hold=True)
    client = make_client(server.url)
    replies = [client.get("/thing", same) for _ in range(3)]
    qtbot.waitUntil(lambda: server.count() == 3)
    client.close()
    assert not any(reply.is_running for reply in replies)
    assert client.running == 0


def test_a_reply_nobody_holds_still_arrives(server, make_client, qtbot):
    server.route("GET", "/thing", Answer.of(5))
    seen = []
    make_client(server.url).get("/thing", same).succeeded.connect(seen.append)
    qtbot.waitUntil(lambda: seen == [5])


def test_nothing_is_left_of_requests_that_ended(server, make_client, outcome, qtbot):
    from qgis.PyQt.QtCore import QObject

    server.route("GET", "/thing", Answer.of(5))
    client = make_client(server.url)
    for _ in range(5):
        outcome(client.get("/thing", same))
    qtbot.waitUntil(lambda: not client.findChildren(QObject))


def test_no_reply_outlives_its_use(server, make_client, outcome, qtbot):
    import gc

    from mapflow_dock.api import history, projects
    from mapflow_dock.api.http.reply import ApiReply

    def alive():
        gc.collect()
        return sum(isinstance(one, ApiReply) for one in gc.get_objects())

    server.route("POST", "/projects/page", Answer.of([]))
    server.route("POST", "/processings/stats", Answer.of([]))
    server.route("GET", "/thing", Answer.of(1))
    client = make_client(server.url)
    before = alive()
    for _ in range(3):
        outcome(projects.page(client))
        outcome(history.history(client))
        outcome(client.get("/thing", same))
    qtbot.waitUntil(lambda: alive() == before)


def test_our_own_login_is_taken_out_of_what_a_server_echoes(server, make_client, outcome, basic, canary):
    def echo(asked):
        said = {
            "code": "ECHO",
            "message": f"bad header {asked.authorization}",
            "params": {"h": [canary, basic]},
        }
        return Answer.of(said, 400)

    server.route("GET", "/thing", echo)
    _kind, error = outcome(make_client(server.url).get("/thing", same))
    told = repr(error)
    assert "bad header" in told
    assert canary not in told
    assert basic.rstrip("=") not in told


@pytest.mark.parametrize("method", ["Basic", "APIHeader"])
def test_a_login_that_qgis_sent_is_taken_out_too(server, make_client, outcome, basic, canary, method):
    manager = QgsApplication.authManager()
    if method not in manager.authMethodsKeys():
        pytest.skip("this QGIS has no such method")
    config = QgsAuthMethodConfig(method)
    config.setName("mine")
    if method == "Basic":
        config.setConfig("username", "someone@example.org")
        config.setConfig("password", canary)
    else:
        config.setConfig("Authorization", f"Bearer {canary}")
        config.setConfig("X-Key", f"{canary}-2")
    manager.storeAuthenticationConfig(config)

    def echo(asked):
        sent = [asked.authorization, asked.headers.get("x-key", ""), canary, basic.rstrip("=")]
        return Answer.of({"code": "X", "message": asked.authorization, "params": {"h": sent}}, 400)

    server.route("GET", "/thing", echo)
    client = make_client(server.url, Credential(Scheme.STORED, authcfg=config.id()))
    kind, error = outcome(client.get("/thing", same))
    told = f"{error.sentence} {error.code} {error.params} {error.raw}"
    assert kind == "failed"
    assert "•••" in told
    assert canary not in told
    if method == "Basic":
        assert basic.rstrip("=") not in told


def test_a_reply_that_python_takes_for_deleted_is_read_all_the_same(server, make_client, outcome, qtbot):
    server.route("GET", "/user/status", Answer.of({"fine": True}))
    server.add(verb="GET", path="/user/status", hold=True)
    client = make_client(server.url)
    reply = client.get("/user/status", lambda value: value)
    qtbot.waitUntil(lambda: bool(client.findChildren(Flight)))
    sip.setdeleted(client.findChildren(Flight)[0]._network)
    server.release()
    assert outcome(reply) == ("succeeded", {"fine": True})
