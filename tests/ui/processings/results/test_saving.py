"""Results as files: each format by the menu and the file dialog, failures that can be tried again, safe names."""

from __future__ import annotations

import pytest
from processings_service import SOUTH, WEST, features, record, square
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QFileDialog

from mapflow_dock.jobs.results.export import ExportFormat

PATIENCE_MS = 30_000
RESULT = "GET /processings/id-1/result"
AREAS = "GET /processings/id-1/aois"


@pytest.fixture
def save(qtbot, choose_file):
    """Save the first processing, and return the paths written."""

    def save(page, export_format, path):
        page.list.choose("id-1")
        with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS) as saved:
            choose_file(page, export_format, path)
        return saved.args[0]

    return save


@pytest.mark.parametrize("export_format", list(ExportFormat), ids=lambda one: one.name)
def test_every_format_by_menu_and_dialog(listed, tmp_path, save, export_format):
    page = listed(record(1))
    wanted = tmp_path / f"roofs{export_format.suffix}"
    assert save(page, export_format, wanted) == (wanted,)
    layer = QgsVectorLayer(str(wanted), "roofs", "ogr")
    assert layer.isValid()
    assert layer.featureCount() == 3
    assert layer.storageType().replace("GPKG", "GeoPackage") == export_format.title
    notice = page.notices[-1]
    assert str(wanted) in notice.text
    assert not page.transferBox.isVisible()
    assert not QgsProject.instance().mapLayers()
    notice.on_action()
    assert [layer.featureCount() for layer in QgsProject.instance().mapLayers().values()] == [3]


def test_a_name_typed_without_suffix_gets_it(listed, tmp_path, save):
    page = listed(record(1))
    assert save(page, ExportFormat.FLATGEOBUF, tmp_path / "roofs") == (tmp_path / "roofs.fgb",)


def test_the_dialog_proposes_the_name_in_the_folder_used_last(listed, tmp_path, save):
    page = listed(record(1, name="Old/Town: <east>"))
    save(page, ExportFormat.GEOJSON, tmp_path / "roofs.geojson")
    page.commands.actions.save_menu.actions()[0].trigger()
    dialog = page.findChildren(QFileDialog)[-1]
    assert dialog.directory().path() == str(tmp_path)
    assert [path.rsplit("/", 1)[-1] for path in dialog.selectedFiles()] == ["Old Town east.gpkg"]
    dialog.reject()


def test_a_shapefile_of_several_kinds_of_geometry_is_several_files(listed, service, tmp_path, save):
    mixed = features(2)
    point = {"type": "Point", "coordinates": [WEST, SOUTH]}
    mixed["features"].append({"type": "Feature", "properties": {"class": "tree"}, "geometry": point})
    service.answers[RESULT] = mixed
    page = listed(record(1))
    paths = save(page, ExportFormat.SHAPEFILE, tmp_path / "roofs.shp")
    assert len(paths) == 2
    assert sorted(QgsVectorLayer(str(path), "part", "ogr").featureCount() for path in paths) == [1, 2]
    assert "2 files" in page.notices[-1].text


def test_a_failure_is_a_sentence_and_is_tried_again(listed, service, tmp_path, qtbot, choose_file):
    page = listed(record(1))
    service.answers[RESULT] = (500, {"message": "out of order"})
    page.list.choose("id-1")
    choose_file(page, ExportFormat.GEOPACKAGE, tmp_path / "roofs.gpkg")
    qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    assert "could not be saved" in page.notices[0].text
    assert list(tmp_path.glob("roofs*")) == []
    del service.answers[RESULT]
    with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS):
        page.notices[0].on_action()
    assert (tmp_path / "roofs.gpkg").is_file()


def test_of_a_failed_processing_what_is_ready_is_saved(listed, service, tmp_path, qtbot):
    page = listed(record(1, name="Harbour", status="FAILED"))
    service.answers[AREAS] = [
        {"id": "a1", "status": "OK", "area": 5e5, "geometry": square(WEST, SOUTH)},
        {"id": "a2", "status": "FAILED", "area": 5e5, "geometry": square(WEST, SOUTH)},
    ]
    path = tmp_path / "roofs.gpkg"
    page.list.choose("id-1")
    assert page.commands.actions.save_menu.title() == "Sa&ve What Is Ready As"
    next(
        one for one in page.commands.actions.save_menu.actions() if "Geopackage" in one.objectName()
    ).trigger()
    qtbot.waitUntil(lambda: page.results.saving._choice._dialog is not None, timeout=PATIENCE_MS)
    with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS):
        page.results.saving._choice._dialog.fileSelected.emit(str(path))
    assert page.notices[-1].text == f"What is ready of “Harbour” was saved to {path}."
    assert QgsVectorLayer(str(path), "saved", "ogr").featureCount() == 3


def test_no_file_is_asked_for_where_nothing_is_ready(listed, service, qtbot):
    page = listed(record(1, name="Harbour", status="FAILED"))
    page.list.choose("id-1")
    page.commands.actions.save_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    assert "no part of it is ready" in page.notices[0].text
    assert page.results.saving._choice._dialog is None


def test_only_one_ready_processing_is_saved(listed):
    page = listed(record(1), record(2, status="CANCELLED"))
    assert not page.saveAsButton.isEnabled()
    page.list.choose("id-2")
    assert not page.saveAsButton.isEnabled()
    page.list.choose("id-1")
    assert page.saveAsButton.isEnabled()
    page.processingsView.selectAll()
    assert not page.saveAsButton.isEnabled()
