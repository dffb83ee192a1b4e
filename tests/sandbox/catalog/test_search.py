"""POST /catalog/meta over the whole catalog: what is found, in which order, on which page; held against brute force."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import MultiPolygon, box, mapping
from shapely.geometry.polygon import orient

from mapflow_sandbox.catalog.offers import OFFERS
from mapflow_sandbox.catalog.seeding import seeded

pytestmark = pytest.mark.both_dialects
GEOD = Geod(ellps="WGS84")
COUNT = 5000
NEAR = 1e-3  # per cent: a cover this near to what is asked for may fall to either side
SORTED_BY = {
    "PROVIDER_NAME": "provider",
    "SAT_ID": "sensor",
    "CLOUD_COVER": "cloud_cover",
    "OFF_NADIR_ANGLE": "off_nadir",
    "ACQUISITION_DATE": "instant",
    "ZOOM": "zoom",
    "PIXEL_RESOLUTION": "resolution",
}
PLACES = [(179.99, -16.8), (-179.97, 71.1), (37.6, 55.7), (15.6, 78.2), (-70.7, -33.4)]


@dataclass(frozen=True)
class Truth:
    """What was made up, read without the search."""

    records: list
    shapes: np.ndarray


@pytest.fixture(scope="module")
def truth(sandboxes):
    records = list(seeded(COUNT, sandboxes.kept("deployed").bbox))
    return Truth(records, np.array([record.geometry for record in records]))


def ellipsoidal_m2(geometry):
    """Edges are split, since straight ones in degrees are no geodesics."""
    return sum(
        abs(GEOD.geometry_area_perimeter(orient(part))[0])
        for part in shapely.get_parts(shapely.segmentize(geometry, 0.005))
        if part.geom_type == "Polygon"
    )


def value_of(record, name):
    if name == "instant":
        return None if record.acquired is None else datetime.fromisoformat(record.acquired)
    return getattr(record, name)


def area_of(centre, width_km, height_km):
    """A box, cut at the antimeridian where it reaches over it."""
    x, y = centre
    half_y = height_km / 222
    half_x = width_km / 222 / math.cos(math.radians(y))
    whole = box(x - half_x, y - half_y, x + half_x, y + half_y)
    parts = [box(-180, -90, 180, 90).intersection(whole)]
    for turn in (-360, 360):
        parts.append(
            shapely.transform(whole, lambda at, t=turn: at + np.array((t, 0))).intersection(
                box(-180, -90, 180, 90)
            )
        )
    filled = [part for part in parts if part.area > 0]
    return filled[0] if len(filled) == 1 else MultiPolygon(filled)


def expected(truth, area, asked, one):
    """The ids in their order; `one` is what a share of 1 is in the request."""
    hits = np.flatnonzero(shapely.intersects(truth.shapes, area))
    whole = ellipsoidal_m2(area)
    found = []
    for index in sorted(hits):
        record = truth.records[index]
        covered = 100 * ellipsoidal_m2(truth.shapes[index].intersection(area)) / whole
        least = asked.get("minAoiIntersectionPercent", 0) / one * 100
        assume(abs(covered - least) > NEAR or covered == 0)
        if covered > least and fits(record, asked, one):
            found.append(record)
    name = SORTED_BY[asked.get("sortBy", "ACQUISITION_DATE")]
    told = [record for record in found if value_of(record, name) is not None]
    told.sort(key=lambda record: value_of(record, name), reverse=asked.get("sortOrder") != "ASC")
    return [record.id for record in told + [record for record in found if value_of(record, name) is None]]


def fits(record, asked, one):
    taken = value_of(record, "instant")
    angle = None if record.off_nadir is None else abs(record.off_nadir)
    cloud = None if record.cloud_cover is None else record.cloud_cover * one / 100
    within = [
        (taken, read(asked.get("acquisitionDateFrom")), read(asked.get("acquisitionDateTo"))),
        (record.resolution, asked.get("minResolution"), asked.get("maxResolution")),
        (angle, asked.get("minOffNadirAngle"), asked.get("maxOffNadirAngle")),
        (cloud, None, asked.get("maxCloudCover")),
    ]
    for value, least, most in within:
        if value is not None and (
            (least is not None and value < least) or (most is not None and value > most)
        ):
            return False
    if asked.get("hideUnavailable") and not record.is_available:
        return False
    if "dataProviders" in asked and record.provider not in asked["dataProviders"]:
        return False
    kinds = {kind.lower() for kind in asked.get("productTypes", ())}
    own_words = {"mosaic"} if record.is_mosaic else {"scene", "image"}
    return not kinds or bool(kinds & {*own_words, record.product_type.lower()})


def read(text):
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


@st.composite
def questions(draw):
    asked = {}
    days = st.integers(0, 2700).map(lambda day: datetime(2019, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=day))
    shares = st.sampled_from([0, 0.01, 0.05, 0.1, 0.25, 0.333, 0.5, 0.9, 1.0])
    for key, values in {
        "acquisitionDateFrom": days.map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S")),
        "acquisitionDateTo": days.map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        "minResolution": st.sampled_from([0.0, 0.3, 0.5, 2.0]),
        "maxResolution": st.sampled_from([0.0, 0.31, 0.5, 1.0, 12.0]),
        "minOffNadirAngle": st.sampled_from([0, 3, 10.5]),
        "maxOffNadirAngle": st.sampled_from([0, 5, 20, 45]),
        "maxCloudCover": shares,
        "minAoiIntersectionPercent": shares,
        "hideUnavailable": st.booleans(),
        "dataProviders": st.lists(st.sampled_from([each.name for each in OFFERS] + ["nobody"]), max_size=4),
        "productTypes": st.lists(
            st.sampled_from(["Scene", "image", "MOSAIC", "optical", "Radar"]), max_size=3
        ),
        "sortBy": st.sampled_from(sorted(SORTED_BY)),
        "sortOrder": st.sampled_from(["ASC", "DESC"]),
        "limit": st.integers(1, 40),
        "offset": st.integers(0, 60),
    }.items():
        if draw(st.integers(0, 2)) == 0:
            asked[key] = draw(values)
    place = draw(st.sampled_from([None, None, *PLACES]))
    size = draw(st.floats(0.05, 9)), draw(st.floats(0.05, 9))
    return place, draw(st.floats(-0.02, 0.02)), size, asked


def rows_of(api, asked):
    answer = api.ask("POST", "/catalog/meta", json=asked)
    return answer["images"] if api.sandbox.dialect == "deployed" else answer


def test_what_is_found_is_what_brute_force_finds(api, truth):
    one = 100 if api.sandbox.dialect == "deployed" else 1
    found_any = []

    @settings(
        max_examples=120,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(questions())
    def check(question):
        place, shift, size, asked = question
        west, south, east, north = api.sandbox.bbox
        x, y = place or ((west + east) / 2, (south + north) / 2)
        area = area_of((x + shift, y - shift / 2), *size)
        asked = {
            key: value * one if key in {"maxCloudCover", "minAoiIntersectionPercent"} else value
            for key, value in asked.items()
        }
        ids = expected(truth, area, asked, one)
        limit, offset = asked.get("limit", 100), asked.get("offset", 0)
        answer = api.ask("POST", "/catalog/meta", json={"aoi": mapping(area), **asked})
        if one == 100:
            assert (answer["total"], answer["limit"], answer["offset"]) == (len(ids), limit, offset)
            answer = answer["images"]
        assert [image["id"] for image in answer] == ids[offset : offset + limit]
        found_any.append(bool(ids))

    check()
    assert sum(found_any) > 40, "many questions have an answer"


def test_pages_fit_together(api, square):
    asked = {"aoi": square(0.4), "sortBy": "PROVIDER_NAME", "sortOrder": "ASC", "limit": 1000}
    whole = [row["id"] for row in rows_of(api, asked)]
    assert len(whole) == len(set(whole)) > 100
    paged = []
    while len(paged) < len(whole):
        paged += [row["id"] for row in rows_of(api, {**asked, "limit": 37, "offset": len(paged)})]
    assert paged == whole


def test_how_much_of_the_area_is_covered_is_measured_on_the_ellipsoid(api, truth):
    if api.sandbox.dialect == "reference":
        assert "aoiIntersectionPercent" not in rows_of(api, {"aoi": mapping(area_of((37.6, 55.7), 8, 8))})[0]
        return
    by_id = {record.id: record.geometry for record in truth.records}
    for place in (PLACES[1], PLACES[3], PLACES[4]):
        area = area_of(place, 7, 9)
        rows = rows_of(api, {"aoi": mapping(area), "limit": 1000})
        assert rows
        for row in rows:
            share = 100 * ellipsoidal_m2(by_id[row["id"]].intersection(area)) / ellipsoidal_m2(area)
            assert row["aoiIntersectionPercent"] == pytest.approx(share, abs=0.0051)


def test_what_is_not_known_is_null_or_left_out_and_fits_every_condition(api, square):
    wide = {"aoi": square(0.4), "limit": 1000}
    hard = {"maxCloudCover": 0, "acquisitionDateFrom": "2040-01-01T00:00:00Z", "maxOffNadirAngle": 0}
    for condition, key in (
        ("maxCloudCover", "cloudCover"),
        ("acquisitionDateFrom", "acquisitionDate"),
        ("maxOffNadirAngle", "offNadirAngle"),
    ):
        rows = rows_of(api, {**wide, condition: hard[condition]})
        unknown = [row for row in rows if row.get(key) is None]
        assert unknown, key
        is_told = api.sandbox.dialect == "deployed"
        assert all((key in row) == is_told for row in unknown)
        assert all(row[key] in {0, None} for row in rows if key in row and condition != "acquisitionDateFrom")


def test_a_footprint_over_the_antimeridian_is_found_from_both_sides(api):
    sides = [mapping(box(179.92, -17, 179.99, -16.9)), mapping(box(-179.99, -17, -179.92, -16.9))]
    east, west = ({row["id"] for row in rows_of(api, {"aoi": side, "limit": 1000})} for side in sides)
    both = east & west
    assert both
    over = [row for row in rows_of(api, {"aoi": sides[0], "limit": 1000}) if row["id"] in both]
    for row in over:
        xs = [x for part in row["footprint"]["coordinates"] for x, _y in part[0]]
        assert row["footprint"]["type"] == "MultiPolygon"
        assert (min(xs), max(xs)) == (-180, 180)


def test_providers_are_told_by_name_or_in_the_reference_s_dialect_by_id(api, square):
    skyline = next(each for each in OFFERS if each.name == "sandbox_skyline")
    area = {"aoi": square(0.4), "limit": 1000}
    named = [row["id"] for row in rows_of(api, {**area, "dataProviders": [skyline.name]})]
    by_id = [row["id"] for row in rows_of(api, {**area, "dataProviders": [skyline.id]})]
    assert named
    assert by_id == (named if api.sandbox.dialect == "reference" else [])


def test_the_largest_search_is_set_apart_from_the_largest_processing(sandbox, connect):
    wide = connect(sandbox.start(area_limit_km2=1, search_area_limit_km2=1000))
    reference_s_example = {
        "aoi": mapping(box(76.6755, 43.2234, 77.0163, 43.4712)),
        "acquisitionDateFrom": "2024-01-01T00:00:00Z",
        "acquisitionDateTo": "2024-03-01T00:00:00Z",
        "maxCloudCover": 0.1,
        "maxResolution": 0.5,
        "limit": 10,
        "sortBy": "ACQUISITION_DATE",
        "sortOrder": "DESC",
    }
    rows_of(wide, reference_s_example)
    if sandbox.dialect == "deployed":
        assert wide.ask("GET", "/user/status")["searchAreaLimit"] == 1_000_000_000
    larger = {"aoi": mapping(box(76, 43, 77, 44))}
    assert wide.refused("POST", "/catalog/meta", json=larger)["code"] == "TOO_LARGE_PROCESSING"


def test_an_area_of_very_many_parts_is_searched(api, truth):
    west, south, east, north = api.sandbox.bbox
    xs, ys = np.linspace(west, east, 27)[:-1], np.linspace(south, north, 27)[:-1]
    side = (east - west) / 100
    area = MultiPolygon([box(x, y, x + side, y + side) for x in xs for y in ys])
    near = np.flatnonzero(shapely.intersects(truth.shapes, area))
    shared = shapely.area(shapely.intersection(truth.shapes[near], area)) > 0
    found = rows_of(api, {"aoi": mapping(area), "limit": 1000})
    assert {row["id"] for row in found} == {truth.records[index].id for index in near[shared]}
    assert len(found) > 100


def test_a_small_picture_is_found_in_a_continent(sandbox, connect):
    """It covers less of the area than a millionth of a per cent."""
    wide = connect(sandbox.start(search_area_limit_km2=600_000_000))
    world = {"aoi": mapping(box(-179.9, -85, 179.9, 85))}
    small = {"dataProviders": ["sandbox_mosaic_2023"], "limit": 1000, "sortBy": "PROVIDER_NAME"}
    among = {row["id"] for row in rows_of(wide, {**world, **small})}
    every = {
        record.id
        for record in seeded(COUNT, wide.sandbox.bbox)
        if record.provider == "sandbox_mosaic_2023" and record.geometry.within(box(-179.8, -84, 179.8, 84))
    }
    assert len(every) > 100
    assert every <= among
