"""Every request the service's own clients are known to send is taken, in both dialects: a line a request.

What they read of the answers is in `test_clients`; here each line has to be answered, whatever the dialect's shape.
"""

from __future__ import annotations

import pytest
from shapely import from_wkt
from shapely.geometry import mapping

pytestmark = pytest.mark.both_dialects
SORTS = (
    "SCENARIO", "NAME", "PROJECT", "EMAIL", "CREATED", "STATUS", "PROGRESS", "COMPLETED", "COST", "AREA", "PROVIDER",
)  # fmt: skip
CATALOG_SORTS = (
    "PROVIDER_NAME", "SAT_ID", "CLOUD_COVER", "OFF_NADIR_ANGLE", "ACQUISITION_DATE", "ZOOM", "PIXEL_RESOLUTION",
)  # fmt: skip
PAGE = {"limit": 30, "offset": 0, "filter": "", "sortBy": "UPDATED", "sortOrder": "DESC"}
META = {"source-app": "qgis", "version": "3.6.0"}
REJECTION = {"comment": "No", "features": {"type": "FeatureCollection", "features": []}}


def walk(api, lines):
    """Send `lines` (method, path, JSON body) and say which of them were not answered by 200, and how."""
    failed = []
    for method, path, body in lines:
        answer = api.request(method, path, json=body)
        if answer.status_code != 200:
            failed.append((method, path, answer.status_code, answer.text[:200]))
    return failed


@pytest.fixture
def api(sandbox, connect):
    """A client whose results are reviewed; each request names the plugin's version, as theirs do."""
    client = connect(sandbox.kept(account=["guest@example.org", "third@example.org"], review=True))
    client.headers["x-plugin-version"] = "3.6.0"
    return client


@pytest.fixture
def image(api, geotiff):
    """An image, in a mosaic of its own."""
    mosaic = api.mosaic("Field", tags=["a"])
    return {**api.upload(mosaic, geotiff()), "mosaic": mosaic}


def sources(api, square, image):
    """A request's sourceParams of each kind, zoom as text and absent, and the area it is for."""
    search = {"aoi": square(0.03), "limit": 5, "offset": 0, "dataProviders": ["sandbox_archive"]}
    found = api.ask("POST", "/catalog/meta", json=search)
    row = (found["images"] if isinstance(found, dict) else found)[0]
    picture = {"dataProvider": row["providerName"], "imageIds": [row["id"]]}
    own = f"{api.sandbox.url}/providers/sandbox_orthophoto/tiles/{{z}}/{{x}}/{{y}}.png"
    tiles = {"sourceType": "XYZ", "url": own, "crs": "EPSG:3857", "zoom": "18"}
    field = mapping(from_wkt(image["footprint"]))
    return [
        ({"dataProvider": {"providerName": "Mapbox", "zoom": "18"}}, square(0.02)),
        ({"dataProvider": {"providerName": "Mapbox"}}, square(0.02)),
        ({"myImagery": {"imageIds": [image["id"]]}}, field),
        ({"myImagery": {"mosaicId": image["mosaic"]}}, field),
        ({"imagerySearch": picture}, square(0.02)),
        ({"imagerySearch": {**picture, "zoom": "18"}}, square(0.02)),
        ({"userDefined": tiles}, square(0.02)),
        ({"userDefined": {**tiles, "rasterLogin": "me", "rasterPassword": "mine"}}, square(0.02)),
    ]


def test_projects(api):
    project = api.ask("POST", "/projects", json={"name": "Plugin", "description": ""})["id"]
    lines = [
        ("GET", "/version", None),
        ("GET", "/user/status", None),
        ("GET", "/projects/default", None),
        ("GET", "/projects", None),
        ("GET", f"/projects/{project}", None),
        *(
            ("POST", "/projects/page", {**PAGE, "sortBy": key, "sortOrder": order})
            for key in ("NAME", "CREATED", "UPDATED")
            for order in ("ASC", "DESC")
        ),
        ("PUT", f"/projects/{project}", {"name": "Renamed", "description": "Said"}),
        ("GET", f"/projects/{project}/processings", None),
        ("DELETE", f"/projects/{project}", None),
    ]
    assert walk(api, lines) == []
    assert api.request("GET", f"/processings/template/{project}/processings").status_code == 404


def test_each_source_is_priced_and_started(api, square, image):
    common = {"name": "By the plugin", "wdId": api.model(), "projectId": api.project, "meta": META}
    started = []
    for source, area in sources(api, square, image):
        params = {"sourceParams": source}
        for blocks in ([], [{"name": "Classification", "enabled": True}]):
            body = {**common, "geometry": area, "params": params, "blocks": blocks}
            price = api.ask("POST", "/processing/cost/v2", json=body)
            assert price >= 15
            if not blocks:
                started.append(api.ask("POST", "/processings/v2", json=body)["id"])
    assert {api.ended(each)["status"] for each in started} == {"OK"}


