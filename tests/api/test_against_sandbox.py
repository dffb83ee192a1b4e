"""The room against the real sandbox, in both dialects: sign in, run, lose an answer, fetch the result."""

from __future__ import annotations

import json

import pytest
from fault_proxy import FaultProxy

from mapflow_dock.api import account, history, processings, projects
from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.api.lost_answers.create import create_project
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.processings import ProcessingRequest, Status
from mapflow_dock.api.session import Session
from mapflow_dock.api.sources import ProviderSource

pytestmark = pytest.mark.both_dialects
ZOOM = 18


def square(sandbox, share=0.1):
    """A square in the middle of the imagery, `share` of its width wide."""
    west, south, east, north = sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, (east - west) * share / 2
    ring = [
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
        [x - half, y - half],
    ]
    return {"type": "Polygon", "coordinates": [[[round(lon, 8), round(lat, 8)] for lon, lat in ring]]}


def request_for(sandbox, project, model, name="A test", **geometry):
    blocks = tuple((block.name, False) for block in model.optional_blocks())
    source = ProviderSource(sandbox.provider, ZOOM)
    return ProcessingRequest(name, project.id, model.id, square(sandbox, **geometry), source, blocks)


@pytest.fixture
def client(sandbox, make_client):
    return make_client(sandbox.url, read_pasted(sandbox.basic))


@pytest.fixture
def ask(outcome):
    """The value of a reply that has to succeed."""

    def value(reply, timeout=60_000):
        kind, result = outcome(reply, timeout)
        if kind != "succeeded":
            pytest.fail(f"{kind}: {result}")
        return result

    return value


def buildings(who):
    return next(model for model in who.models if "Buildings" in model.name)


def running_work(sandbox, client, ask, name, via=None):
    who, project = ask(account.status(client)), ask(projects.fetch_default(client))
    return (
        ask(start(via or client, request_for(sandbox, project, buildings(who), name))),
        project,
        who,
    )


@pytest.mark.parametrize("form", ["basic", "bearer", "prefixed", "spaced"])
def test_every_form_of_the_token_signs_in(sandbox, qtbot, qgis_app, form):
    pasted = {
        "basic": sandbox.basic,
        "bearer": sandbox.bearer,
        "prefixed": f"Authorization: Bearer {sandbox.bearer}",
        "spaced": f"  {sandbox.basic[:9]}\n{sandbox.basic[9:]} ",
    }[form]
    session = Session()
    with qtbot.waitSignals([session.signed_in, session.project_changed], timeout=20_000):
        session.sign_in(pasted, sandbox.url)
    assert session.account.email == sandbox.email
    assert session.account.models
    assert session.project.name
    session.sign_out()
    session.close()


def test_a_wrong_token_is_turned_down(sandbox, make_client, outcome):
    client = make_client(sandbox.url, read_pasted("someone@example.org:not-the-one"))
    kind, error = outcome(account.status(client))
    assert (kind, error.fault) == ("failed", Fault.CREDENTIAL)


def test_projects_of_the_account(client, ask):
    made = ask(create_project(client, "Harbour survey", "quays"))
    assert made.name == "Harbour survey"
    page = ask(projects.page(client, text="harbour"))
    assert made.id in [one.id for one in page.projects]
    ask(projects.update(client, made.id, name="Harbour"))
    assert ask(projects.fetch(client, made.id)).name == "Harbour"
    ask(projects.delete(client, made.id))
    assert made.id not in [one.id for one in ask(projects.page(client, limit=1000)).projects]


