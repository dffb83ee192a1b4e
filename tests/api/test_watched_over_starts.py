"""What ran when QGIS was closed is told of once at the next start of QGIS, whoever signs in meanwhile."""

from __future__ import annotations

import base64
import json

import pytest
from fault_proxy import Answer
from other_qgis import other_qgis

__all__ = ["other_qgis"]  # the fixture

# signs in, follows the monitor until it rests or all that was asked for runs, and says what ended
START = """
import json
from qgis.PyQt.QtCore import QTimer
from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.session import Session
url, pasted, wanted, projects = arguments
session = Session()
monitor = ProcessingMonitor(session, interval_ms=50)
session.client.retry_base_s = 0.01
ended = []
monitor.ended.connect(lambda processing: ended.append([processing.id, processing.status.value]))
left = [project for project in projects.split(",") if project]

def leave():
    monitor.close()
    session.close()
    print(json.dumps({"ended": ended, "watched": sorted(monitor.watched)}), flush=True)
    application.exit()

def look():
    from mapflow_dock.api.projects import Project
    if left and session.project is not None and session.project.id not in left:
        session.choose_project(Project(left[0], left[0]))
    elif left and session.project is not None and listed.get(session.project.id):
        left.remove(session.project.id)
    elif not left and (not monitor.is_polling or sorted(monitor.watched) == sorted(filter(None, wanted.split(",")))):
        rest.append(1)
        if len(rest) > 4:
            leave()
            return
    else:
        rest.clear()
    QTimer.singleShot(60, look)

listed, rest = {}, []
def note(_listing):
    if session.project is not None:
        listed[session.project.id] = True
monitor.listed.connect(note)
session.signed_in.connect(lambda *_what: QTimer.singleShot(0, look))
session.sign_in(pasted, url, remember=False)
QTimer.singleShot(60_000, application.exit)
application.exec()
"""


class Service:
    """Two accounts; the processings of two projects, which a test changes."""

    def __init__(self, server):
        self.server = server
        self.states = {"p1": {}, "p2": {}}
        self.asked = []
        server.route("GET", "/user/status", self.account)
        server.route("GET", "/projects/default", Answer.of({"id": "p1", "name": "One"}))
        for project in self.states:
            server.route("GET", f"/projects/{project}", Answer.of({"id": project, "name": project}))
            server.route("GET", f"/projects/{project}/processings/v2", self.lister(project))

    def account(self, asked):
        email = base64.b64decode(asked.authorization.split()[1]).decode().split(":")[0]
        return Answer.of({"email": email, "remainingCredits": 100, "models": []})

    def lister(self, project):
        return lambda asked: Answer.of(
            [self.record(one, project) for one in self.states[project] if self.may_see(asked)]
        )

    @staticmethod
    def may_see(asked):
        return base64.b64decode(asked.authorization.split()[1]).startswith(b"one@")

    def record(self, one, project):
        return {"id": one, "name": one, "status": self.states[project][one], "projectId": project}

    def set(self, project, **states):
        for one, status in states.items():
            self.states[project][one] = status

            def answer(asked, one=one):
                if not self.may_see(asked) or one not in self.states[project]:
                    return Answer.of({"message": "no such"}, 404)
                return Answer.of(self.record(one, project))

            self.server.route("GET", f"/processings/{one}/v2", answer)


@pytest.fixture
def service(server):
    return Service(server)


@pytest.fixture
def start_qgis(other_qgis, server):
    """Starts QGIS as someone, and waits until it has closed; returns what was told and what is still watched."""

    def start(who="one", until="", projects="p1"):
        pasted = base64.b64encode(f"{who}@example.org:key".encode()).decode()
        process = other_qgis(START, server.url, pasted, until, projects)
        line = process.stdout.readline()
        assert line, f"QGIS ended with {process.wait()}"
        process.wait(60)
        return json.loads(line)

    return start


def test_each_is_told_of_once_whichever_project_it_is_in(service, start_qgis):
    service.set("p1", a="IN_PROGRESS", b="AWAITING", gone="IN_PROGRESS", still="UNPROCESSED")
    service.set("p2", c="IN_PROGRESS", d="IN_PROGRESS")
    first = start_qgis(until="a,b,c,d,gone,still", projects="p1,p2")
    assert first == {"ended": [], "watched": ["a", "b", "c", "d", "gone", "still"]}

    service.set("p1", a="OK", b="FAILED")
    service.set("p2", c="CANCELLED", d="REFUNDED")
    del service.states["p1"]["gone"]
    assert start_qgis("two") == {"ended": [], "watched": []}, "another account is told nothing of them"

    second = start_qgis(until="still")
    told = [["a", "OK"], ["b", "FAILED"], ["c", "CANCELLED"], ["d", "REFUNDED"]]
    assert sorted(second["ended"]) == told
    assert second["watched"] == ["still"]

    service.set("p1", still="OK")
    assert start_qgis() == {"ended": [["still", "OK"]], "watched": []}
    assert start_qgis() == {"ended": [], "watched": []}


def test_one_qgis_does_not_forget_what_another_one_watches(service, start_qgis, qgis_app):
    from mapflow_dock.api.processings import Processing, Status
    from mapflow_dock.api.watch_list import WatchList
    from mapflow_dock.api.watched import stored_watched

    one, other = WatchList(), WatchList()
    for each in (one, other):
        each.open("account")
    one.add(Processing("a", "a", status=Status.IN_PROGRESS), "p1")
    other.add(Processing("b", "b", status=Status.IN_PROGRESS), "p2")
    assert stored_watched("account") == {"a": "p1", "b": "p2"}
    other.drop("b")
    assert stored_watched("account") == {"a": "p1"}
    assert one.note([Processing("a", "a", status=Status.OK)], "p1")
    assert stored_watched("account") == {}