def test_a_processing(api, square):
    ids = [api.start(square(0.02), name=f"Plugin {number}", meta=META) for number in range(3)]
    for each in ids:
        assert api.ended(each)["status"] == "OK"
    first, second, failed = (f"/processings/{each}" for each in ids)
    api.ask("POST", f"/sandbox{failed}", json={"status": "FAILED"})
    (aoi,) = api.ask("GET", f"{first}/aois")
    page = {"limit": 20, "offset": 0, "terms": "plugin"}
    lines = [
        *(
            (
                "POST",
                f"/projects/{api.project}/processings/v2/page",
                {**page, "sortBy": key, "sortOrder": order},
            )
            for key in SORTS
            for order in ("ASC", "DESC")
        ),
        ("GET", "/processings/v2", None),
        ("GET", "/processings", None),
        ("GET", first, None),
        ("GET", f"{first}/v2", None),
        ("PUT", f"{first}/v2", {"name": "Old town", "description": "East"}),
        ("PUT", first, {"name": "Old town"}),
        ("GET", f"{first}/result", None),
        ("GET", f"{first}/result?aoiId={aoi['id']}", None),
        ("GET", f"/layers/{ids[0]}/tilejson.json", None),
        ("GET", f"/imagery/{ids[0]}/tilejson.json", None),
        ("PUT", f"{first}/rate", {"rating": 4, "feedback": "Fine"}),
        ("PUT", f"{first}/acceptation", None),
        ("PUT", f"{second}/rejection", REJECTION),
        ("POST", f"{failed}/restart/v2", None),
        ("POST", "/processings/stats", {"page": 1, "perPage": 50}),
        ("POST", "/processings/stats?type=CSV", {"page": 1, "perPage": 50}),
        ("DELETE", second, None),
    ]
    assert walk(api, lines) == []
    assert api.ended(ids[2])["status"] == "OK"


def test_imagery(api, geotiff, image):
    mosaic, one = f"/rasters/mosaic/{image['mosaic']}", f"/rasters/image/{image['id']}"
    lines = [
        ("GET", "/rasters/memory", None),
        ("GET", "/rasters/mosaic", None),
        ("GET", mosaic, None),
        ("GET", f"{mosaic}/image", None),
        ("GET", f"{mosaic}/status", None),
        ("GET", one, None),
        ("GET", f"{one}/preview/s", None),
        ("GET", f"{one}/preview/l", None),
        ("GET", f"{one}/download", None),
        ("PUT", mosaic, {"name": "Fields", "tags": ["c"]}),
        ("PUT", f"{one}?name=North%20field.tif", None),
    ]
    assert walk(api, lines) == []
    path = geotiff("second.tif")
    for where in (
        f"{mosaic}/image",
        "/rasters/mosaic/image?name=New&tags=",
        "/rasters/mosaic/image?name=New&tags=a, b",
    ):
        assert (
            api.post(where, files={"file": (path.name, path.read_bytes(), "image/tiff")}).status_code == 200
        )
    assert walk(api, [("DELETE", one, None), ("DELETE", mosaic, None)]) == []


def test_a_search(api, square):
    share = 100 if api.sandbox.dialect == "deployed" else 1
    search = {
        "aoi": square(0.03),
        "acquisitionDateFrom": "2024-01-01T00:00:00Z",
        "acquisitionDateTo": "2025-12-31T00:00:00Z",
        "minOffNadirAngle": 0,
        "maxOffNadirAngle": 25,
        "maxCloudCover": 0.2 * share,
        "minAoiIntersectionPercent": 0.5 * share,
        "limit": 20,
        "offset": 0,
        "hideUnavailable": True,
        "dataProviders": ["sandbox_archive"],
        "productTypes": ["Mosaic", "Image"],
    }
    lines = [
        ("POST", "/catalog/meta", {**search, "sortBy": key, "sortOrder": order})
        for key in CATALOG_SORTS
        for order in ("ASC", "DESC")
    ]
    assert walk(api, lines) == []
    assert api.ask("POST", "/catalog/meta", json=search)


def test_the_tool_and_the_sdk_start_without_a_project(api, square):
    body = {"name": "By the tool", "wdId": api.model(), "geometry": square(0.02)}
    provider = {"sourceParams": {"dataProvider": {"providerName": "Mapbox"}}}
    flat = {"data_provider": "Mapbox"}
    started = [
        api.ask("POST", "/processings/v2", json={**body, "params": provider})["id"],
        api.ask("POST", "/processings", json={**body, "params": flat, "meta": {"source-app": "mapflow-sdk"}})[
            "id"
        ],
    ]
    assert (
        api.ask(
            "POST", "/processing/cost", json={"wdId": api.model(), "geometry": square(0.02), "params": flat}
        )
        == 16
    )
    for each in started:
        assert api.ended(each)["status"] == "OK"
        assert api.ask("GET", f"/processings/{each}")["projectId"] == api.project
    api.ask("POST", f"/sandbox/processings/{started[1]}", json={"status": "FAILED"})
    lines = [
        ("PUT", f"/processings/{started[1]}", {"name": "Renamed"}),
        ("GET", f"/processings/{started[1]}/aois", None),
        ("POST", f"/processings/{started[1]}/restart", None),
        ("GET", f"/projects/{api.project}/processings", None),
        ("DELETE", f"/processings/{started[0]}", None),
    ]
    assert walk(api, lines) == []
    assert api.ended(started[1])["status"] == "OK"
    assert api.ask("GET", f"/processings/{started[1]}/result")["type"] == "FeatureCollection"