def test_the_whole_way_from_cost_to_result(sandbox, client, ask, qtbot, tmp_path):
    who, project = ask(account.status(client)), ask(projects.fetch_default(client))
    request = request_for(sandbox, project, buildings(who))
    estimate = ask(processings.cost(client, request))
    assert estimate > 0
    started = ask(start(client, request))
    assert started.status.is_running

    session = Session()
    monitor = ProcessingMonitor(session, interval_ms=300)
    with qtbot.waitSignals([session.signed_in, session.project_changed], timeout=20_000):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    monitor.watch(started)
    with qtbot.waitSignal(
        monitor.ended, timeout=120_000, check_params_cb=lambda one: one.id == started.id
    ) as ended:
        pass
    monitor.close()
    session.close()
    done = ended.args[0]
    assert (done.status, done.percent) == (Status.OK, 100)
    whole = ask(processings.fetch(client, started.id))
    assert whole.cost == pytest.approx(estimate)
    assert whole.area_m2 > 0
    assert whole.source["dataProvider"]["providerName"] == sandbox.provider
    assert whole.vector.tile_url.endswith(".pbf") or "{z}" in whole.vector.tile_url
    target = tmp_path / "result.geojson"
    assert ask(processings.download_result(client, started.id, target)) == target
    assert json.loads(target.read_text())["type"] == "FeatureCollection"
    after = ask(account.status(client))
    assert after.credits <= who.credits - estimate
    assert any(one.name == request.name for one in ask(history.history(client)).entries)
    assert request.name in ask(history.history_csv(client))
    areas = ask(processings.aois(client, started.id))
    assert [area.status for area in areas] == [Status.OK]
    ask(processings.update(client, started.id, name="Renamed"))
    assert ask(processings.fetch(client, started.id)).name == "Renamed"
    ask(processings.delete(client, started.id))
    assert started.id not in [
        one.id for one in ask(processings.list_by_project(client, project.id)).processings
    ]


def test_a_lost_answer_is_not_paid_for_twice(sandbox, client, ask, make_client):
    with FaultProxy(sandbox.url) as proxy:
        proxy.add(verb="POST", path="/processings/v2", times=9, drop_after=True)
        lossy = make_client(proxy.url, read_pasted(sandbox.basic))
        before = ask(account.status(client)).credits
        name = f"Lost on the way, {sandbox.dialect}"
        started, project, _who = running_work(sandbox, client, ask, name, via=lossy)
        assert proxy.count("POST", "/processings/v2") == 1
    listed = ask(processings.list_by_project(client, project.id))
    assert [one.id for one in listed.processings if one.name == name] == [started.id]
    cost = ask(processings.fetch(client, started.id)).cost
    assert ask(account.status(client)).credits == pytest.approx(before - cost)


def test_too_large_an_area_is_a_sentence(sandbox, make_client, ask, outcome):
    small = sandbox.start(area_limit_km2=0.01)
    client = make_client(small.url, read_pasted(small.basic))
    who, project = ask(account.status(client)), ask(projects.fetch_default(client))
    kind, error = outcome(start(client, request_for(small, project, buildings(who), share=0.3)))
    assert (kind, error.fault) == ("failed", Fault.REJECTED)
    assert "larger than" in error.sentence
    assert error.code


def test_no_credits_is_a_sentence(sandbox, make_client, ask, outcome):
    poor = sandbox.start(credits=0)
    client = make_client(poor.url, read_pasted(poor.basic))
    who, project = ask(account.status(client)), ask(projects.fetch_default(client))
    kind, error = outcome(start(client, request_for(poor, project, buildings(who))))
    assert kind == "failed"
    assert error.fault in {Fault.REJECTED, Fault.FORBIDDEN}
    assert "credits" in error.sentence.lower()


def test_an_old_processing_names_its_source(sandbox, client, ask):
    who = ask(account.status(client))
    ground = square(sandbox)
    found = ask(client.send("POST", "/catalog/meta", lambda value: value, {"aoi": ground}, repeatable=True))
    image = (found["images"] if isinstance(found, dict) else found)[0]
    flat = {"data_provider": image["providerName"], "url": image["id"], "zoom": str(ZOOM)}
    order = {"name": "Of old", "wdId": buildings(who).id, "geometry": ground, "params": flat}
    made = ask(client.send("POST", "/processings", processings.read_processing, order))
    old = ask(client.get(f"/processings/{made.id}", processings.read_processing))
    picked = {"dataProvider": image["providerName"], "imageIds": [image["id"]], "zoom": ZOOM}
    assert old.source == {"imagerySearch": picked}
    assert (old.area_m2, old.cost) == (made.area_m2, made.cost)
    assert old.area_m2 > 0
    assert old.cost > 0
    told_anew = ask(processings.fetch(client, made.id)).source["imagerySearch"]
    assert told_anew["imageIds"] == [image["id"]]
