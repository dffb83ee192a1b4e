"""From a processing back to its imagery: Search, My Imagery or Run, against the sandbox in both dialects."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace

import pytest
import requests
from qgis.core import QgsGeometry, QgsRectangle
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QPushButton

from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.http.reply import ApiReply
from mapflow_dock.api.sources import SearchSource, read_source
from mapflow_dock.jobs.catalog import named
from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.ui.processings.details import ProcessingDetails
from sandbox_process import paint_raster

pytestmark = pytest.mark.both_dialects
PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton
RUN, PROCESSINGS, SEARCH, IMAGERY = range(4)


def ask(sandbox, method, path, body=None, content=None, kind="application/json"):
    """A request by an HTTP client that is not the plugin's."""
    request = urllib.request.Request(
        f"{sandbox.url}{path}",
        json.dumps(body).encode() if body is not None else content,
        {"Authorization": f"Basic {sandbox.basic}", "Content-Type": kind},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def area(sandbox):
    west, south, east, north = sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, (east - west) * 0.02
    ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def start(sandbox, dock, source, name):
    """Start a processing of some imagery; returns its id."""
    told = ask(
        sandbox,
        "POST",
        "/processings/v2",
        {
            "name": name,
            "projectId": dock.session.project.id,
            "wdId": (*dock.session.project.models, *dock.session.account.models)[0].id,
            "geometry": area(sandbox),
            "params": {"sourceParams": source},
        },
    )
    return told["id"]


def mosaics(sandbox, count):
    """Some mosaics of one provider over the area: the provider, and their ids."""
    body = {"aoi": area(sandbox), "limit": 200, "productTypes": ["Mosaic"], "minAoiIntersectionPercent": 1}
    told = ask(sandbox, "POST", "/catalog/meta", body)
    rows = told["images"] if isinstance(told, dict) else told
    providers = [row["providerName"] for row in rows]
    provider = max(set(providers), key=providers.count)
    ids = [row["id"] for row in rows if row["providerName"] == provider]
    assert len(ids) >= count
    return provider, ids[:count]


@pytest.fixture
def listed(dock, qtbot):
    """Shows the Processings tab with a processing chosen; returns it."""

    def show(processing_id):
        dock.pages.tabs.setCurrentIndex(PROCESSINGS)
        page = dock.pages.processings
        page.listed.ask_again()
        qtbot.waitUntil(lambda: page.list.is_shown(processing_id), timeout=PATIENCE_MS)
        page.list.choose(processing_id)
        return page.model.processing(processing_id)

    return show


@pytest.fixture
def notices(dock):
    told = []
    dock.pages.notice.connect(told.append)
    return told


def test_images_of_the_catalog_are_shown_under_search(sandbox, dock, listed, qtbot):
    provider, ids = mosaics(sandbox, 2)
    source = {"imagerySearch": {"dataProvider": provider, "imageIds": ids}}
    listed(start(sandbox, dock, source, "Town"))
    dock.pages.processings.commands.actions.source.trigger()
    assert dock.pages.tabs.currentIndex() == SEARCH
    page = dock.search
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 2, timeout=PATIENCE_MS)
    assert [each.image.id for each in page.list.model.found()] == ids
    assert [each.image.id for each in page.list.chosen()] == ids
    assert page.foundNote.text() == "The images of “Town”."
    for each in page.list.chosen():
        assert not each.ground.isEmpty()
    qtbot.mouseClick(page.useFoundButton, LEFT)
    run_source = dock.pages.run.imagery.source
    assert (run_source.provider_name, list(run_source.image_ids)) == (provider, ids)
    dock.pages.tabs.setCurrentIndex(SEARCH)
    qtbot.mouseClick(page.searchButton, LEFT)
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 2, timeout=PATIENCE_MS)
    assert "Town" not in page.foundNote.text()


