"""A duplicate asks for what its original asked for, key for key: held against what the sandbox keeps of both."""

from __future__ import annotations

import json
import sqlite3

import pytest
import requests
import tile_server
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QMessageBox

from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from sandbox_process import paint_raster

pytestmark = pytest.mark.both_dialects
PATIENCE_MS = 30_000
LEFT = Qt.MouseButton.LeftButton
KEPT = ("project_id", "model_key", "source", "params", "blocks", "description", "area_m2")
SAID = "Two\nlines"


def stored(sandbox, processing_id):
    """What the sandbox keeps of a processing and of the parts of its area."""
    with sqlite3.connect(sandbox.process.data_path / "sandbox.sqlite") as database:
        asked = ", ".join(KEPT)
        row = database.execute(f"select {asked} from processings where id = ?", [processing_id]).fetchone()
        parts = database.execute(
            "select geometry, area_m2 from aois where processing_id = ? order by position", [processing_id]
        ).fetchall()
    told = dict(zip(KEPT, row, strict=True))
    told["source"] = {key: each for key, each in json.loads(told["source"]).items() if each is not None}
    return told, [(json.loads(geometry), area) for geometry, area in parts]


def run(dock, page, qtbot):
    """Start what the form says; the id."""
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=PATIENCE_MS)
    ids = []
    page.started.connect(lambda processing: ids.append(processing.id))
    qtbot.mouseClick(page.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: page.findChild(QMessageBox, "confirmStart") is not None)
    box = page.findChild(QMessageBox, "confirmStart")
    accept = QMessageBox.ButtonRole.AcceptRole
    qtbot.mouseClick(next(each for each in box.buttons() if box.buttonRole(each) == accept), LEFT)
    qtbot.waitUntil(lambda: bool(ids), timeout=PATIENCE_MS)
    return ids[0]


def same_again(dock, api, duplicate, qtbot, original):
    page = duplicate(dock, original)
    before, parts = stored(api.sandbox, original)
    qtbot.waitUntil(lambda: page.area.area is not None, timeout=PATIENCE_MS)
    assert page.area.area.area_m2 == pytest.approx(before["area_m2"], rel=1e-6)
    assert page.naming.name == f"{api.name} (2)"
    again = run(dock, page, qtbot)
    assert again != original
    after, its_parts = stored(api.sandbox, again)
    assert after.pop("area_m2") == pytest.approx(before.pop("area_m2"), rel=1e-9)
    assert after == before
    assert its_parts == parts
    return page


def said(dock):
    return [notice.text for notice in dock.notices if notice.about == "form"]


@pytest.mark.parametrize("zoom", [18, None])
def test_a_provider_with_options_and_parameters(dock, api, duplicate, qtbot, zoom):
    source = {"providerName": api.sandbox.provider, **({} if zoom is None else {"zoom": zoom})}
    original = api.start(
        {"dataProvider": source},
        description=SAID,
        blocks=[{"name": "Simplification", "enabled": False}, {"name": "Classification", "enabled": True}],
        told={"inferenceParams": {"threshold": 0.4}},
    )
    dock.pages.run.imagery.zoomCombo.setCurrentIndex(1)  # what was chosen before does not count
    page = duplicate(dock, original)
    dock.pages.tabs.setCurrentIndex(1)  # which tells of no processing any more
    texts = [item.findChildren(QLabel) for item in dock.contents.messageBar.items()]
    assert any("was run" in label.text() for labels in texts for label in labels), "the way back stays"
    page = same_again(dock, api, duplicate, qtbot, original)
    assert said(dock) == 2 * [f"The form is filled in as “{api.name}” was run."]
    assert page.filling._former is None, "what was started is not taken back"


@pytest.fixture(scope="session")
def painted(tmp_path_factory):
    return paint_raster(tmp_path_factory.mktemp("painted") / "strip.tif", size=300, seed=5).read_bytes()


