"""Originals are downloaded with their progress, to where the user wants them, and overwrite nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from imagery_service import MIB, image, mosaic
from page_reading import DEFERRED_DELETE, action, answer, press, question
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QFileDialog

from mapflow_dock.api.imagery_records import Image
from mapflow_dock.jobs.imagery.downloads import file_name, placed
from mapflow_dock.ui.my_imagery.tree.model import Role

CONTENT = os.urandom(600_000)


def choose_file(page, qtbot, path):
    dialog = page.findChild(QFileDialog, "downloadImagesDialog")
    dialog.fileSelected.emit(str(path))
    dialog.reject()


@pytest.fixture
def untold_sizes(service):
    """The service does not say how large the files are, which these tests make smaller than it would say."""
    service.tells_sizes = False


def test_an_original_is_downloaded_with_progress(untold_sizes, page, service, qtbot, tmp_path):
    service.files["a"] = CONTENT
    page.list.choose(["a"])
    action(page, "downloadImageAction").trigger()
    seen = []
    page.tree.dataChanged.connect(lambda first, *_rest: seen.append(first.data(int(Role.DOING))))
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert (tmp_path / "scene.tif").read_bytes() == CONTENT
    assert "was downloaded to" in page.notices[-1].text
    fractions = [doing.fraction for doing in seen if doing is not None]
    assert max(fractions) == 1.0
    assert seen[-1] is None
    assert service.matching("GET", "/bucket/a")[0].authorization == ""


def test_several_go_into_a_folder_and_overwrite_nothing(untold_sizes, page, service, qtbot, tmp_path):
    service.files = {"a": b"\0aaa", "b": b"\0bbb"}
    service.images["m1"][1]["filename"] = "a.tif"
    page._loading.refresh()
    qtbot.waitUntil(lambda: page.tree.known.image("b").name == "a.tif")
    (tmp_path / "a.tif").write_text("mine")
    page.list.choose(["a", "b"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path)
    qtbot.waitUntil(lambda: len(page.notices) == 2)
    assert (tmp_path / "a.tif").read_text() == "mine"
    assert {(tmp_path / "a (2).tif").read_bytes(), (tmp_path / "a (3).tif").read_bytes()} == {
        b"\0aaa",
        b"\0bbb",
    }


def test_two_downloads_never_write_the_same_file(untold_sizes, page, service, qtbot, tmp_path):
    """Neither is there yet when the second is asked for; the first is still on its way."""
    service.files = {"a": b"\0aaa", "b": b"\0bbb"}
    service.images["m1"][1]["filename"] = "a.tif"
    page._loading.refresh()
    qtbot.waitUntil(lambda: page.tree.known.image("b").name == "a.tif")
    service.add(path="/download", times=2, hold=True)
    for key in ("a", "b"):
        page.list.choose([key])
        action(page, "downloadImageAction").trigger()
        choose_file(page, qtbot, tmp_path / "a.tif")
        QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    assert placed(tmp_path, [page.tree.known.image("a")], page._commands.downloads._taken()).keys() == {
        tmp_path / "a (3).tif"
    }
    service.release()
    qtbot.waitUntil(lambda: len(page.notices) == 2)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.tif*")} == {
        "a.tif": b"\0aaa",
        "a (2).tif": b"\0bbb",
    }


def test_a_download_that_fails_can_be_tried_again(untold_sizes, page, service, qtbot, tmp_path):
    page.list.choose(["a"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "could not be downloaded" in page.notices[-1].text
    assert list(tmp_path.glob("scene*")) == []
    service.files["a"] = CONTENT
    page.notices[-1].on_action()
    qtbot.waitUntil(lambda: len(page.notices) == 2)
    assert (tmp_path / "scene.tif").read_bytes() == CONTENT


def test_a_download_can_be_cancelled(page, service, qtbot, tmp_path):
    service.files["a"] = CONTENT
    service.add(path="/bucket/a", hold=True)
    page.list.choose(["a"])
    assert not action(page, "cancelDownloadAction").isVisible()
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: service.count("GET", "/bucket/a") == 1)
    action(page, "cancelDownloadAction").trigger()
    assert not page._commands.downloads.is_under_way("a")
    assert page.tree.index_of("a").data(int(Role.DOING)) is None
    assert list(tmp_path.glob("scene*")) == []


def test_downloads_end_with_the_login(page, service, session, qtbot, tmp_path):
    service.add(path="/download", times=9, hold=True)
    page.list.choose(["a", "b", "c"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path)
    qtbot.waitUntil(lambda: service.count("GET", "/download") == 2)
    session.sign_out()
    assert not any(page._commands.downloads.is_under_way(key) for key in "abc")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("scene.tif", "scene.tif"),
        ("../../etc/pass.tif", "etc pass.tif"),
        ('a<b>:"c"', "a b c.tif"),
        ("...", "image.tif"),
        ("Снимок №1.TIFF", "Снимок №1.TIFF"),
    ],
)
def test_a_name_of_the_server_is_no_path(name, file):
    assert file_name(Image("i", name)) == file
    assert placed(Path("/folder"), [Image("i", name)]).keys() == {Path("/folder") / file}


def test_a_mosaic_of_many_images_counts_bytes_of_all(page, service, qtbot):
    service.mosaics.append(mosaic("m3", status_summary={"total": 1_234}, sizeInBytes=5 * 1024 * MIB))
    page._loading.refresh()
    qtbot.waitUntil(lambda: page.tree.known.mosaic("m3") is not None)
    page.list.choose(["m3"])
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: question(page) is not None)
    assert "1,234 images (5\u00a0GiB) will be deleted." in question(page).informativeText()
    assert service.count("GET", "/m3/image") == 0
    answer(page, qtbot, "")


def test_a_download_is_offered_to_the_map(untold_sizes, page, service, qtbot, tmp_path, qgis_new_project):
    from osgeo import gdal, osr

    path = tmp_path / "made.tif"
    made = gdal.GetDriverByName("GTiff").Create(str(path), 4, 4, 1, gdal.GDT_Byte)
    system = osr.SpatialReference()
    system.ImportFromEPSG(32637)
    made.SetProjection(system.ExportToWkt())
    made.SetGeoTransform((400_000, 1, 0, 6_100_000, 0, -1))
    made = None
    service.files["a"] = path.read_bytes()
    page.list.choose(["a"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: bool(page.notices))
    page.notices[-1].on_action()
    assert [layer.name() for layer in QgsProject.instance().mapLayers().values()] == ["scene"]
    assert image("x")["id"] == "x"
