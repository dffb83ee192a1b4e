"""Processings of what was found in the catalog: mosaics at once, scenes once they are delivered, uploads as uploads."""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry import shape

pytestmark = pytest.mark.both_dialects
START, ZOOM = "/processings/v2", 18


def rows_of(api, area, **asked):
    answer = api.ask("POST", "/catalog/meta", json={"aoi": area, "limit": 1000, **asked})
    return answer["images"] if api.sandbox.dialect == "deployed" else answer


def order(api, area, row, zoom=ZOOM, **more):
    search = {"dataProvider": row["providerName"], "imageIds": [row["id"]]}
    if zoom is not None:
        search["zoom"] = zoom
    return {**api.order(area, **more), "params": {"sourceParams": {"imagerySearch": search}}}


def result(api, processing_id):
    found = api.ask("GET", f"/processings/{processing_id}/result")["features"]
    return [(each["geometry"], {**each["properties"], "processing_date": None}) for each in found]


def whole_mosaic(api, area, provider="sandbox_mosaic_2024"):
    """A mosaic that can be used, and covers all of the area."""
    west, south, east, north = api.sandbox.bbox
    town = shapely.box(west, south, east, north)
    found = rows_of(api, area, dataProviders=[provider], hideUnavailable=True)
    return next(row for row in found if shape(row["footprint"]).contains(town))


def test_a_mosaic_is_processed_as_its_provider_s_own_imagery(api, square):
    area = square(0.1)
    row = whole_mosaic(api, area)
    price = api.ask("POST", "/processing/cost/v2", json=order(api, area, row))
    assert price == 15 + 3, "the model, and this mosaic at zoom 18"
    before = api.credits
    found = api.ask("POST", START, json=order(api, area, row))
    assert api.credits == before - price
    usual = api.start(area, zoom=ZOOM)
    assert api.ended(found["id"])["status"] == api.ended(usual)["status"] == "OK"
    objects = result(api, found["id"])
    assert len(objects) > 3
    assert objects == result(api, usual)


def test_nothing_is_found_outside_the_footprint(api, square):
    area = square(0.3)
    whole = shape(area)
    row = next(
        row
        for row in rows_of(api, area, dataProviders=["sandbox_mosaic_2023", "sandbox_mosaic_2024"])
        if 0.2 < shape(row["footprint"]).intersection(whole).area / whole.area < 0.8
    )
    footprint = shape(row["footprint"])
    ended = api.ended(api.ask("POST", START, json=order(api, area, row))["id"])
    assert ended["status"] == "OK"
    objects = [shape(geometry) for geometry, _told in result(api, ended["id"])]
    assert objects
    assert all(each.intersects(footprint) for each in objects)
    usual = api.ended(api.start(area, zoom=ZOOM))
    everywhere = [shape(geometry) for geometry, _told in result(api, usual["id"])]
    assert any(not each.intersects(footprint) for each in everywhere), "there is something to be left out"


def test_an_area_beside_the_footprint_has_no_imagery(api, square):
    row = whole_mosaic(api, square())
    before = api.credits
    beside = square(0.1, east=9)
    ended = api.ended(api.ask("POST", START, json=order(api, beside, row))["id"])
    assert ended["status"] == "FAILED"
    assert [message["code"] for message in ended["messages"]] == ["source-validator.NoDataInAOI"]
    assert api.credits == before


def scene(api, area):
    found = rows_of(api, area, dataProviders=["sandbox_skyline"], hideUnavailable=True)
    west, south, east, north = api.sandbox.bbox
    return next(
        row for row in found if shape(row["footprint"]).contains(shapely.box(west, south, east, north))
    )


