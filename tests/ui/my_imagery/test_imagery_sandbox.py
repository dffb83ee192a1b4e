"""The My imagery tab against the running sandbox, in both shapes: seen, organised, put on the map, processed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsProject
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QMessageBox, QPushButton

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))

from rasters import write_raster
from run_page_service import confirm

from mapflow_dock.api import imagery, processings
from mapflow_dock.api.processings import Status
from mapflow_dock.ui.run_page import RunPage
from sandbox_process import ASSETS

pytestmark = pytest.mark.both_dialects
LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 30_000


@pytest.fixture
def session(qgis_app, sandbox, qtbot):
    from mapflow_dock.api.session import Session

    session = Session()
    session.sign_in(sandbox.basic, sandbox.url, remember=True)
    qtbot.waitUntil(lambda: session.project is not None, timeout=PATIENCE_MS)
    yield session
    session.close()


@pytest.fixture
def ask(qtbot):
    def value(reply):
        with qtbot.waitSignal(reply.succeeded, timeout=PATIENCE_MS) as told:
            pass
        return told.args[0]

    return value


@pytest.fixture
def survey(session, ask, tmp_path, qtbot):
    """A mosaic of two images beside each other; it is gone afterwards."""
    client = session.client
    mosaic = ask(imagery.create_mosaic(client, "Съёмка & co, +1", ("a,b", "лес")))
    for number in range(2):
        place = (500_000 + 100 * number, 6_100_000)
        path = write_raster(tmp_path / f"{number}.tif", width=200, height=100, origin=place)
        ask(imagery.upload_image(client, mosaic.id, path, f"strip {number} & co.tif"))
    qtbot.waitUntil(
        lambda: all(image.is_usable for image in ask(imagery.list_images(client, mosaic.id)).images),
        timeout=PATIENCE_MS,
    )
    yield mosaic
    if mosaic.id in [one.id for one in ask(imagery.list_mosaics(client)).mosaics]:
        ask(imagery.delete_mosaic(client, mosaic.id))


@pytest.fixture
def opened(survey, open_page, loading, qtbot):
    """The page with that mosaic opened and chosen."""
    page = open_page()
    qtbot.waitUntil(lambda: loading.is_loaded, timeout=PATIENCE_MS)
    page.list.open(survey.id)
    qtbot.waitUntil(lambda: len(page.tree.images(survey.id)) == 2, timeout=PATIENCE_MS)
    page.list.choose([survey.id])
    return page


def run(page, name):
    next(one for one in page.imageryView.actions() if one.objectName() == name).trigger()


def test_it_is_seen_with_its_pictures_and_its_storage(opened, survey, qtbot):
    mosaic, images = opened.tree.mosaic(survey.id), opened.tree.images(survey.id)
    assert (mosaic.image_count, set(mosaic.tags)) == (2, {"a,b", "лес"})
    assert [image.name for image in images] == ["strip 0 & co.tif", "strip 1 & co.tif"]
    qtbot.waitUntil(
        lambda: not any(opened._loading.thumbnails.picture(image).isNull() for image in images),
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(opened.storageBox.isVisible)
    assert "GiB used" in opened.storageLabel.text()
    assert opened.tree.pixel_metres(images[0]) == pytest.approx(0.5, rel=0.01)


def test_names_and_tags_are_kept_by_the_service(opened, survey, session, ask, qtbot):
    image = opened.tree.images(survey.id)[0]
    opened.tree.rename_asked.emit(image, "Мост №1, +2 100%.tif")
    opened.tree.rename_asked.emit(opened.tree.mosaic(survey.id), "Лето")
    opened._set_tags([(opened.tree.mosaic(survey.id), ("c&d", "🌲"))])
    qtbot.waitUntil(lambda: not opened._changes._replies, timeout=PATIENCE_MS)
    told = ask(imagery.fetch_mosaic(session.client, survey.id))
    assert (told.name, set(told.tags)) == ("Лето", {"c&d", "🌲"})
    assert ask(imagery.fetch_image(session.client, image.id)).name == "Мост №1, +2 100%.tif"
    assert opened.notices == []


def test_it_is_put_on_the_map_with_its_pixels(opened, survey, canvas, qtbot):
    run(opened, "previewImageryAction")
    count = (
        1 if opened.tree.mosaic(survey.id).tiles else 2
    )  # a service without tiles shows each image's picture
    qtbot.waitUntil(lambda: len(QgsProject.instance().mapLayers()) == count, timeout=PATIENCE_MS)
    settings = QgsMapSettings()
    settings.setLayers(list(QgsProject.instance().mapLayers().values()))
    settings.setDestinationCrs(canvas.mapSettings().destinationCrs())
    settings.setExtent(canvas.extent())
    settings.setOutputSize(QSize(300, 200))
    job = QgsMapRendererParallelJob(settings)
    with qtbot.waitSignal(job.finished, timeout=PATIENCE_MS):
        job.start()
    shown = job.renderedImage()
    line = [shown.pixelColor(x, 100) for x in range(300)]
    painted = [colour for colour in line if colour.lightness() < 250]
    assert len(painted) > 200  # the canvas is where the imagery is, and filled by it
    assert len({colour.red() // 32 for colour in painted}) > 3  # dark to light, as the images' first band is


def test_outlines_become_a_layer(opened, survey, qtbot):
    run(opened, "addOutlinesAction")
    (layer,) = QgsProject.instance().mapLayers().values()
    rows = sorted(layer.getFeatures(), key=lambda row: row["name"])
    assert [row["name"] for row in rows] == ["strip 0 & co.tif", "strip 1 & co.tif"]
    assert rows[0].geometry().boundingBox().xMinimum() == pytest.approx(39.0, abs=0.01)
    assert rows[0]["pixel_m"] == pytest.approx(0.5, rel=0.01)


def test_an_original_comes_back(opened, survey, qtbot, tmp_path):
    image = opened.tree.images(survey.id)[1]
    opened._downloads.download({tmp_path / "back.tif": image})
    qtbot.waitUntil(lambda: bool(opened.notices), timeout=PATIENCE_MS)
    assert (tmp_path / "back.tif").read_bytes() == (tmp_path / "1.tif").read_bytes()


def test_a_mosaic_is_deleted_with_all_in_it(opened, survey, session, ask, qtbot):
    run(opened, "deleteImageryAction")
    qtbot.waitUntil(lambda: opened.findChild(QMessageBox) is not None)
    box = opened.findChild(QMessageBox)
    assert "2 images" in box.informativeText()
    qtbot.mouseClick(box.findChild(QPushButton, "goOnButton"), LEFT)
    qtbot.waitUntil(lambda: opened.tree.mosaic(survey.id) is None, timeout=PATIENCE_MS)
    assert survey.id not in [one.id for one in ask(imagery.list_mosaics(session.client)).mosaics]


def part_of_the_scene(path):
    """300 m of the painted imagery, as somebody's own orthophoto."""
    scene = max(ASSETS.glob("scene-*/scene.tif"), key=lambda found: found.stat().st_mtime)
    opened = gdal.Open(str(scene))
    column, row, side = opened.RasterXSize // 2, opened.RasterYSize // 2, 600
    gdal.Translate(str(path), opened, srcWin=[column, row, side, side], bandList=[1, 2, 3])
    return path