def test_the_details_lead_there_too(sandbox, dock, listed, qtbot):
    provider, ids = mosaics(sandbox, 1)
    source = {"imagerySearch": {"dataProvider": provider, "imageIds": ids}}
    listed(start(sandbox, dock, source, "Town"))
    dock.pages.processings.commands.actions.details.trigger()
    dialog = dock.pages.processings.findChild(ProcessingDetails)
    qtbot.waitUntil(dialog.isVisible)
    qtbot.mouseClick(dialog.findChild(QPushButton, "showSourceButton"), LEFT)
    qtbot.waitUntil(lambda: dock.search.list.model.rowCount() == 1, timeout=PATIENCE_MS)
    assert dock.pages.tabs.currentIndex() == SEARCH
    qtbot.waitUntil(lambda: dock.pages.processings.findChild(ProcessingDetails) is None)


@pytest.mark.parametrize("whose", ["told", "not told"])
def test_old_processings_and_images_that_are_gone(sandbox, dock, listed, qtbot, whose):
    provider, (image_id, *_) = mosaics(sandbox, 1)
    source = {"imagerySearch": {"dataProvider": provider, "imageIds": [image_id]}}
    processing = listed(start(sandbox, dock, source, "Old"))
    old = {"url": f"gone-1,{image_id}", "zoom": "18"}
    if whose == "told":
        old["data_provider"] = provider
    page = dock.pages.processings
    page.source_wanted.emit(replace(processing, source=read_source(old)))
    qtbot.waitUntil(lambda: dock.search.list.model.rowCount() == 1, timeout=PATIENCE_MS)
    assert [each.image.id for each in dock.search.list.model.found()] == [image_id]
    assert "of which one is not in the catalog any more" in dock.search.foundNote.text()
    old["url"] = "gone-1"
    page.source_wanted.emit(replace(processing, source=read_source(old)))
    label = dock.search.nothingFoundLabel
    qtbot.waitUntil(lambda: "not in the catalog any more" in label.text(), timeout=PATIENCE_MS)
    assert label.isVisible()


def test_a_service_that_does_not_answer_is_asked_again(sandbox, dock, listed, notices, qtbot, monkeypatch):
    provider, ids = mosaics(sandbox, 1)
    source = {"imagerySearch": {"dataProvider": provider, "imageIds": ids}}
    processing = listed(start(sandbox, dock, source, "Town"))

    class Lost(ApiReply):
        def __init__(self):
            super().__init__()
            QTimer.singleShot(0, lambda: self.fail(ApiError(Fault.TIMEOUT, "It took too long.")))

    with monkeypatch.context() as patched:
        patched.setattr(named, "image", lambda *_about: Lost())
        dock.pages.processings.source_wanted.emit(processing)
        qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE_MS)
    assert "It took too long." in notices[0].text
    assert "could not be looked up" in dock.search.nothingFoundLabel.text()
    notices[0].on_action()
    qtbot.waitUntil(lambda: dock.search.list.model.rowCount() == 1, timeout=PATIENCE_MS)


@pytest.fixture
def own(sandbox, dock, tmp_path, qtbot):
    """A mosaic of one's own with three images: its id, and theirs; a processing can use them."""
    told = ask(sandbox, "POST", "/rasters/mosaic", {"name": "Survey", "tags": []})
    login = {"Authorization": f"Basic {sandbox.basic}"}
    for number in range(3):
        path = paint_raster(tmp_path / f"strip {number}.tif", size=300, seed=number + 5)
        with path.open("rb") as stream:
            address = f"{sandbox.url}/rasters/mosaic/{told['id']}/image"
            requests.post(address, files={"file": stream}, headers=login, timeout=60).raise_for_status()

    def images():
        return ask(sandbox, "GET", f"/rasters/mosaic/{told['id']}/image")

    qtbot.waitUntil(lambda: len(images()) == 3, timeout=2 * PATIENCE_MS)
    return told["id"], [each["id"] for each in images()]


def chosen(dock):
    return [each.id for each in dock.pages.imagery.list.chosen()]


