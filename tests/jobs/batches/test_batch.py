"""A batch starts what is missing, as far as its terms go, and the state table says all along where each part stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fault_proxy import Answer, FaultProxy
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsGeometry
from qgis.PyQt.QtCore import QLockFile

from mapflow_dock.api.http.client import Client
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.jobs.batches.batch import BatchJob
from mapflow_dock.jobs.batches.key import META_RUN_KEY
from mapflow_dock.jobs.batches.order import BatchOrder, BatchTerms
from mapflow_dock.layers.areas.grid.cells import Limits
from mapflow_dock.layers.batches.areas import Division, SourceFeature, divided
from mapflow_dock.layers.batches.rows import PartState
from mapflow_dock.layers.batches.table import StateTable

LIST = "/projects/p1/processings/v2"
START = "/processings/v2"
COST = "/processing/cost/v2"


class Service:
    """Starts what it is asked to, counts what runs, and ends one processing each time its list is asked for."""

    def __init__(self, server):
        self.server = server
        self.records = []
        self.price = 10
        self.most_running = 0
        self.ends_from = 0  # so many have to be started before one ends
        self.ends_as = {}
        self.hides_meta = False
        server.route("POST", COST, lambda _asked: Answer.of(self.price))
        server.route("POST", START, self.start)
        server.route("GET", LIST, self.list)

    @property
    def running(self):
        return [record for record in self.records if record["status"] == "IN_PROGRESS"]

    def start(self, asked):
        body = asked.json
        number = len(self.records)
        record = {
            "id": f"id-{number}",
            "name": body["name"],
            "status": "IN_PROGRESS",
            "percentCompleted": 10,
            "projectId": "p1",
            "cost": self.price,
            "meta": body["meta"],
            "messages": [],
            "created": datetime.now(UTC).isoformat(),
            "updated": "2026-02-10T10:00:00Z",
        }
        self.records.append(record)
        self.most_running = max(self.most_running, len(self.running))
        self.server.route("GET", f"/processings/id-{number}/v2", lambda _asked: Answer.of(record))
        self.server.route("POST", f"/processings/id-{number}/restart", lambda _asked: self.restart(record))
        return Answer.of(record)

    def restart(self, record):
        record.update(status="IN_PROGRESS", messages=[], updated="2026-02-10T12:00:00Z")
        return Answer.of(record)

    def list(self, _asked):
        if self.running and len(self.records) >= self.ends_from:
            record = self.running[0]
            ends = self.ends_as.get(record["name"], ["OK"])
            status = ends.pop(0) if len(ends) > 1 else ends[0]
            record.update(status=status, updated="2026-02-10T11:00:00Z")
            if status == "FAILED":
                record["messages"] = [{"code": "source-validator.NoDataInAOI", "parameters": {}}]
        shown = [dict(record) for record in reversed(self.records)]
        return Answer.of([{**record, "meta": None} for record in shown] if self.hides_meta else shown)


@pytest.fixture
def server():
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def service(server):
    return Service(server)


def square(number, size=0.005):
    x = 37 + number * 0.02
    return f"POLYGON(({x} 55,{x + size} 55,{x + size} {55 + size},{x} {55 + size},{x} 55))"


def order(count=5, limits=None, overlap=0.0, wkts=None):
    features = [
        SourceFeature(str(number), QgsGeometry.fromWkt(wkt), {"name": f"Field {number}"})
        for number, wkt in enumerate(wkts or [square(number) for number in range(count)], 1)
    ]
    areas = divided(
        features,
        QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsCoordinateTransformContext(),
        Division.BY_FEATURE,
        "Field",
    )
    limits = limits or Limits(1e8, 10)
    return BatchOrder(areas, "p1", "m", ProviderSource("Mapbox", 18), limits, overlap_m=overlap)


@pytest.fixture
def run(server, tmp_path, qtbot):
    """Run a batch to its end; returns ("succeeded", report) or ("failed", error)."""
    clients = []

    def run(wanted=None, **terms):
        client = Client(server.url)
        client.retry_base_s = 0.01
        clients.append(client)
        standard = {"table": tmp_path / "state.gpkg", "may_spend": True, "poll_ms": 20}
        job = BatchJob(client, wanted or order(), BatchTerms(**{**standard, **terms}))
        told = []
        job.succeeded.connect(lambda report: told.append(("succeeded", report)))
        job.failed.connect(lambda error: told.append(("failed", error)))
        with qtbot.waitSignal(job.finished, timeout=30_000):
            job.start()
        return told[0]

    yield run
    for client in clients:
        client.close()


@pytest.fixture
def rows(tmp_path):
    return lambda: StateTable(tmp_path / "state.gpkg").rows()


def states(report):
    return [part.state for part in report.parts]


def test_each_feature_is_run_once_and_told_in_the_table(run, service, rows):
    kind, report = run()
    assert kind == "succeeded"
    assert states(report) == [PartState.FINISHED] * 5
    assert (report.spent, report.estimated) == (50, 0)
    ids = {record["name"]: record["id"] for record in service.records}
    held = rows()
    untimed = {"planned": None, "started": None, "ended": None}  # the table has no microseconds
    assert [replace(row, **untimed) for row in held] == [replace(part, **untimed) for part in report.parts]
    assert [row.processing_id for row in held] == [ids[f"Field {number}"] for number in range(1, 6)]
    assert [row.cost for row in held] == [10] * 5
    assert all(row.planned <= row.started for row in held)
    assert all(row.ended is not None for row in held)
    assert {row.key for row in held} == {record["meta"][META_RUN_KEY] for record in service.records}
    assert [row.attributes["name"] for row in held] == [f"Field {number}" for number in range(1, 6)]


def test_at_most_so_many_run_at_a_time(run, service):
    service.ends_from = 3
    assert run(order(9), at_once=3)[0] == "succeeded"
    assert service.most_running == 3


def test_nothing_is_started_unless_it_may_spend(run, service, rows):
    kind, report = run(may_spend=False)
    assert kind == "succeeded"
    assert service.records == []
    assert states(report) == [PartState.WAITING] * 5
    assert (report.spent, report.estimated) == (0, 50)
    assert [row.estimate for row in rows()] == [10] * 5


def test_the_budget_is_never_exceeded(run, service, server):
    kind, report = run(budget=34)
    assert kind == "succeeded"
    assert len(service.records) == 3
    assert states(report).count(PartState.OVER_BUDGET) == 2
    assert (report.spent, report.estimated) == (30, 20)
    assert "34\xa0credits" in next(
        part.message for part in report.parts if part.state is PartState.OVER_BUDGET
    )
    kind, report = run(budget=34)
    assert len(service.records) == 3, "what earlier runs have spent counts"
    kind, report = run(budget=50)
    assert states(report) == [PartState.FINISHED] * 5
    assert report.spent == 50
    assert server.count("POST", START) == 5


@pytest.mark.parametrize("at_once", [1, 4])
def test_what_a_start_really_costs_counts_and_not_the_estimate(run, service, at_once):
    """It is asked before, and may have become dearer since."""
    service.server.route("POST", COST, Answer.of(10))
    service.price = 20
    _kind, report = run(budget=50, at_once=at_once)
    assert report.spent <= 50
    assert len(service.records) == 2


def test_a_budget_lets_as_many_run_at_a_time(run, service):
    service.ends_from = 3
    assert run(order(9), at_once=3, budget=90)[0] == "succeeded"
    assert service.most_running == 3


def test_a_second_run_starts_nothing(run, service, server):
    run()
    kind, report = run()
    assert (kind, states(report)) == ("succeeded", [PartState.FINISHED] * 5)
    assert server.count("POST", START) == 5
    assert server.count("POST", COST) == 5


@pytest.mark.parametrize("hides_meta", [False, True])
def test_without_its_table_it_finds_what_exists(run, service, server, tmp_path, hides_meta):
    """A list may leave out what a processing carries: then each that is called so is asked for."""
    run()
    (tmp_path / "state.gpkg").unlink()
    service.hides_meta = hides_meta
    kind, report = run(budget=50)
    assert (kind, states(report)) == ("succeeded", [PartState.FINISHED] * 5)
    assert report.spent == 50
    assert server.count("POST", START) == 5


def test_features_of_the_same_ground_share_a_processing(run, service):
    _kind, report = run(order(wkts=[square(1), square(1), square(2)]))
    assert states(report) == [PartState.FINISHED] * 3
    assert len(service.records) == 2
    assert report.parts[0].processing_id == report.parts[1].processing_id
    assert report.spent == 20


def test_an_area_beyond_the_limits_is_cut(run, service):
    _kind, report = run(order(wkts=[square(1, 0.05), square(9)], limits=Limits(5e6, 10)))
    assert len(report.parts) > 4
    assert {part.source_id for part in report.parts} == {"1", "2"}
    assert f"Field 1, part 1 of {len(report.parts) - 1}" in {record["name"] for record in service.records}
    assert all(part.area_m2 <= 5e6 for part in report.parts)


def test_the_cells_of_an_earlier_run_stay_when_the_limits_change(run, service, server):
    wanted = order(wkts=[square(1, 0.05)], limits=Limits(5e6, 10))
    _kind, first = run(wanted)
    _kind, second = run(replace(wanted, limits=Limits(1e8, 10)))
    assert [part.key for part in first.parts] == [part.key for part in second.parts]
    assert server.count("POST", START) == len(first.parts)


def test_what_cannot_be_an_area_is_refused_and_the_others_run(run, service):
    _kind, report = run(order(wkts=[square(1), "POINT(37 55)", square(3)]))
    assert states(report) == [PartState.FINISHED, PartState.REFUSED, PartState.FINISHED]
    assert "polygon" in report.parts[1].message
    assert len(service.records) == 2


def test_what_the_service_refuses_is_told_and_the_others_run(run, service, server):
    refusal = Answer.of({"code": "ProviderMinAreaError", "message": "too small", "params": {}}, 400)
    server.add(verb="POST", path=COST, answer=refusal)
    server.add(verb="POST", path=START, answer=refusal)
    _kind, report = run()
    assert states(report).count(PartState.REFUSED) == 2
    assert states(report).count(PartState.FINISHED) == 3
    assert "smaller than the imagery provider sells" in report.parts[0].message
    _kind, report = run()
    assert states(report) == [PartState.FINISHED] * 5, "another run tries again"


@pytest.mark.parametrize("restarts", [0, 1])
def test_what_fails_is_restarted_as_often_as_is_wanted(run, service, server, restarts):
    service.ends_as["Field 2"] = ["FAILED", "OK"]
    _kind, report = run(restarts=restarts)
    state = PartState.FINISHED if restarts else PartState.FAILED
    assert states(report) == [PartState.FINISHED, state, *[PartState.FINISHED] * 3]
    assert server.count("POST", "/restart") == restarts
    assert ("no imagery" in report.parts[1].message) == (not restarts)


def test_a_restart_keeps_to_the_budget(run, service, server):
    service.ends_as["Field 2"] = ["FAILED", "OK"]
    _kind, report = run(restarts=1, budget=55)
    assert server.count("POST", "/restart") == 0
    assert report.spent == 50


def test_a_lost_answer_is_looked_for_and_nothing_is_paid_twice(run, service, server):
    server.add(verb="POST", path=START, times=3, drop_after=True)
    _kind, report = run()
    assert states(report) == [PartState.FINISHED] * 5
    assert len(service.records) == 5


def test_a_start_that_never_arrived_is_sent_again(run, service, server):
    server.add(verb="POST", path=START, times=2, drop_before=True)
    _kind, report = run()
    assert states(report) == [PartState.FINISHED] * 5
    assert len(service.records) == 5


def test_what_may_have_been_started_is_not_started_again(run, service, server):
    """Nobody tells what became of it: its credits count as spent until somebody does."""
    server.add(verb="POST", path=START, times=1, drop_after=True)
    real = service.list

    def nameless(asked):
        server.route("GET", "/processings/id-0/v2", Answer.of({}, 500))
        records = json.loads(real(asked).body)
        unnamed = {"meta": None, "name": "Field 1"}
        return Answer.of([{**each, **unnamed} if each["id"] == "id-0" else each for each in records])

    server.route("GET", LIST, nameless)
    kind, report = run(at_once=1)
    assert kind == "succeeded"
    assert report.parts[0].state is PartState.UNCLEAR
    assert report.parts[0].message
    assert states(report)[1:] == [PartState.FINISHED] * 4
    assert report.spent == 50
    assert len(service.records) == 5
    server.route("GET", LIST, real)
    _kind, report = run()
    assert states(report) == [PartState.FINISHED] * 5
    assert len(service.records) == 5


def test_a_service_that_takes_fewer_at_a_time_is_given_fewer(run, service, server):
    real = service.start

    def busy(asked):
        return Answer.of({"message": "too many"}, 429) if len(service.running) >= 2 else real(asked)

    server.route("POST", START, busy)
    _kind, report = run(order(8), at_once=6)
    assert states(report) == [PartState.FINISHED] * 8
    assert len(service.records) == 8
    assert service.most_running == 2


def test_a_network_that_is_gone_for_a_while_is_waited_for(run, service, server):
    server.add(verb="GET", path=LIST, times=9, drop_before=True)
    server.add(verb="POST", path=COST, times=9, answer=Answer.of({}, 503))
    _kind, report = run()
    assert states(report) == [PartState.FINISHED] * 5
    assert len(service.records) == 5


def test_a_service_that_stays_away_is_told_in_a_sentence(run, server):
    server.add(verb="GET", path=LIST, times=999, drop_before=True)
    kind, error = run(patience_s=0.3)
    assert kind == "failed"
    assert error.sentence
    assert error.cause is not None


def test_a_processing_that_was_deleted_is_told(run, service, server):
    real = service.list

    def without_first(asked):
        answer = real(asked)
        if len(service.records) == 5:
            server.route("GET", "/processings/id-1/v2", Answer.of({"message": "gone"}, 404))
            return Answer.of([each for each in json.loads(answer.body) if each["id"] != "id-1"])
        return answer

    server.route("GET", LIST, without_first)
    _kind, report = run()
    [deleted] = [part for part in report.parts if part.state is PartState.DELETED]
    assert deleted.processing_id == "id-1"
    assert "deleted" in deleted.message


def test_the_table_of_another_batch_stays_as_it_is(run, service, rows):
    run(order(3))
    before = rows()
    kind, error = run(order(4))
    assert (kind, rows()) == ("failed", before)
    assert "another batch" in error.sentence
    assert len(service.records) == 3


def test_a_batch_does_not_run_twice_at_a_time(run, service, tmp_path):
    lock = QLockFile(str(tmp_path / "state.gpkg.lock"))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)
    kind, error = run()
    assert kind == "failed"
    assert "running already" in error.sentence
    lock.unlock()
    assert run()[0] == "succeeded"
    assert len(service.records) == 5


def test_a_table_that_cannot_be_written_is_told_in_a_sentence(run, service, tmp_path):
    (tmp_path / "file").write_text("")
    kind, error = run(table=tmp_path / "file" / "state.gpkg")
    assert kind == "failed"
    assert "folder" in error.sentence
    assert "unforeseen" not in error.sentence


def test_records_that_cannot_be_read_hold_back_a_batch_that_knows_nothing(run, service, server):
    real = service.list
    server.route("GET", LIST, lambda asked: Answer.of([*json.loads(real(asked).body), {"odd": 1}]))
    kind, error = run()
    assert kind == "failed"
    assert "not known whether" in error.sentence
    assert server.count("POST", START) == 0


def test_cancelling_ends_at_once_and_the_next_run_goes_on(server, service, tmp_path, qtbot, run, rows):
    server.add(verb="POST", path=START, times=1)
    server.add(verb="POST", path=START, times=1, hold=True)
    client = Client(server.url)
    client.retry_base_s = 0.01
    terms = BatchTerms(tmp_path / "state.gpkg", may_spend=True, poll_ms=20, at_once=2)
    job = BatchJob(client, order(), terms)
    job.start()
    qtbot.waitUntil(lambda: server.count("POST", START) >= 2, timeout=10_000)
    ended = []
    job.finished.connect(lambda: ended.append(True))
    job.cancel()
    assert ended == [True]
    assert client.running == 0
    assert {row.state for row in rows()} & {PartState.STARTING}
    server.release()
    qtbot.waitUntil(lambda: len(service.records) == 2, timeout=10_000)
    _kind, report = run()
    assert states(report) == [PartState.FINISHED] * 5
    assert len(service.records) == 5
    client.close()
