"""Images that wait, are being prepared or have failed, from the upload to the end, through the real thing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fault_proxy import FaultProxy
from page_reading import action, answer, names, question
from qgis.gui import QgsMapCanvas
from rasters import write_raster

from mapflow_dock.api.lost_answers.create import create_mosaic
from mapflow_dock.api.session import Session
from mapflow_dock.jobs.uploads.batch import UploadTarget
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.layers.footprints.outlines import pixel_metres
from mapflow_dock.layers.rasters.source import sources_of_paths
from mapflow_dock.ui.my_imagery.loading import ImageryLoading
from mapflow_dock.ui.my_imagery.page import MyImageryPage
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree, Role
from mapflow_dock.ui.uploads.wiring import Uploads

PATTERNS = {"pending_images": "wait*", "in_progress_images": "run*", "failing_images": "fail*"}
PLACE = (4_187_000.0, 7_510_000.0)
LONG = 60_000


@pytest.fixture
def stuck(sandbox):
    """A sandbox that keeps images from becoming ready, by their names."""
    return sandbox.start(**PATTERNS)


@pytest.fixture
def proxy(stuck):
    with FaultProxy(stuck.url) as proxy:
        yield proxy


@pytest.fixture
def session(qgis_app, stuck, proxy, qtbot):
    session = Session()
    with qtbot.waitSignal(session.project_changed, timeout=15_000):
        session.sign_in(stuck.basic, proxy.url, remember=False)
    session.client.retry_base_s = 0.02
    yield session
    session.close()


@pytest.fixture
def page(qtbot, session, main_bar, temporary):
    canvas = QgsMapCanvas()
    qtbot.addWidget(canvas)
    loading = ImageryLoading(session, ImageryTree(pixel_metres))
    page = MyImageryPage(session, loading, canvas)
    page.uploads = Uploads(session, SimpleNamespace(messageBar=lambda: main_bar), page)
    page.uploads.panel.queue.awaited.pauses.first_ms = loading.images.pauses.first_ms = 100
    page.said = []
    page.notice.connect(lambda notice: page.said.append(notice.text))
    page.uploads.notice.connect(lambda notice: page.said.append(notice.text))
    qtbot.addWidget(page)
    page.resize(340, 600)
    page.show()
    yield page
    page.uploads.close()
    page.close()
    loading.close()


@pytest.fixture
def panel(page):
    page.uploads.panel.is_in_view = True
    return page.uploads.panel


@pytest.fixture
def mosaic(session, qtbot):
    with qtbot.waitSignal(create_mosaic(session.client, "Fields").succeeded, timeout=15_000) as told:
        pass
    return told.args[0]


def stages(panel):
    return {row.name: row.stage for row in panel.model.rows()}


def summaries(page, mosaic):
    return {
        image.name: page.tree.index_of(image.id).data(int(Role.SUMMARY)).partition(" · ")[0]
        for image in page.tree.known.images(mosaic.id)
        if not image.is_usable
    }


@pytest.mark.both_dialects
def test_from_the_upload_to_the_end(page, panel, mosaic, stuck, proxy, qtbot, tmp_path):
    paths = [
        write_raster(tmp_path / f"{name}.tif", epsg=3857, origin=PLACE)
        for name in ("fine", "wait", "run", "fail")
    ]
    panel.upload(*sources_of_paths(paths), UploadTarget(mosaic.id, mosaic.name))
    expected = {
        "fine.tif": Stage.DONE,
        "wait.tif": Stage.PREPARING,
        "run.tif": Stage.PREPARING,
        "fail.tif": Stage.FAILED,
    }
    qtbot.waitUntil(lambda: stages(panel) == expected, timeout=LONG)
    assert "could not be read" in next(row.sentence for row in panel.model.rows() if row.name == "fail.tif")
    assert not panel.queue.uploads.is_busy
    assert page.said == [], "the batch is not over"

    said = "1 of 4 ready · 2 being prepared · 1 failed"
    qtbot.waitUntil(
        lambda: page.tree.index_of(mosaic.id).data(int(Role.SUMMARY)).startswith(said), timeout=LONG
    )
    told = summaries(page, mosaic)
    assert (told["wait.tif"], told["run.tif"]) == ("Waiting…", "Being prepared…")
    assert told["fail.tif"] == "Failed: The file could not be read to its end."

    page.list.choose([mosaic.id])
    qtbot.waitUntil(action(page, "clearFailedImagesAction").isEnabled, timeout=LONG)
    action(page, "clearFailedImagesAction").trigger()
    qtbot.waitUntil(lambda: question(page) is not None, timeout=LONG)
    assert question(page).text() == "Clear the failed image of “Fields”?"
    answer(page, qtbot)
    qtbot.waitUntil(lambda: names(page, mosaic.id) == ["fine.tif", "run.tif", "wait.tif"], timeout=LONG)
    assert proxy.count("DELETE", f"/rasters/mosaic/{mosaic.id}/failed") == 1

    stuck.process.stop()
    for option in PATTERNS:
        stuck.process._options.pop(option)
    proxy.lead_to(stuck.process.start().url)
    ready = {**expected, "wait.tif": Stage.DONE, "run.tif": Stage.DONE}
    qtbot.waitUntil(lambda: stages(panel) == ready, timeout=LONG)
    qtbot.waitUntil(lambda: summaries(page, mosaic) == {}, timeout=LONG)
    qtbot.waitUntil(
        lambda: page.tree.index_of(mosaic.id).data(int(Role.SUMMARY)).startswith("3 images"), timeout=LONG
    )
    assert len(page.said) == 1
    assert "“fail.tif” is in the mosaic, but cannot be used." in page.said[0]
    if stuck.dialect == "deployed":  # the other one has no tiles of mosaics
        qtbot.waitUntil(lambda: page.tree.known.mosaic(mosaic.id).tiles is not None, timeout=LONG)


@pytest.mark.both_dialects
def test_the_first_image_of_a_new_mosaic_is_not_lost_while_it_waits(page, panel, proxy, qtbot, tmp_path):
    path = write_raster(tmp_path / "wait.tif", epsg=3857, origin=PLACE)
    proxy.add(verb="POST", path="/mosaic/image", drop_after=True)
    panel.upload(*sources_of_paths([path]), UploadTarget("", "New"))
    qtbot.waitUntil(lambda: panel.questions.dialog is not None, timeout=LONG)
    qtbot.waitUntil(panel.questions.dialog.upload_button.isEnabled, timeout=LONG)
    panel.questions.dialog.upload_button.click()
    qtbot.waitUntil(lambda: stages(panel) == {"wait.tif": Stage.PREPARING}, timeout=LONG)
    assert proxy.count("POST", "/mosaic/image") == 1
    assert proxy.count("DELETE") == 0
    qtbot.waitUntil(lambda: page.tree.rowCount() == 1, timeout=LONG)


def test_a_second_one_of_the_same_name_is_not_taken_for_the_first(page, panel, mosaic, qtbot, tmp_path):
    path = write_raster(tmp_path / "wait.tif", epsg=3857, origin=PLACE)
    for count in (1, 2):
        panel.upload(*sources_of_paths([path]), UploadTarget(mosaic.id, mosaic.name))
        qtbot.waitUntil(
            lambda count=count: [row.stage for row in panel.model.rows()] == [Stage.PREPARING] * count,
            timeout=LONG,
        )
    qtbot.waitUntil(lambda: names(page, mosaic.id) == ["wait.tif"] * 2, timeout=LONG)
    assert len(set(panel.queue.awaited._image_ids.values())) == 2
