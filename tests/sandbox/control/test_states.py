"""Every state of a processing on request, and the parts, results and credits that go with it."""

from __future__ import annotations

import io
import math

import httpx
import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.both_dialects
COST = 17
STATES = "/sandbox/processings/{}"


@pytest.fixture
def api(sandbox, connect):
    """A client of a sandbox of three accounts whose results are reviewed; it lasts as long as the run."""
    return connect(sandbox.kept(account=["guest@example.org", "third@example.org"], review=True))


@pytest.fixture
def done(api, square):
    """A finished processing of one part, the credits before it and after."""
    before = api.credits
    processing_id = api.start(square(0.03))
    assert api.ended(processing_id)["status"] == "OK"
    assert api.credits == before - COST
    return processing_id, before


@pytest.fixture
def three(api, square, several):
    """A finished processing of three parts that each have objects, and the credits before it."""
    before = api.credits
    parts = [square(0.05, east=east) for east in (-0.1, 0, 0.1)]
    processing_id = api.start(several(*parts))
    assert api.ended(processing_id)["status"] == "OK"
    return processing_id, before


def put(api, processing_id, **change):
    return api.ask("POST", STATES.format(processing_id), json=change)


def aois_of(api, processing_id):
    return api.ask("GET", f"/processings/{processing_id}/aois")


def counted(api, processing_id):
    """Objects in the whole result and in each part's, None where there is none."""
    path = f"/processings/{processing_id}/result"
    counts = []
    for aoi in (None, *(each["id"] for each in aois_of(api, processing_id))):
        answer = api.get(path, params={"aoiId": aoi} if aoi else {})
        counts.append(len(answer.json()["features"]) if answer.status_code == 200 else None)
    return counts


def history_of(api, processing_id):
    name = f"Ledger {processing_id}"
    api.ask("PUT", f"/processings/{processing_id}", json={"name": name})
    said = api.ask("POST", "/processings/stats", json={"filter": f"name={name}"})
    assert said["total"] == 1
    return said["results"][0]


def test_cancelled_takes_the_result_and_gives_the_price_back(api, done):
    processing_id, before = done
    said = put(api, processing_id, status="CANCELLED")
    assert (said["status"], said["percentCompleted"], said["cost"]) == ("CANCELLED", 0, COST)
    assert [aoi["status"] for aoi in aois_of(api, processing_id)] == ["CANCELLED"]
    assert "CANCELLED" in api.refused("GET", f"/processings/{processing_id}/result")["message"]
    assert api.credits == before
    put(api, processing_id, status="CANCELLED")
    assert api.credits == before, "given back once"
    entry = history_of(api, processing_id)
    assert (entry["status"], entry["cost"], entry["completionDate"] is None) == ("CANCELLED", 0, False)


def test_awaiting_waits_for_imagery_which_is_delivered_or_is_not(api, done):
    processing_id, before = done
    assert put(api, processing_id, status="AWAITING")["status"] == "AWAITING"
    assert [aoi["status"] for aoi in aois_of(api, processing_id)] == ["UNPROCESSED"]
    assert api.credits == before - COST, "it stays paid for"
    api.ask("POST", f"/sandbox/orders/{processing_id}", json={"delivered": True})
    assert api.until(processing_id, lambda one: one["status"] == "OK")
    assert api.credits == before - COST
    put(api, processing_id, status="AWAITING")
    cancelled = api.ask("POST", f"/sandbox/orders/{processing_id}", json={"delivered": False})
    assert cancelled["status"] == "CANCELLED"
    assert api.credits == before


def test_unprocessed_waits_until_it_is_put_to_work(api, done):
    processing_id, before = done
    assert put(api, processing_id, status="UNPROCESSED")["status"] == "UNPROCESSED"
    api.refused("GET", f"/processings/{processing_id}/result")
    put(api, processing_id, status="IN_PROGRESS")
    assert api.until(processing_id, lambda one: one["status"] == "OK")["percentCompleted"] == 100
    assert counted(api, processing_id)[0]
    assert api.credits == before - COST


