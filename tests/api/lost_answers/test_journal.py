"""What is sent once is written down before: it is not sent a second time when QGIS was ended in the midst of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fault_proxy import Answer
from qgis.core import QgsSettings

from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.lost_answers import journal
from mapflow_dock.api.lost_answers.create import create_project
from mapflow_dock.api.lost_answers.restart import restart
from mapflow_dock.api.lost_answers.sent_once import UNKNOWN
from mapflow_dock.api.lost_answers.start import Sought, find_started, find_unsettled, start
from mapflow_dock.api.processings import META_KEY, Processing, ProcessingRequest, Status
from mapflow_dock.api.sources import ProviderSource

GEOMETRY = {"type": "Polygon", "coordinates": [[[0, 0], [0.01, 0], [0.01, 0.01], [0, 0]]]}
REQUEST = ProcessingRequest(
    "Roofs 12:01", "p1", "wd-1", GEOMETRY, ProviderSource("Mapbox", 18), client_id="first"
)
LISTING = "/projects/p1/processings/v2"


class Service:
    """Starts what it is asked to start before it answers, and lists what it has started."""

    def __init__(self, server):
        self.server = server
        self.started = []
        server.route("POST", "/processings/v2", self._start)
        server.route("GET", LISTING, lambda _asked: Answer.of(self.started))

    def _start(self, asked):
        sent = asked.json
        self.started.append(
            {
                "id": f"id-{len(self.started)}",
                "name": sent["name"],
                "status": "IN_PROGRESS",
                "meta": sent["meta"],
            }
        )
        return Answer.of(self.started[-1])

    @property
    def starts(self):
        return self.server.count("POST", "/processings/v2")


@pytest.fixture
def service(server):
    return Service(server)


@pytest.fixture
def client(server, make_client):
    client = make_client(server.url)
    client.account_email = "someone@example.org"
    return client


def given_up(server, client, reply, path, qtbot):
    """Stop waiting for `reply` once its request has arrived; nothing is told any more, as when QGIS is killed."""
    qtbot.waitUntil(lambda: server.count("POST", path) == 1)
    client.close()
    assert not reply.is_running


def test_a_start_nobody_waited_for_is_found_and_not_paid_twice(server, service, client, outcome, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    server.release()
    qtbot.waitUntil(lambda: len(service.started) == 1)
    again = replace(REQUEST, name="Roofs 12:09", description="once more", client_id="second")
    kind, processing = outcome(start(client, again))
    assert (kind, processing.id) == ("succeeded", "id-0")
    assert service.starts == 1


def test_a_start_that_never_arrived_is_sent_with_the_same_id(server, service, client, outcome, qtbot):
    server.add(verb="POST", path="/processings/v2", drop_before=True)
    kind, error = outcome(start(client, REQUEST))
    assert (kind, error.fault) == ("failed", Fault.LOST_ANSWER)
    kind, _processing = outcome(start(client, replace(REQUEST, client_id="second")))
    assert kind == "succeeded"
    assert [one["meta"][META_KEY] for one in service.started] == ["first"]


def test_nothing_is_sent_while_the_service_cannot_say(server, service, client, outcome, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    server.route("GET", LISTING, Answer(500))
    kind, error = outcome(start(client, replace(REQUEST, client_id="second")))
    assert (kind, error.code, error.unsent) == ("failed", UNKNOWN, True)
    assert "Roofs 12:01" in error.sentence
    assert service.starts == 1


@pytest.mark.parametrize(
    "change",
    [
        {"geometry": {**GEOMETRY, "coordinates": [[[0, 0], [0.02, 0], [0.02, 0.01], [0, 0]]]}},
        {"source": ProviderSource("Mapbox", 19)},
        {"model_id": "wd-2"},
        {"project_id": "p2"},
        {"blocks": (("OSM", True),)},
    ],
)
def test_something_else_is_not_held_up(server, service, client, outcome, qtbot, change):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    kind, _processing = outcome(start(client, replace(REQUEST, client_id="second", **change)))
    assert kind == "succeeded"


@pytest.mark.parametrize("answer", [None, Answer.of({"code": "BAD_REQUEST", "message": "no"}, 400)])
def test_what_was_answered_is_forgotten(server, service, client, outcome, answer):
    if answer is not None:
        server.route("POST", "/processings/v2", answer)
    outcome(start(client, REQUEST))
    assert journal.unsettled(client, "start") == []


def test_what_was_found_long_ago_does_not_stand_for_a_new_run(server, service, client, outcome, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    server.release()
    qtbot.waitUntil(lambda: len(service.started) == 1)
    (entry,) = journal.unsettled(client, "start")
    journal.note(client, replace(entry, at=datetime.now(UTC) - timedelta(hours=2)))
    kind, processing = outcome(start(client, replace(REQUEST, client_id="second")))
    assert (kind, processing.id) == ("succeeded", "id-1")
    assert [one["meta"][META_KEY] for one in service.started] == ["first", "second"]


def test_what_runs_unnoticed_is_found_when_somebody_signs_in(server, service, client, outcome, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    server.release()
    qtbot.waitUntil(lambda: len(service.started) == 1)
    (search,) = find_unsettled(client)
    kind, look = outcome(search)
    assert (kind, look.found.id) == ("succeeded", "id-0")


def test_it_is_kept_for_the_account_it_is_of(server, service, client, make_client, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    other = make_client(server.url)
    other.account_email = "else@example.org"
    assert len(journal.unsettled(client, "start")) == 1
    assert journal.unsettled(other, "start") == []


def test_it_tells_nothing_of_the_area_or_the_login(server, service, client, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    settings = QgsSettings()
    kept = "".join(str(settings.value(key)) for key in settings.allKeys() if "mapflow_dock/sent" in key)
    assert "Roofs 12:01" in kept
    assert "0.01" not in kept
    assert "someone@example.org" not in kept + "".join(settings.allKeys())


def test_what_cannot_be_read_is_passed_over(client):
    settings = QgsSettings()
    journal.note(client, journal.Entry("good", "start", "s", {}))
    (key,) = [key for key in settings.allKeys() if key.endswith("/good")]
    for name, text in {"a": "", "b": "{", "c": "[]", "d": json.dumps({"kind": "start"})}.items():
        settings.setValue(key.replace("/good", f"/{name}"), text)
    assert [entry.id for entry in journal.unsettled(client, "start")] == ["good"]


def test_of_too_many_the_oldest_go_whatever_their_ids(client):
    now = datetime.now(UTC)
    for number in range(101):
        sent = now + timedelta(minutes=number)
        journal.note(client, journal.Entry(f"{200 - number:03}", "start", str(number), {}, sent))
    kept = [entry.subject for entry in journal.unsettled(client, "start")]
    assert kept == [str(number) for number in range(1, 101)]


def test_no_more_are_kept_than_a_hundred(client):
    for number in range(105):
        journal.note(client, journal.Entry(f"{number:03}", "start", str(number), {}))
    assert len(journal.unsettled(client, "start")) == 100


FAILED = Processing("f1", "Roofs", status=Status.FAILED, updated=datetime(2026, 2, 10, tzinfo=UTC))


def test_a_restart_nobody_waited_for_is_not_sent_again(server, client, outcome, qtbot):
    server.route("POST", "/processings/f1/restart", Answer.of({}))
    server.route(
        "GET", "/processings/f1/v2", Answer.of({"id": "f1", "name": "Roofs", "status": "IN_PROGRESS"})
    )
    server.add(verb="POST", path="/restart", hold=True)
    given_up(server, client, restart(client, FAILED), "/processings/f1/restart", qtbot)
    kind, processing = outcome(restart(client, FAILED))
    assert (kind, processing.status) == ("succeeded", Status.IN_PROGRESS)
    assert server.count("POST", "/processings/f1/restart") == 1


def test_a_restart_is_not_held_back_for_good(server, client, outcome):
    """The list tells another time than before, so it may have run and failed again; later the user knows that."""
    later = {"id": "f1", "name": "Roofs", "status": "FAILED", "updated": "2026-02-11T00:00:00Z"}
    server.route("GET", "/processings/f1/v2", Answer.of(later))
    server.route("POST", "/processings/f1/restart", Answer.of({"id": "f1", "status": "IN_PROGRESS"}))
    facts = {"status": "FAILED", "updated": "2026-02-10T00:00:00+00:00", "name": "Roofs"}
    journal.note(client, journal.Entry("f1", "restart", "f1", facts))
    kind, error = outcome(restart(client, FAILED))
    assert (kind, error.code) == ("failed", UNKNOWN)
    assert server.count("POST", "/processings/f1/restart") == 0
    journal.note(client, journal.Entry("f1", "restart", "f1", facts, datetime.now(UTC) - timedelta(hours=2)))
    kind, _processing = outcome(restart(client, FAILED))
    assert kind == "succeeded"
    assert server.count("POST", "/processings/f1/restart") == 1


@pytest.mark.parametrize("known", [None, []])
def test_a_name_is_not_refused_for_good(server, client, outcome, known):
    unreadable = Answer.of({"results": [{"name": "no id"}], "total": 1})
    server.route("POST", "/projects/page", unreadable)
    server.route("POST", "/projects", lambda asked: Answer.of({"id": "new", "name": asked.json["name"]}))
    facts = {"name": "Harbour", "known": known}
    entry = journal.Entry("lost", "project", journal.subject_of("Harbour"), facts)
    journal.note(client, entry)
    kind, error = outcome(create_project(client, "Harbour"))
    assert (kind, error.code) == ("failed", UNKNOWN)
    journal.note(client, replace(entry, at=datetime.now(UTC) - timedelta(hours=2)))
    kind, project = outcome(create_project(client, "Harbour"))
    assert (kind, project.id) == ("succeeded", "new")


def test_a_project_nobody_waited_for_is_not_made_twice(server, client, outcome, qtbot):
    made = []

    def make(asked):
        made.append({"id": f"new-{len(made)}", "name": asked.json["name"]})
        return Answer.of(made[-1])

    server.route("POST", "/projects", make)
    server.route("POST", "/projects/page", lambda _asked: Answer.of({"results": made, "total": len(made)}))
    server.add(verb="POST", path="/projects", hold=True)
    given_up(server, client, create_project(client, "Harbour"), "/projects", qtbot)
    server.release()
    qtbot.waitUntil(lambda: len(made) == 1)
    kind, project = outcome(create_project(client, "Harbour"))
    assert (kind, project.id) == ("succeeded", "new-0")
    assert len(made) == 1


KILLED = """
import sys
sys.path[:0] = {path!r}
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QSettings
app = QgsApplication([], False)
app.initQgis()
QCoreApplication.setOrganizationName({organisation!r})
QCoreApplication.setApplicationName({application!r})
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, {folder!r})
from mapflow_dock.api.http.client import Client
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.processings import ProcessingRequest
from mapflow_dock.api.sources import ProviderSource
client = Client({server!r})
client.account_email = "someone@example.org"
start(client, ProcessingRequest("Roofs", "p1", "wd-1", {geometry!r}, ProviderSource("Mapbox", 18)))
app.exec()
"""


def test_qgis_killed_in_the_midst_of_a_start_does_not_pay_twice(server, service, client, outcome, qtbot):
    ours = Path(QgsSettings().fileName())
    server.add(verb="POST", path="/processings/v2", hold=True)
    program = KILLED.format(
        path=sys.path,
        organisation=ours.parent.name,
        application=ours.stem,
        folder=str(ours.parent.parent),
        server=server.url,
        geometry=GEOMETRY,
    )
    killed = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
    qtbot.waitUntil(lambda: server.count("POST", "/processings/v2") == 1, timeout=60_000)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    server.release()
    qtbot.waitUntil(lambda: len(service.started) == 1)
    QgsSettings().sync()
    assert len(journal.unsettled(client, "start")) == 1, f"the other QGIS wrote elsewhere than {ours}"
    kind, processing = outcome(start(client, replace(REQUEST, name="Roofs", client_id="second")))
    assert (kind, processing.id) == ("succeeded", "id-0")
    assert service.starts == 1


def test_two_at_once_for_the_same_are_one(server, service, client, outcome, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    first = start(client, REQUEST)
    qtbot.waitUntil(lambda: service.starts == 1)
    second = start(client, replace(REQUEST, client_id="second"))
    server.release()
    kind, processing = outcome(second)
    assert (kind, processing.id) == ("succeeded", "id-0")
    assert not first.is_running
    assert service.starts == 1


def test_the_second_of_two_looks_itself_when_the_first_is_given_up(server, service, client, outcome, qtbot):
    def started_without_an_answer(asked):
        answer = service._start(asked)
        server.wait_released()
        return answer

    server.route("POST", "/processings/v2", started_without_an_answer)
    first = start(client, REQUEST)
    qtbot.waitUntil(lambda: len(service.started) == 1)
    second = start(client, replace(REQUEST, client_id="second"))
    first.abort()
    kind, processing = outcome(second)
    assert (kind, processing.id) == ("succeeded", "id-0")
    assert service.starts == 1


def test_a_restart_is_sent_once_however_often_it_is_pressed(server, client, outcome, qtbot):
    state = {"id": "f1", "name": "Roofs", "status": "FAILED", "updated": "2026-02-10T00:00:00Z"}
    server.route("GET", "/processings/f1/v2", Answer.of(state))
    server.route("POST", "/processings/f1/restart", Answer.of({**state, "status": "IN_PROGRESS"}))
    server.add(verb="POST", path="/restart", hold=True)
    restart(client, FAILED)
    qtbot.waitUntil(lambda: server.count("POST", "/restart") == 1)
    again = restart(client, FAILED)
    server.release()
    kind, processing = outcome(again)
    assert (kind, processing.status) == ("succeeded", Status.IN_PROGRESS)
    assert server.count("POST", "/restart") == 1


@pytest.mark.parametrize("answer", [Answer(404), Answer.of({}, 401), Answer.redirect("http://127.0.0.1:1/x")])
def test_what_was_done_is_looked_for_when_its_answer_is_not_where_it_was_to_be(
    server, service, client, outcome, answer
):
    """303: it was done, and its answer is elsewhere."""

    def sent_on(asked):
        service._start(asked)
        return Answer.redirect("/rest/answers/1", 303)

    server.route("POST", "/processings/v2", sent_on)
    server.route("GET", "/answers/1", answer)
    kind, processing = outcome(start(client, REQUEST))
    assert (kind, processing.id) == ("succeeded", "id-0")


def test_what_has_ended_meanwhile_is_found_once(server, service, client, outcome, qtbot):
    server.add(verb="POST", path="/processings/v2", hold=True)
    given_up(server, client, start(client, REQUEST), "/processings/v2", qtbot)
    server.release()
    qtbot.waitUntil(lambda: len(service.started) == 1)
    service.started[0]["status"] = "OK"
    (search,) = find_unsettled(client)
    kind, look = outcome(search)
    assert (kind, look.found.status) == ("succeeded", Status.OK)
    assert find_unsettled(client) == [], "it would be told again"
    kind, processing = outcome(start(client, replace(REQUEST, client_id="second")))
    assert (kind, processing.id, service.starts) == ("succeeded", "id-0", 1)


@pytest.mark.parametrize(("created", "is_certain"), [(None, False), ("2020-01-01T00:00:00Z", True)])
def test_a_start_may_be_among_those_that_are_too_many(
    server, client, outcome, monkeypatch, created, is_certain
):
    from mapflow_dock.api import processings as listing

    monkeypatch.setattr(listing, "MOST_LISTED", 3)
    record = {"name": "other", "status": "OK", "meta": {"a": 1}, "created": created}
    server.route("GET", LISTING, Answer.of([{**record, "id": str(number)} for number in range(5)]))
    sought = Sought("first", "p1", "Roofs", datetime.now(UTC) - timedelta(hours=2))
    kind, look = outcome(find_started(client, sought))
    assert (kind, look.found, look.is_certain) == ("succeeded", None, is_certain)
