"""What the service's own clients send, in their order and with their bodies, is answered with what they read.

The clients are the official plugin (3.6), the command line tool, and the SDK, which speaks v1 of the API.
"""

from __future__ import annotations

import time

import pytest
import requests
from shapely import from_wkt
from shapely.geometry import mapping

SORTS = (
    "SCENARIO", "NAME", "PROJECT", "EMAIL", "CREATED", "STATUS", "PROGRESS", "COMPLETED", "COST", "AREA", "PROVIDER",
)  # fmt: skip
CATALOG_SORTS = (
    "PROVIDER_NAME", "SAT_ID", "CLOUD_COVER", "OFF_NADIR_ANGLE", "ACQUISITION_DATE", "ZOOM", "PIXEL_RESOLUTION",
)  # fmt: skip
STATUS = {
    "email", "billingType", "remainingCredits", "models", "dataProviders", "searchDataProviders", "memoryLimit",
    "maxAoisPerProcessing", "reviewWorkflowEnabled", "areaLimit", "processedArea", "remainingArea", "teams",
}  # fmt: skip
DEADLINE_S = 120


class Client:
    """An HTTP client as the service's own: `Authorization: Basic`, `x-plugin-version`, JSON in and out."""

    def __init__(self, sandbox, version):
        self.url = sandbox.url
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Basic {sandbox.basic}", "x-plugin-version": version})

    def __call__(self, method, path, status=200, **options):
        url = path if path.startswith("http") else f"{self.url}{path}"
        answer = self.session.request(method, url, timeout=30, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        if answer.headers.get("content-type", "").endswith("json"):
            return answer.json()
        return answer

    def ended(self, path):
        deadline = time.monotonic() + DEADLINE_S
        while True:
            told = self("GET", path)
            if told["status"] not in {"UNPROCESSED", "IN_PROGRESS", "AWAITING"}:
                return told
            assert time.monotonic() < deadline, f"still {told}"
            time.sleep(0.1)


@pytest.fixture
def client(sandbox):
    opened = []

    def make(version):
        opened.append(Client(sandbox, version))
        return opened[-1]

    yield make
    for each in opened:
        each.session.close()


def file_of(path):
    return {"file": (path.name, path.read_bytes(), "image/tiff")}


def test_the_official_plugin_signs_in_and_keeps_projects(client):
    ask = client("3.6.0")
    assert ask("GET", "/version").text.count(".") == 2
    assert ask("GET", "/user/status").keys() >= STATUS
    default = ask("GET", "/projects/default")
    assert {"id", "name", "isDefault", "workflowDefs", "user", "shareProject"} <= default.keys()
    assert ask("GET", f"/projects/{default['id']}")["user"]["aoiAreaLimit"] > 0
    page = {"limit": 30, "offset": 0, "filter": "", "sortBy": "UPDATED", "sortOrder": "DESC"}
    assert ask("POST", "/projects/page", json=page)["total"] >= 1
    made = ask("POST", "/projects", json={"name": "Plugin", "description": ""})["id"]
    changed = ask("PUT", f"/projects/{made}", json={"name": "Renamed", "description": "Said"})
    assert (changed["name"], changed["description"]) == ("Renamed", "Said")
    found = ask("POST", "/projects/page", json={**page, "filter": "Renamed"})
    assert made in [row["id"] for row in found["results"]]
    ask("DELETE", f"/projects/{made}")
    assert ask("GET", f"/processings/template/{made}/processings", 404)["code"] == "NOT_FOUND"


def test_the_official_plugin_runs_a_processing(client, square):
    ask = client("3.6.0")
    project = ask("POST", "/projects", json={"name": "Plugin", "description": ""})["id"]
    model = ask("GET", "/projects/default")["workflowDefs"][0]
    body = {
        "name": "By the plugin",
        "description": "",
        "projectId": project,
        "wdId": model["id"],
        "geometry": square(0.03),
        "params": {"sourceParams": {"dataProvider": {"providerName": "Mapbox", "zoom": "18"}}},
        "meta": {"source-app": "qgis", "version": "3.6.0", "source": "mapbox"},
        "blocks": [{"name": "Classification", "enabled": True}],
    }
    price = ask("POST", "/processing/cost/v2", json=body)
    started = ask("POST", "/processings/v2", json=body)
    assert started["cost"] == price == 19
    path = f"/processings/{started['id']}"
    page = {"limit": 20, "offset": 0, "terms": "plugin", "sortOrder": "DESC"}
    for sort in SORTS:
        rows = ask("POST", f"/projects/{project}/processings/v2/page", json={**page, "sortBy": sort})
        assert [row["id"] for row in rows["results"]] == [started["id"]]
    done = ask.ended(f"{path}/v2")
    assert (done["status"], done["meta"]) == ("OK", body["meta"])
    assert ask("GET", f"{path}/result")["type"] == "FeatureCollection"
    (aoi,) = ask("GET", f"{path}/aois")
    assert {"id", "status", "percentCompleted", "area", "messages", "geometry"} == aoi.keys()
    for layer in ("vectorLayer", "rasterLayer"):
        assert len(ask("GET", done[layer]["tileJsonUrl"])["bounds"]) == 4
    renamed = ask("PUT", f"{path}/v2", json={"name": "Old town", "description": "East"})
    assert (renamed["name"], renamed["description"]) == ("Old town", "East")
    assert ask("PUT", f"{path}/rate", json={"rating": 4, "feedback": "Fine"})["rating"]["rating"] == 4
    ask("POST", f"{path}/restart/v2", 400)
    ask("PUT", f"{path}/acceptation", 403)
    ask("PUT", f"{path}/rejection", 403, json={"comment": "No", "features": {}})
    ask("DELETE", path)
    assert ask("GET", f"{path}/v2", 404)["code"] == "NOT_FOUND"


def test_the_official_plugin_uploads_imagery(client, geotiff):
    ask = client("3.6.0")
    assert ask("GET", "/rasters/memory").keys() >= {
        "memoryLimit",
        "memoryUsed",
        "memoryFree",
        "maxUploadFileSize",
    }
    mosaic = ask("POST", "/rasters/mosaic", json={"name": "Field", "tags": ["a", "b"]})
    path = f"/rasters/mosaic/{mosaic['id']}"
    ask("PUT", path, json={"name": "Fields", "tags": ["c"]})
    assert ask("POST", f"{path}/image", files=file_of(geotiff()))["mosaic_id"] == mosaic["id"]
    for tags in ("", "one%2C%20two"):
        made = ask("POST", f"/rasters/mosaic/image?name=New&tags={tags}", files=file_of(geotiff()))
        ask("DELETE", f"/rasters/mosaic/{made['mosaic_id']}")
    (listed,) = [each for each in ask("GET", "/rasters/mosaic") if each["id"] == mosaic["id"]]
    assert listed["sizeInBytes"] > 0
    assert ask("GET", path)["rasterLayer"]["tileJsonUrl"]
    assert ask("GET", f"{path}/status")["ready"] == 1
    (image,) = ask("GET", f"{path}/image")
    one = f"/rasters/image/{image['id']}"
    for size in "sl":
        picture = ask("GET", image[f"preview_url_{size}"])
        assert picture.headers["content-type"] == "image/jpeg"
    link = ask("GET", f"{one}/download")
    assert {"download_url", "filename", "expires_in"} == link.keys()
    assert ask("PUT", f"{one}?name=North%20field.tif")["filename"] == "North field.tif"
    ask("DELETE", one)
    ask("DELETE", path)


def test_the_official_plugin_searches_and_runs_what_it_found(client, square):
    ask = client("3.6.0")
    search = {
        "aoi": square(0.03),
        "acquisitionDateFrom": "2024-01-01T00:00:00Z",
        "acquisitionDateTo": "2025-12-31T00:00:00Z",
        "minOffNadirAngle": 0,
        "maxOffNadirAngle": 25,
        "maxCloudCover": 20,
        "minAoiIntersectionPercent": 50,
        "limit": 20,
        "offset": 0,
        "sortOrder": "ASC",
        "hideUnavailable": True,
        "dataProviders": ["sandbox_archive"],
        "productTypes": ["Mosaic", "Image"],
    }
    for sort in CATALOG_SORTS:
        found = ask("POST", "/catalog/meta", json={**search, "sortBy": sort})
        assert (found["limit"], found["offset"]) == (20, 0)
        assert found["total"] == len(found["images"]) > 1
    for image in found["images"]:
        assert 0 <= image["cloudCover"] <= 20
        assert isinstance(image["previews"], list)
        assert image["aoiIntersectionPercent"] == pytest.approx(100)
    image = found["images"][0]
    status = ask("GET", "/user/status")
    common = {"wdId": status["models"][0]["id"], "geometry": square(0.03), "blocks": [], "meta": {}}
    own = f"{client('3.6.0').url}/providers/sandbox_orthophoto/tiles/{{z}}/{{x}}/{{y}}.png"
    for source, imagery in (
        ({"imagerySearch": {"dataProvider": image["providerName"], "imageIds": [image["id"]]}}, 2),
        ({"dataProvider": {"providerName": "Mapbox"}}, 1),
        ({"dataProvider": {"providerName": "Mapbox", "zoom": None}}, 1),
        ({"userDefined": {"sourceType": "XYZ", "url": own, "zoom": "18", "crs": "EPSG:3857"}}, 0),
    ):
        body = {**common, "name": "Found", "params": {"sourceParams": source}}
        price = ask("POST", "/processing/cost/v2", json=body)
        assert 15 + imagery <= price <= 20
        started = ask(
            "POST", "/processings/v2", json={**body, "projectId": ask("GET", "/projects/default")["id"]}
        )
        assert ask.ended(f"/processings/{started['id']}/v2")["status"] == "OK"


def test_the_command_line_tool(client, geotiff):
    ask = client("mapflow-cli")
    models = ask("GET", "/user/status")["models"]
    assert all(isinstance(block["optional"], bool) for model in models for block in model["blocks"])
    assert all(row["processingCounts"] is not None for row in ask("GET", "/projects"))
    default = ask("GET", "/projects/default")
    assert default["isDefault"]
    assert default["workflowDefs"]
    project = ask("POST", "/projects", json={"name": "CLI", "description": None})["id"]
    assert ask("GET", f"/projects/{project}/processings") == []
    mosaic = ask("POST", "/rasters/mosaic", json={"name": "CLI", "tags": []})["id"]
    ask("POST", f"/rasters/mosaic/{mosaic}/image", files=file_of(geotiff()))
    assert [each["tags"] for each in ask("GET", "/rasters/mosaic") if each["id"] == mosaic] == [[]]
    (image,) = ask("GET", f"/rasters/mosaic/{mosaic}/image")
    assert image["image_url"]
    for source, footprint in (
        ({"mosaicId": mosaic}, ask("GET", f"/rasters/mosaic/{mosaic}")["footprint"]),
        ({"imageIds": [image["id"]]}, ask("GET", f"/rasters/image/{image['id']}")["footprint"]),
    ):
        body = {
            "name": "By the tool",
            "wdId": models[0]["id"],
            "geometry": mapping(from_wkt(footprint)),
            "params": {"sourceParams": {"myImagery": source}},
        }
        for more in ({}, {"blocks": [{"name": "Simplification", "enabled": False}]}):
            started = ask("POST", "/processings/v2", json={**body, **more})
            assert started["projectId"] == default["id"] != project
            assert ask.ended(f"/processings/{started['id']}/v2")["status"] == "OK"
    assert started["id"] in [one["id"] for one in ask("GET", "/processings/v2")]
    for row in ask("GET", f"/projects/{default['id']}/processings"):
        assert {"id", "name", "status", "percentCompleted", "cost", "messages"} <= row.keys()
    assert ask("GET", f"/processings/{started['id']}/v2")["percentCompleted"] == 100
    assert ask("GET", f"/processings/{started['id']}/result")["type"] == "FeatureCollection"


V1_KEYS = {
    "id", "name", "projectId", "workflowDef", "aoiCount", "aoiArea", "area", "cost", "status", "description",
    "rasterLayer", "rating", "params",
}  # fmt: skip


def test_the_sdk_speaks_the_first_version(client, square):
    ask = client("mapflow-sdk")
    status = ask("GET", "/user/status")
    assert status["billingType"] == "CREDITS"
    assert status["dataProviders"]
    assert [project for project in ask("GET", "/projects") if project["isDefault"]]
    default = ask("GET", "/projects/default")
    assert {"created", "updated", "workflowDefs", "isDefault"} <= default.keys()
    polygon = square(0.03)  # the SDK's positions have a height of null, and its geometries a box of null
    rings = [[[*position, None] for position in ring] for ring in polygon["coordinates"]]
    body = {
        "name": "By the SDK",
        "geometry": {**polygon, "bbox": None, "coordinates": rings},
        "wdId": status["models"][0]["id"],
        "params": {"data_provider": "Mapbox"},
        "meta": {"source-app": "mapflow-sdk", "version": "1.0"},
    }
    assert ask("POST", "/processing/cost", json=body) == 16
    started = ask("POST", "/processings", json=body)
    assert started.keys() >= V1_KEYS
    assert started["projectId"] == default["id"]
    assert started["params"] == {"data_provider": "Mapbox"}
    assert all(isinstance(started[key], int) for key in ("aoiCount", "aoiArea", "area", "cost"))
    assert {"id", "tileJsonUrl", "tileUrl"} <= started["rasterLayer"].keys()
    path = f"/processings/{started['id']}"
    assert ask.ended(path)["status"] == "OK"
    assert ask("GET", f"{path}/result")["type"] == "FeatureCollection"
    assert [aoi["status"] for aoi in ask("GET", f"{path}/aois")] == ["OK"]
    assert ask("PUT", path, json={"name": "Renamed"})["name"] == "Renamed"
    for many in ("/processings", f"/projects/{default['id']}/processings"):
        (row,) = [one for one in ask("GET", many) if one["id"] == started["id"]]
        assert row["params"] == {"data_provider": "Mapbox"}
    assert ask("GET", f"{path}/v2")["params"] == {"data_provider": "Mapbox"}, "as the service shows old ones"
    ask("POST", f"{path}/restart", 400)
    ask("DELETE", path)
    ask("GET", path, 404)


def test_the_sdk_s_own_tiles(client, square):
    ask = client("mapflow-sdk")
    model = ask("GET", "/user/status")["models"][0]["id"]
    own = f"{ask.url}/providers/sandbox_orthophoto/tiles/{{z}}/{{x}}/{{y}}.png"
    tiles = {"source_type": "xyz", "projection": "epsg:3857", "zoom": "18", "raster_login": "me"}
    tiles["raster_password"] = "kept by nobody"
    body = {"name": "Tiles", "geometry": square(0.03), "wdId": model, "meta": {}}
    started = ask("POST", "/processings", json={**body, "params": {**tiles, "url": own}})
    shown = {"url": own, "source_type": "xyz", "projection": "epsg:3857", "zoom": "18"}
    assert started["params"] == shown, "a login is not told again"
    ended = ask.ended(f"/processings/{started['id']}")
    assert (ended["status"], ended["messages"]) == ("OK", [])
    elsewhere = {**tiles, "url": "https://tiles.example.org/{z}/{x}/{y}.png"}
    refused = ask("POST", "/processings", 400, json={**body, "params": elsewhere})
    assert refused["code"] == "source-validator.UrlBlacklisted"
    found = {"data_provider": "sandbox_archive", "url": "sandbox-b-20240905", "zoom": "18"}
    started = ask("POST", "/processings", json={**body, "params": found})
    assert started["params"] == found
    assert ask.ended(f"/processings/{started['id']}")["status"] == "OK"
    for params in (
        {},
        {"url": "nowhere"},
        {"data_provider": "nobody"},
        {"data_provider": "Mapbox", "zoom": "near"},
    ):
        assert ask("POST", "/processings", 400, json={**body, "params": params})["code"]