def test_own_imagery_is_processed(
    session, ask, open_page, loading, canvas, qgis_iface, qtbot, tmp_path, sandbox
):
    client = session.client
    name = f"Own {sandbox.dialect}"
    done = ask(imagery.upload_to_new_mosaic(client, name, (), part_of_the_scene(tmp_path / "ortho.tif")))
    page = open_page()
    run_page = RunPage(session, canvas, qgis_iface, loading)
    qtbot.addWidget(run_page)
    runs = []
    run_page.started.connect(runs.append)
    run_page.show()
    page.use_requested.connect(run_page.use_imagery)
    page.mosaic_changed(done.mosaic_id)
    qtbot.waitUntil(
        lambda: bool(page.tree.images(done.mosaic_id)) and page.tree.images(done.mosaic_id)[0].is_usable,
        timeout=PATIENCE_MS,
    )
    page.list.choose([page.tree.images(done.mosaic_id)[0].id])
    qtbot.mouseClick(page.useImageryButton, LEFT)
    row = next(
        row
        for row in range(run_page.model.modelCombo.count())
        if "Buildings" in run_page.model.modelCombo.itemText(row)
    )
    run_page.model.modelCombo.setCurrentIndex(row)
    qtbot.waitUntil(run_page.startButton.isEnabled, timeout=PATIENCE_MS)
    assert run_page.area.area.area_m2 > 10_000
    qtbot.mouseClick(run_page.startButton, LEFT)
    confirm(run_page, qtbot)
    qtbot.waitUntil(lambda: bool(runs), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not ask(processings.fetch(client, runs[0].id)).status.is_running, timeout=120_000)
    ended = ask(processings.fetch(client, runs[0].id))
    assert ended.status is Status.OK
    if ended.source:
        assert ended.source["myImagery"]["imageIds"] == [done.image.id]
    target = tmp_path / "result.geojson"
    ask(processings.download_result(client, runs[0].id, target))
    assert target.read_text().count('"Feature"') > 3
    run_page.close_tools()
    ask(imagery.delete_mosaic(client, done.mosaic_id))