def test_refunded_gives_all_back_and_finished_takes_it_again(api, done):
    processing_id, before = done
    said = put(api, processing_id, status="REFUNDED")
    assert (said["status"], said["cost"], api.credits) == ("REFUNDED", COST, before)
    put(api, processing_id, status="REFUNDED")
    assert api.credits == before
    assert history_of(api, processing_id)["cost"] == 0
    assert put(api, processing_id, status="OK")["status"] == "OK"
    assert api.credits == before - COST
    assert history_of(api, processing_id)["cost"] == COST
    if api.sandbox.dialect == "deployed":
        rows = api.ask("GET", "/projects")
        before_it = next(row["processingCounts"] for row in rows if row["isDefault"])
        put(api, processing_id, status="REFUNDED")
        after = next(row["processingCounts"] for row in api.ask("GET", "/projects") if row["isDefault"])
        assert after["refunded"] == before_it["refunded"] + 1
        assert after["succeeded"] == before_it["succeeded"] - 1


def test_a_state_nobody_knows_rests_and_work_goes_on_after_it(api, square):
    before = api.credits
    processing_id = api.start(square(0.2, east=-0.38, north=0.39), "Forest")
    said = put(api, processing_id, status="ON_HOLD")
    assert said["status"] == "ON_HOLD"
    assert {aoi["status"] for aoi in aois_of(api, processing_id)} == {"UNPROCESSED"}
    api.refused("GET", f"/processings/{processing_id}/result")
    assert processing_id in [row["id"] for row in api.ask("GET", "/processings/v2")]
    put(api, processing_id, status="IN_PROGRESS")
    assert api.until(processing_id, lambda one: one["status"] != "IN_PROGRESS")["status"] == "OK"
    put(api, processing_id, status="ON_HOLD")
    put(api, processing_id, status="OK")
    assert counted(api, processing_id)[0]
    price = before - api.credits
    assert price > 0
    processing_id = api.start(square(0.2, east=-0.38, north=0.39), "Forest")
    put(api, processing_id, status="ON_HOLD")
    api.ask("DELETE", f"/processings/{processing_id}")
    assert before - api.credits == price, "what was never done is not paid for"


def test_a_part_fails_alone_and_is_the_only_one_that_is_run_again(api, three):
    processing_id, before = three
    whole, first, second, third = counted(api, processing_id)
    assert whole == first + second + third
    message = {
        "code": "source-validator.PixelSizeTooHigh",
        "parameters": {"actual_res": "3.4", "max_res": "1.2"},
    }
    failed = put(api, processing_id, status="FAILED", part=2, messages=[message])
    assert (failed["status"], failed["messages"], failed["cost"]) == ("FAILED", [message], COST)
    assert failed["percentCompleted"] in {66, 67}
    aois = aois_of(api, processing_id)
    assert [aoi["status"] for aoi in aois] == ["OK", "FAILED", "OK"]
    assert [aoi["percentCompleted"] for aoi in aois] == [100, 0, 100]
    assert [aoi["messages"] for aoi in aois] == [[], [message], []]
    assert counted(api, processing_id) == [first + third, first, None, third]
    kept = [path for path in results_of(api, processing_id) if path.stem in {aois[0]["id"], aois[2]["id"]}]
    stamps = [path.stat().st_mtime_ns for path in kept]
    assert len(stamps) == 2
    api.ask("POST", f"/processings/{processing_id}/restart")
    again = api.ended(processing_id)
    assert (again["status"], again["messages"]) == ("OK", [])
    assert counted(api, processing_id) == [whole, first, second, third]
    assert [path.stat().st_mtime_ns for path in kept] == stamps, "the others were not run again"
    assert before - api.credits == COST
    assert history_of(api, processing_id)["cost"] == COST


def results_of(api, processing_id):
    return sorted((api.sandbox.process.data_path / "results" / processing_id).glob("*.geojson"))


def price(area_m2):
    """Roads at 10 credits a km², and imagery at 2."""
    return math.ceil(area_m2 / 1e6 * 10) + math.ceil(area_m2 / 1e6 * 2)