def test_a_scene_waits_to_be_delivered(api, square):
    area = square(0.1)
    row = scene(api, area)
    before = api.credits
    started = api.ask("POST", START, json=order(api, area, row))
    assert started["status"] == "AWAITING"
    assert api.credits == before - started["cost"] == before - 15 - 8
    waiting = api.get_processing(started["id"])
    assert (waiting["status"], waiting["percentCompleted"]) == ("AWAITING", 0)
    delivered = api.ask("POST", f"/sandbox/orders/{started['id']}", json={"delivered": True})
    assert delivered["status"] == "IN_PROGRESS"
    ended = api.ended(started["id"])
    assert ended["status"] == "OK"
    assert result(api, started["id"]) == result(api, api.ended(api.start(area, zoom=ZOOM))["id"])
    for body in ({"delivered": True}, {"delivered": False}):
        said = api.refused("POST", f"/sandbox/orders/{started['id']}", json=body)
        assert "awaits no imagery" in said["message"]


def test_a_scene_that_does_not_come_is_not_paid_for(api, square):
    before = api.credits
    started = api.ask("POST", START, json=order(api, square(), scene(api, square())))
    ended = api.ask("POST", f"/sandbox/orders/{started['id']}", json={"delivered": False})
    assert ended["status"] == "CANCELLED"
    assert api.credits == before
    assert {aoi["status"] for aoi in api.ask("GET", f"/processings/{started['id']}/aois")} == {"CANCELLED"}


def test_one_that_waits_can_be_deleted(api, square):
    before = api.credits
    started = api.ask("POST", START, json=order(api, square(), scene(api, square())))
    api.ask("DELETE", f"/processings/{started['id']}")
    assert api.credits == before
    api.refused("POST", f"/sandbox/orders/{started['id']}", 404, json={"delivered": True})


def test_another_account_delivers_nothing(api, guest, square):
    started = api.ask("POST", START, json=order(api, square(), scene(api, square())))
    guest.refused("POST", f"/sandbox/orders/{started['id']}", 404, json={"delivered": True})
    api.ask("DELETE", f"/processings/{started['id']}")


def test_uploads_found_in_the_catalog_are_processed_as_uploads(api, geotiff, square):
    mosaic = api.mosaic("Field")
    image = api.upload(mosaic, geotiff(width=300, height=300))
    west, south, east, north = shapely.from_wkt(
        api.ask("GET", f"/rasters/image/{image['id']}")["footprint"]
    ).bounds
    area = shapely.geometry.mapping(shapely.box(west, south, east, north))
    for row in (
        {"providerName": "my_imagery_images", "id": image["id"]},
        {"providerName": "my_imagery_mosaics", "id": mosaic},
    ):
        body = order(api, area, row, zoom=None)
        assert api.ask("POST", "/processing/cost/v2", json=body) == 15
        assert api.ended(api.ask("POST", START, json=body)["id"])["status"] == "OK"
    api.ask("DELETE", f"/rasters/mosaic/{mosaic}")


@pytest.mark.parametrize("change", ["provider", "unknown", "none", "unavailable"])
def test_what_cannot_be_processed_is_refused(api, square, change):
    row = whole_mosaic(api, square())
    search = {"dataProvider": row["providerName"], "imageIds": [row["id"]]}
    said = "no such image"
    if change == "provider":
        search["dataProvider"] = "sandbox_mosaic_2023"
    elif change == "unknown":
        search["imageIds"].append("nothing")
    elif change == "none":
        search["imageIds"] = []
    else:
        partner = rows_of(api, square(), dataProviders=["sandbox_partner"])[0]
        search, said = {"dataProvider": "sandbox_partner", "imageIds": [partner["id"]]}, "has to be ordered"
    body = {**api.order(square()), "params": {"sourceParams": {"imagerySearch": search}}}
    assert said in api.refused("POST", START, json=body)["message"]


def test_less_than_the_provider_sells(api, square):
    row = rows_of(api, square(), dataProviders=["sandbox_wide"], hideUnavailable=True)[0]
    assert api.refused("POST", START, json=order(api, square(), row))["code"] == "ProviderMinAreaError"