@pytest.fixture
def survey(api, painted, qtbot):
    """A mosaic of one's own with three images over the area: its id, and theirs."""
    made = api.ask("POST", "/rasters/mosaic", {"name": "Survey", "tags": []})["id"]
    login = {"Authorization": f"Basic {api.sandbox.basic}"}
    for number in range(3):
        address = f"{api.sandbox.url}/rasters/mosaic/{made}/image"
        file = (f"strip {number}.tif", painted)
        requests.post(address, files={"file": file}, headers=login, timeout=60).raise_for_status()

    def images():
        return api.ask("GET", f"/rasters/mosaic/{made}/image")

    qtbot.waitUntil(lambda: len(images()) == 3, timeout=2 * PATIENCE_MS)
    west, south, east, north = numbers(images()[0]["footprint"])
    x, y, side = (west + east) / 2, (south + north) / 2, (east - west) / 8
    api.area = lambda: square(x, y, side)
    return made, [each["id"] for each in images()]


def numbers(wkt):
    """West, south, east and north of a polygon."""
    pairs = wkt[wkt.index("(") :].replace("(", "").replace(")", "").split(",")
    points = [tuple(map(float, pair.split())) for pair in pairs]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def square(x, y, side):
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return {"type": "Polygon", "coordinates": [[[round(a, 8), round(b, 8)] for a, b in corners]]}


@pytest.mark.parametrize("named", ["images of a mosaic", "a mosaic", "images alone"])
def test_ones_own_imagery(dock, api, duplicate, survey, qtbot, named):
    mosaic, ids = survey
    some = [ids[2], ids[0]]
    told = {
        "images of a mosaic": {"imageIds": some, "mosaicId": mosaic},
        "a mosaic": {"mosaicId": mosaic},
        "images alone": {"imageIds": some},
    }[named]
    original = api.start({"myImagery": told})
    same_again(dock, api, duplicate, qtbot, original)


def catalog_images(api):
    body = {"aoi": api.area(), "limit": 200, "productTypes": ["Mosaic"], "minAoiIntersectionPercent": 1}
    told = api.ask("POST", "/catalog/meta", body)
    rows = told["images"] if isinstance(told, dict) else told
    provider = max({row["providerName"] for row in rows}, key=[row["providerName"] for row in rows].count)
    return provider, [row["id"] for row in rows if row["providerName"] == provider][:2]


@pytest.mark.parametrize("zoom", [18, None])
def test_images_of_the_catalog(dock, api, duplicate, qtbot, zoom):
    provider, ids = catalog_images(api)
    told = {"dataProvider": provider, "imageIds": ids[::-1], **({} if zoom is None else {"zoom": zoom})}
    original = api.start({"imagerySearch": told})
    same_again(dock, api, duplicate, qtbot, original)


@pytest.fixture
def tiles(api):
    server = tile_server.TileServer()
    yield server
    server.stop()


@pytest.mark.parametrize("zoom", [18, 17])
def test_a_source_of_ones_own(dock, api, duplicate, tiles, qtbot, zoom):
    url = f"{tiles.origin}/{{z}}/{{x}}/{{y}}.png"
    dock.pages.run.sources.kept.save(OwnSource("Survey", SourceKind.XYZ, url, 18))
    told = {"sourceType": "XYZ", "url": url, "zoom": zoom, "crs": "EPSG:3857"}
    original = api.start({"userDefined": told})
    same_again(dock, api, duplicate, qtbot, original)


@pytest.mark.parametrize("kind", ["provider", "tiles", "catalog"])
def test_what_was_asked_for_in_the_first_version(dock, api, duplicate, tiles, qtbot, kind):
    if kind == "provider":
        told = {"data_provider": api.sandbox.provider, "zoom": "18"}
    elif kind == "tiles":
        url = f"{tiles.origin}/{{z}}/{{x}}/{{y}}.png"
        dock.pages.run.sources.kept.save(OwnSource("Survey", SourceKind.XYZ, url, 17))
        told = {"url": url, "source_type": "xyz", "zoom": "18", "projection": "epsg:3857"}
    else:
        provider, ids = catalog_images(api)
        told = {"data_provider": provider, "url": ids[0], "zoom": "18"}
    original = api.start(told, v1=True)
    same_again(dock, api, duplicate, qtbot, original)