def test_what_a_failed_part_cost_is_given_back_and_taken_once_more(api, square, several):
    """The first part is large, and has imagery at its edge alone."""
    before = api.credits
    processing_id = api.start(several(square(0.9, east=0.92), square(0.03)), "Roads")
    done = api.ended(processing_id)
    assert done["status"] == "OK"
    cost = done["cost"]
    assert before - api.credits == cost == price(done["area"]) > 36
    (large, _small) = aois_of(api, processing_id)
    for part, paid in ((2, price(large["area"])), (1, 12)):  # the least is the price of 1 km²
        put(api, processing_id, status="FAILED", part=part)
        assert before - api.credits == paid
        assert history_of(api, processing_id)["cost"] == paid
        api.ask("POST", f"/processings/{processing_id}/restart")
        assert api.ended(processing_id)["status"] == "OK"
        assert before - api.credits == cost
    put(api, processing_id, status="FAILED")
    assert api.credits == before
    assert history_of(api, processing_id)["cost"] == 0


def test_two_who_paid_get_their_own_back(api, sign_in, square, several):
    other = sign_in(api.sandbox, "guest@example.org")
    project = api.ask("POST", "/projects", json={"name": "Two payers"})["id"]
    api.ask(
        "POST", "/projects/share", json={"projectId": project, "email": "guest@example.org", "role": "MEMBER"}
    )
    before = api.credits, other.credits
    parts = [
        square(0.05),
        square(0.9, east=4),
    ]  # there is no imagery in the second, which is the larger by far
    processing_id = api.start(several(*parts), "Roads", projectId=project)
    assert api.ended(processing_id)["status"] == "FAILED"
    mine = before[0] - api.credits
    put(api, processing_id, status="UNPROCESSED")
    put(api, processing_id, status="FAILED", part=2)
    assert before[0] - api.credits == mine
    whole = api.get_processing(processing_id)["cost"]
    assert 0 < mine < whole
    other.ask("POST", f"/processings/{processing_id}/restart")
    other.ended(processing_id)
    assert (before[0] - api.credits, before[1] - other.credits) == (mine, 0)
    other.ask("POST", f"/processings/{processing_id}/restart")
    put(other, processing_id, status="UNPROCESSED")
    put(other, processing_id, status="REFUNDED")
    assert (api.credits, other.credits) == before


def test_parts_that_run_and_one_that_is_failed_meanwhile(api, square, several):
    before = api.credits
    parts = [square(0.3, east=-0.2), square(0.3, east=0.2)]
    processing_id = api.start(several(*parts), "Forest")
    api.until(processing_id, lambda one: one["percentCompleted"] > 0)
    put(api, processing_id, status="FAILED", part=1, messages=[{"code": "dataloader.TileNotLoaded"}])
    ended = api.ended(processing_id)
    assert ended["status"] == "FAILED"
    assert [aoi["status"] for aoi in aois_of(api, processing_id)] == ["FAILED", "OK"]
    assert [message["code"] for message in ended["messages"]] == ["dataloader.TileNotLoaded"]
    assert ended["messages"][0]["parameters"]["status"] == "403"
    assert before - api.credits == ended["cost"], "both are billed as 1 km²"


def test_a_running_processing_is_cancelled_with_what_was_not_done_given_back(api, square):
    before = api.credits
    processing_id = api.start(square(0.4), "Forest")
    api.until(processing_id, lambda one: one["percentCompleted"] > 0)
    assert put(api, processing_id, status="CANCELLED")["status"] == "CANCELLED"
    assert api.credits == before
    assert api.ended(api.start(square(0.02)))["status"] == "OK", "the workers are free"
    assert api.get_processing(processing_id)["status"] == "CANCELLED"


def test_what_makes_no_sense_changes_nothing(api, three):
    processing_id, before = three
    untouched = api.get_processing(processing_id)
    for change in (
        {"status": "FAILED", "part": 4},
        {"status": "FAILED", "part": 0},
        {"status": "CANCELLED", "part": 1},
        {"status": "ok"},
        {"status": ""},
        {"messages": [{"code": "dataloader.internalError"}]},
        {"status": "FAILED", "messages": [{"code": ""}]},
        {"percent": 101},
    ):
        api.refused("POST", STATES.format(processing_id), json=change)
    assert api.get_processing(processing_id) == untouched
    put(api, processing_id, status="FAILED", part=3)
    assert (
        "Not every part"
        in api.refused("POST", STATES.format(processing_id), json={"status": "OK"})["message"]
    )
    assert before - api.credits == COST


