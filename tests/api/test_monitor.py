"""The one poller: when it asks, when it does not, and what it tells of processings that ended."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from qgis.PyQt.QtCore import QTimer

from mapflow_dock.api.http.client import Client
from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.login.store import stored_login
from mapflow_dock.api.lost_answers import journal
from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.processings import META_KEY, Processing, Status
from mapflow_dock.api.projects import Project
from mapflow_dock.api.session import Session

ACCOUNT = {"email": "someone@example.org", "remainingCredits": 100, "models": []}
LIST = "/projects/p1/processings/v2"


class Service:
    """Two projects whose processings a test changes."""

    def __init__(self, server):
        self.server = server
        self.states: dict[str, dict[str, str]] = {"p1": {}, "p2": {}}
        server.route("GET", "/user/status", Answer.of(ACCOUNT))
        server.route("GET", "/projects/default", Answer.of({"id": "p1", "name": "One"}))
        for project in self.states:
            server.route("GET", f"/projects/{project}", Answer.of({"id": project, "name": project}))
            server.route("GET", f"/projects/{project}/processings/v2", self.lister(project))

    def lister(self, project):
        return lambda _asked: Answer.of([self.record(one, project) for one in self.states[project]])

    def record(self, one, project):
        return {"id": one, "name": one, "status": self.states[project][one], "projectId": project}

    def set(self, project, one, status):
        self.states[project][one] = status
        self.server.route(
            "GET", f"/processings/{one}/v2", lambda _asked: Answer.of(self.record(one, project))
        )

    def remove(self, project, one):
        del self.states[project][one]
        self.server.route("GET", f"/processings/{one}/v2", Answer.of({"message": "no such"}, 404))

    @property
    def polls(self):
        return self.server.count("GET", LIST)


@pytest.fixture
def service(server):
    return Service(server)


@pytest.fixture
def open_session(server, qtbot, basic):
    opened = []

    def make(interval_ms=50):
        session = Session()
        monitor = ProcessingMonitor(session, interval_ms=interval_ms)
        opened.append((session, monitor))
        if stored_login() is not None:
            session.restore()
        else:
            session.sign_in(basic, server.url)
        session.client.retry_base_s = 0.01
        return session, monitor

    yield make
    for session, monitor in opened:
        monitor.close()
        session.close()
        monitor.deleteLater()
        session.deleteLater()


def still(qtbot, service, count):
    """Whether no poll comes for several intervals; there is no event that says so."""
    qtbot.wait(400)
    return service.polls == count


def test_it_lists_once_and_rests_when_nothing_runs(service, open_session, qtbot):
    service.set("p1", "done", "OK")
    _session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed) as listed:
        pass
    assert [one.id for one in listed.args[0].processings] == ["done"]
    assert still(qtbot, service, service.polls)
    assert not monitor.is_polling


def test_it_polls_while_something_runs_and_tells_the_end_once(service, open_session, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    _session, monitor = open_session()
    ended = []
    monitor.ended.connect(ended.append)
    qtbot.waitUntil(lambda: service.polls >= 3)
    service.set("p1", "job", "OK")
    qtbot.waitUntil(lambda: bool(ended))
    assert [(one.id, one.status) for one in ended] == [("job", Status.OK)]
    assert still(qtbot, service, service.polls)
    assert len(ended) == 1


def test_it_polls_at_once_after_a_start(service, open_session, qtbot):
    _session, monitor = open_session(interval_ms=3_600_000)
    with qtbot.waitSignal(monitor.listed):
        pass
    service.set("p1", "job", "UNPROCESSED")
    with qtbot.waitSignal(monitor.listed):
        monitor.watch(Processing("job", "job", project_id="p1", status=Status.UNPROCESSED))
    assert monitor.watched == ("job",)
    assert monitor.is_polling


def test_what_ends_while_qgis_is_closed_is_told_at_the_next_start(service, open_session, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed):
        pass
    monitor.close()
    session.close()
    service.set("p1", "job", "FAILED")
    _session, again = open_session()
    with qtbot.waitSignal(again.ended) as ended:
        pass
    assert (ended.args[0].id, ended.args[0].status) == ("job", Status.FAILED)


def test_what_runs_in_another_project_is_still_watched(service, open_session, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed):
        pass
    session.choose_project(Project("p2", "Two"))
    service.set("p1", "job", "OK")
    with qtbot.waitSignal(monitor.ended) as ended:
        pass
    assert ended.args[0].id == "job"


def test_another_account_does_not_see_what_this_one_watches(service, open_session, server, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed):
        pass
    session.sign_out()
    assert monitor.watched == ()
    assert not monitor.is_polling
    service.remove("p1", "job")
    server.route("GET", "/user/status", Answer.of({**ACCOUNT, "email": "else@example.org"}))
    _session, again = open_session()
    with qtbot.waitSignal(again.listed):
        pass
    assert again.watched == ()


def test_what_was_deleted_elsewhere_is_told_once_and_has_not_ended(service, open_session, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    service.set("p1", "other", "IN_PROGRESS")
    _session, monitor = open_session()
    ended, lost = [], []
    monitor.ended.connect(ended.append)
    monitor.lost.connect(lost.append)
    with qtbot.waitSignal(monitor.listed):
        pass
    service.remove("p1", "job")
    service.remove("p1", "other")
    qtbot.waitUntil(lambda: monitor.watched == ())
    qtbot.waitUntil(lambda: not monitor.is_polling)
    assert ended == []
    assert [sorted(each) for each in lost] == [["job", "other"]]


def test_what_was_deleted_here_needs_no_telling(service, open_session, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    _session, monitor = open_session()
    lost = []
    monitor.lost.connect(lost.append)
    with qtbot.waitSignal(monitor.listed):
        pass
    service.remove("p1", "job")
    monitor.note((), deleted=["job"])
    monitor.refresh()
    qtbot.waitUntil(lambda: not monitor.is_polling)
    assert monitor.watched == ()
    assert lost == []


def test_many_that_run_elsewhere_do_not_hide_one_that_has_ended(service, open_session, qtbot):
    for number in range(50):
        service.set("p1", f"job-{number}", "IN_PROGRESS")
    session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed):
        pass
    assert len(monitor.watched) == 50
    session.choose_project(Project("p2", "Two"))
    service.set("p1", "job-49", "OK")
    with qtbot.waitSignal(monitor.ended) as ended:
        pass
    assert ended.args[0].id == "job-49"
    assert len(monitor.watched) == 49


def test_failures_slow_it_down_and_it_recovers(service, open_session, server, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    _session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed):
        pass
    server.add(path=LIST, times=3, answer=Answer.of({}, 500))
    for doubled in (2, 4, 8):
        with qtbot.waitSignal(monitor.failed) as failed:
            pass
        assert failed.args[0].fault is Fault.SERVER
        assert monitor._timer.interval() == 50 * doubled or not monitor._timer.isActive()
    with qtbot.waitSignal(monitor.listed):
        pass
    qtbot.waitUntil(monitor._timer.isActive)
    assert monitor._timer.interval() == 50


def test_an_unreadable_record_is_counted(service, open_session, server, qtbot):
    server.route("GET", LIST, Answer.of([{"id": "x"}, {"id": "y", "status": "OK"}]))
    _session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed) as listed:
        pass
    assert (len(listed.args[0].processings), listed.args[0].skipped) == (1, 1)


def test_close_stops_it(service, open_session, qtbot):
    service.set("p1", "job", "IN_PROGRESS")
    _session, monitor = open_session()
    with qtbot.waitSignal(monitor.listed):
        pass
    monitor.close()
    assert not monitor.is_polling
    assert still(qtbot, service, service.polls)


def test_a_user_who_leans_on_refresh_sees_the_answers_all_the_same(service, open_session, qtbot):
    service.set("p1", "a", "IN_PROGRESS")
    _session, monitor = open_session(interval_ms=60_000)
    leaning = QTimer()
    leaning.setInterval(1)
    leaning.timeout.connect(monitor.refresh)
    leaning.start()
    with qtbot.waitSignal(monitor.listed):
        pass
    service.set("p1", "a", "OK")
    with qtbot.waitSignal(monitor.ended):
        pass


def test_what_is_asked_for_during_a_poll_is_asked_once_after_it(service, open_session, qtbot):
    _session, monitor = open_session(interval_ms=60_000)
    with qtbot.waitSignal(monitor.listed):
        pass
    before = service.polls
    with qtbot.waitSignals([monitor.listed, monitor.listed]):
        for _press in range(5):
            monitor.refresh()
    assert service.polls == before + 2
    assert not monitor.is_polling


def test_what_has_not_changed_is_the_object_that_was_listed_before(service, open_session, qtbot):
    for one in ("a", "b"):
        service.set("p1", one, "OK")
    _session, monitor = open_session(interval_ms=60_000)
    listings = []
    monitor.listed.connect(listings.append)
    qtbot.waitUntil(lambda: len(listings) == 1)
    service.set("p1", "b", "FAILED")
    monitor.refresh()
    qtbot.waitUntil(lambda: len(listings) == 2)
    former, latest = ({one.id: one for one in listing.processings} for listing in listings)
    assert latest["a"] is former["a"]
    assert (former["b"].status, latest["b"].status) == (Status.OK, Status.FAILED)


@pytest.mark.parametrize("status", ["OK", "FAILED"])
def test_a_start_whose_answer_qgis_did_not_live_to_see_is_told_of_when_it_has_ended(
    service, open_session, server, qtbot, status
):
    record = {"id": "job", "name": "Roofs", "status": status, "projectId": "p1", "meta": {META_KEY: "mine"}}
    server.route("GET", LIST, Answer.of([record]))
    dead = Client(server.url)
    dead.account_email = ACCOUNT["email"]
    journal.note(dead, journal.Entry("mine", "start", "subject", {"project": "p1", "name": "Roofs"}))
    _session, monitor = open_session()
    with qtbot.waitSignal(monitor.ended) as ended:
        pass
    assert (ended.args[0].id, ended.args[0].status) == ("job", Status(status))
    _session, again = open_session()
    with qtbot.assertNotEmitted(again.ended), qtbot.waitSignal(again.listed):
        pass
