"""Pages of a search: of whatever sizes, put together they are the whole list, sorted and without doubles."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import transform
from shapely.geometry import box, mapping, shape

pytestmark = pytest.mark.both_dialects
MOST = 1000
KEYS = {
    "PROVIDER_NAME": "providerName",
    "SAT_ID": "sensor",
    "CLOUD_COVER": "cloudCover",
    "OFF_NADIR_ANGLE": "offNadirAngle",
    "ACQUISITION_DATE": "acquisitionDate",
    "PIXEL_RESOLUTION": "pixelResolution",
}
PLACES = [(0.0, 51.5), (179.98, -16.8), (-179.97, 71.1), (15.6, 78.2)]


def rows_of(api, asked):
    answer = api.ask("POST", "/catalog/meta", json=asked)
    return answer["images"] if api.sandbox.dialect == "deployed" else answer


def key_of(row, sort):
    value = row.get(KEYS[sort])
    return datetime.fromisoformat(value) if sort == "ACQUISITION_DATE" and value is not None else value


questions = st.fixed_dictionaries(
    {
        "place": st.sampled_from([None, None, *PLACES]),
        "size": st.floats(0.004, 0.08),
        "sort": st.sampled_from(sorted(KEYS)),
        "order": st.sampled_from(["ASC", "DESC"]),
        "cloud": st.sampled_from([None, 0.1, 0.6]),
        "sizes": st.lists(st.integers(1, 97), min_size=1, max_size=6),
    }
)


def test_pages_of_any_sizes_are_the_whole_list_in_its_order(api):
    one = 100 if api.sandbox.dialect == "deployed" else 1
    lengths = []

    @settings(
        max_examples=50,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(questions)
    def check(question):
        west, south, east, north = api.sandbox.bbox
        x, y = question["place"] or ((west + east) / 2, (south + north) / 2)
        half = question["size"] / 2
        area = box(max(-180, x - half), y - half, min(180, x + half), y + half)
        asked = {"aoi": mapping(area), "sortBy": question["sort"], "sortOrder": question["order"]}
        if question["cloud"] is not None:
            asked["maxCloudCover"] = question["cloud"] * one
        whole = rows_of(api, {**asked, "limit": MOST})
        assert len(whole) < MOST
        lengths.append(len(whole))
        ids = [row["id"] for row in whole]
        assert len(set(ids)) == len(ids)
        keys = [key_of(row, question["sort"]) for row in whole]
        known = [key for key in keys if key is not None]
        assert keys[: len(known)] == known, "what is not known comes last"
        assert known == sorted(known, reverse=question["order"] == "DESC")
        paged, sizes = [], list(question["sizes"])
        while True:
            size = sizes.pop(0) if sizes else 97
            page = rows_of(api, {**asked, "limit": size, "offset": len(paged)})
            assert len(page) == min(size, len(ids) - len(paged))
            if not page:
                break
            paged += [row["id"] for row in page]
        assert paged == ids

    check()
    assert sum(length > 100 for length in lengths) > 10, "many lists have several pages"
    assert sum(0 < length < 100 for length in lengths) > 5


def test_what_is_covered_is_measured_alike_in_another_projection(api):
    """By an equal-area projection around the middle of the area, not by the one the sandbox measures in."""
    checked = 0
    for x, y in PLACES:
        area = box(max(-180, x - 0.04), y - 0.04, min(180, x + 0.04), y + 0.04)
        around = Transformer.from_crs(
            "EPSG:4326", f"+proj=laea +lon_0={x} +lat_0={y} +ellps=WGS84", always_xy=True
        )

        def m2(ground, around=around):
            fine = ground.segmentize(0.002)
            return transform(fine, around.transform, interleaved=False).area

        for row in rows_of(api, {"aoi": mapping(area), "limit": MOST}):
            share = 100 * m2(shape(row["footprint"]).intersection(area)) / m2(area)
            assert share > 0
            if api.sandbox.dialect == "deployed":
                assert row["aoiIntersectionPercent"] == pytest.approx(share, abs=0.02)
            checked += 1
    assert checked > 10