def test_what_was_given_back_is_not_done_again_without_credits(sandbox, connect, square):
    api = connect(sandbox.start(credits=COST))
    processing_id = api.start(square(0.02))
    api.ended(processing_id)
    put(api, processing_id, status="REFUNDED")
    other = api.start(square(0.02))
    api.ended(other)
    assert api.credits == 0
    for status in ("OK", "IN_PROGRESS"):
        said = api.refused("POST", STATES.format(processing_id), json={"status": status})
        assert "enough credits" in said["message"]
    assert api.get_processing(processing_id)["status"] == "REFUNDED"


def test_a_percentage_can_be_any_or_none(api, done):
    processing_id, _before = done
    put(api, processing_id, status="UNPROCESSED")
    assert put(api, processing_id, percent=42)["percentCompleted"] == 42
    said = put(api, processing_id, percent=None)
    assert said.get("percentCompleted") is None
    assert ("percentCompleted" in said) == (api.sandbox.dialect == "deployed")
    for path in ("/processings/v2", "/processings"):
        (row,) = [row for row in api.ask("GET", path) if row["id"] == processing_id]
        assert row.get("percentCompleted") is None
    page = {"sortBy": "PROGRESS", "sortOrder": "ASC", "limit": 1000}
    rows = api.ask("POST", f"/projects/{api.project}/processings/v2/page", json=page)["results"]
    assert rows[0]["id"] == processing_id
    assert history_of(api, processing_id)["percentCompleted"] == 0
    put(api, processing_id, status="IN_PROGRESS")
    assert api.until(processing_id, lambda one: one["status"] == "OK")["percentCompleted"] == 100


def test_a_result_can_be_a_raster_too(api, three):
    processing_id, _before = three
    plain = api.get_processing(processing_id)
    assert plain.get("resultRasterLayer") is None
    tiles = f"/layers/{processing_id}/raster"
    api.refused("GET", f"{tiles}/tilejson.json", 404)
    shown = put(api, processing_id, resultRasterLayer=True)
    if api.sandbox.dialect == "deployed":
        layer = shown["resultRasterLayer"]
        assert layer["tileJsonUrl"].endswith(f"/rest{tiles}/tilejson.json")
        assert layer["tileUrl"].endswith(f"/rest{tiles}/{{z}}/{{x}}/{{y}}.png")
    said = api.ask("GET", f"{tiles}/tilejson.json")
    west, south, east, north = said["bounds"]
    features = api.ask("GET", f"/processings/{processing_id}/result")["features"]
    ring = np.array(features[0]["geometry"]["coordinates"][0])
    assert west <= ring[:, 0].min() <= ring[:, 0].max() <= east
    assert south <= ring[:, 1].min() <= ring[:, 1].max() <= north
    zoom = 18
    lon, lat = ring.mean(axis=0)
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom
    answer = api.get(f"{tiles}/{zoom}/{int(x)}/{int(y)}.png")
    assert answer.headers["content-type"] == "image/png"
    pixels = np.array(Image.open(io.BytesIO(answer.content)))
    assert pixels.shape == (256, 256, 4)
    assert pixels[int(y % 1 * 256), int(x % 1 * 256), 3] > 0, "the middle of an object is burnt in"
    assert (pixels[..., 3] == 0).any(), "and what is beside it is not"
    assert httpx.get(f"{api.sandbox.url}{tiles}/{zoom}/{int(x)}/{int(y)}.png").status_code == 401


def test_a_rating_is_kept_and_read_back_after_a_restart_of_the_server(sandbox, connect, square):
    api = connect(sandbox.start())
    processing_id = api.start(square(0.02))
    api.ended(processing_id)
    api.ask("PUT", f"/processings/{processing_id}/rate", json={"rating": 3, "feedback": "Some are missing"})
    api.sandbox.process.stop()
    again = connect(api.sandbox.process.start())
    told = again.ask("GET", f"/processings/{processing_id}")["rating"]  # v1 tells it in both dialects
    assert told == {"rating": 3, "feedback": "Some are missing"}