@pytest.mark.parametrize("is_mosaic_told", [True, False])
def test_ones_own_images_are_chosen_in_the_tree(sandbox, dock, own, listed, notices, qtbot, is_mosaic_told):
    mosaic_id, ids = own
    wanted = [ids[0], ids[2]]
    told = {"imageIds": wanted, **({"mosaicId": mosaic_id} if is_mosaic_told else {})}
    listed(start(sandbox, dock, {"myImagery": told}, "Mine"))
    dock.pages.processings.commands.actions.source.trigger()
    assert dock.pages.tabs.currentIndex() == IMAGERY
    qtbot.waitUntil(lambda: sorted(chosen(dock)) == sorted(wanted), timeout=PATIENCE_MS)
    view = dock.pages.imagery.imageryView
    place = view.visualRect(view.selectionModel().selectedRows()[0])
    assert view.viewport().rect().intersects(place), "scrolled to"
    assert notices == []


def test_ones_own_mosaic_is_chosen_though_a_filter_hides_it(sandbox, dock, own, listed, notices, qtbot):
    mosaic_id, _ids = own
    processing = listed(start(sandbox, dock, {"myImagery": {"mosaicId": mosaic_id}}, "Mine"))
    dock.pages.tabs.setCurrentIndex(IMAGERY)
    page = dock.pages.imagery
    qtbot.waitUntil(lambda: page.list.is_shown(mosaic_id), timeout=PATIENCE_MS)
    page.imageryFilterEdit.setText("nothing is called so")
    qtbot.waitUntil(lambda: not page.list.is_shown(mosaic_id), timeout=PATIENCE_MS)
    dock.pages.processings.source_wanted.emit(processing)
    qtbot.waitUntil(lambda: chosen(dock) == [mosaic_id], timeout=PATIENCE_MS)
    assert notices == []


def test_own_imagery_that_is_gone_is_told(sandbox, dock, own, listed, notices, qtbot):
    mosaic_id, ids = own
    processing = listed(start(sandbox, dock, {"myImagery": {"mosaicId": mosaic_id}}, "Mine"))
    gone = "00000000-0000-0000-0000-000000000000"
    for source, told in (
        ({"imageIds": [gone]}, "not among your imagery any more"),
        ({"imageIds": [gone, ids[1]], "mosaicId": mosaic_id}, "does not exist any more"),
        ({"mosaicId": gone}, "does not exist any more"),
    ):
        del notices[:]
        dock.pages.processings.source_wanted.emit(replace(processing, source={"myImagery": source}))
        qtbot.waitUntil(lambda told=told: any(told in each.text for each in notices), timeout=PATIENCE_MS)
    assert chosen(dock) == [ids[1]]


def test_imagery_of_a_provider_fills_run(sandbox, dock, listed, notices, qtbot):
    name = dock.pages.run.imagery.providerCombo.itemData(0).name
    listed(start(sandbox, dock, {"dataProvider": {"providerName": name}}, "Town"))
    dock.pages.processings.commands.actions.source.trigger()
    assert dock.pages.tabs.currentIndex() == RUN
    assert dock.pages.run.imagery.source.provider_name == name
    assert notices == []


def test_imagery_that_is_not_told_is_said(sandbox, dock, listed, notices, qtbot):
    name = dock.pages.run.imagery.providerCombo.itemData(0).name
    processing = listed(start(sandbox, dock, {"dataProvider": {"providerName": name}}, "Town"))
    for old in ({}, {"source_type": "LOCAL"}):
        dock.pages.processings.source_wanted.emit(replace(processing, source=read_source(old)))
        assert "does not say which imagery “Town” used" in notices[-1].text
    assert dock.pages.tabs.currentIndex() == PROCESSINGS


def test_images_that_fill_the_form_again_are_held_against_area_and_model(sandbox, dock, qtbot):
    provider, ids = mosaics(sandbox, 2)
    run = dock.pages.run
    told = read_source({"url": f"{ids[0]},{ids[1]}", "zoom": "18"})
    assert run.imagery.show_source(told) == ""
    qtbot.waitUntil(lambda: run.found.ground is not None, timeout=PATIENCE_MS)
    assert run.imagery.source == SearchSource(provider, tuple(ids), 18), "whose they are is known now"
    assert "as a processing used them" not in run.found.foundLabel.text()
    far = QgsGeometry.fromRect(QgsRectangle(-60, -40, -59.99, -39.99))
    run.area.use_ground(far, wgs84(), "far away")
    qtbot.waitUntil(lambda: "outside the chosen" in run.foot.reasonLabel.text(), timeout=PATIENCE_MS)
