"""Footprints saved as files from the Search page, against the sandbox, read back with OGR alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from osgeo import gdal, ogr
from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox

from mapflow_dock.jobs.results.export import ExportFormat

pytestmark = pytest.mark.both_dialects
PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton
FIELDS = [
    *("image_id", "provider", "product", "acquired", "sensor", "resolution_m", "cloud_percent", "off_nadir"),
    *("bands", "zoom", "overlap_percent", "min_area_km2"),
]


@pytest.fixture(autouse=True)
def _own_dialogs():
    # the dialogs of a desktop cannot be driven; Qt's own is the same dialog with the same signals
    attribute = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = QCoreApplication.testAttribute(attribute)
    QCoreApplication.setAttribute(attribute, True)
    yield
    QCoreApplication.setAttribute(attribute, before)


@pytest.fixture
def page(dock, qtbot):
    """The page with the first images in its list; what it says is in `page.told`."""
    page = dock.search
    qtbot.mouseClick(page.searchButton, LEFT)
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    page.told = []
    page.notice.connect(page.told.append)
    return page


def save(page, qtbot, export_format, path):
    """Choose the format in the button's menu, and the file in the dialog."""
    name = f"saveAs{export_format.name.title()}Action"
    next(each for each in page.footprintsButton.menu().actions() if each.objectName() == name).trigger()
    dialog = page.findChild(QFileDialog, "saveFootprintsDialog")
    qtbot.waitUntil(dialog.isVisible)
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()


def question(page, qtbot):
    qtbot.waitUntil(lambda: page.findChild(QMessageBox, "lossQuestion") is not None, timeout=PATIENCE_MS)
    return page.findChild(QMessageBox, "lossQuestion")


def expected(found):
    """What the catalog says of an image, as a file should hold it."""
    image = found.image
    return {
        "image_id": image.id,
        "provider": image.provider,
        "product": image.product_type,
        "acquired": image.acquired,
        "sensor": image.sensor,
        "resolution_m": image.resolution_m,
        "cloud_percent": image.cloud_percent,
        "off_nadir": image.off_nadir,
        "bands": image.band_order,
        "zoom": image.zoom,
        "overlap_percent": image.overlap_percent,
        "min_area_km2": image.min_area_m2 / 1e6,
    }


def read_back(path, driver):
    options = ["DATE_AS_STRING=YES"] if driver == "GeoJSON" else []  # else a guess of GDAL's is read
    opened = gdal.OpenEx(str(path), gdal.OF_VECTOR, allowed_drivers=[driver], open_options=options)
    layer = opened.GetLayer(0)
    names = [
        layer.GetLayerDefn().GetFieldDefn(number).GetName()
        for number in range(layer.GetLayerDefn().GetFieldCount())
    ]
    rows = []
    for feature in layer:
        values = {name: feature.GetField(name) for name in names}
        rows.append((values, feature.GetGeometryRef().Clone() if feature.GetGeometryRef() else None))
    return names, rows


def compare(rows, found, names):
    """All attributes, and the ground, of each image; `names` are those of the file."""
    assert len(rows) == len(found)
    by_id = {values[names["image_id"]]: (values, place) for values, place in rows}
    for each in found:
        values, place = by_id[each.image.id]
        for name, value in expected(each).items():
            told = values[names[name]]
            if name == "acquired" and value is not None:
                assert abs(datetime.fromisoformat(told) - value) < timedelta(milliseconds=1)
            elif value == "":
                assert told in {"", None}, name
            else:
                assert told == (pytest.approx(value) if isinstance(value, float) else value), name
        ground = ogr.CreateGeometryFromWkt(each.ground.asWkt(12))
        assert place.SymDifference(ground).GetArea() <= 1e-6 * ground.GetArea()


@pytest.mark.parametrize(
    "export_format", [ExportFormat.GEOPACKAGE, ExportFormat.GEOJSON, ExportFormat.FLATGEOBUF]
)
def test_all_that_is_listed_is_saved_with_all_that_is_known_of_it(page, qtbot, tmp_path, export_format):
    path = tmp_path / f"found{export_format.suffix}"
    save(page, qtbot, export_format, path)
    qtbot.waitUntil(lambda: bool(page.told), timeout=PATIENCE_MS)
    assert page.findChild(QMessageBox, "lossQuestion") is None, "nothing is lost"
    assert page.told[0].level == Qgis.MessageLevel.Success, page.told[0].text
    assert str(path) in page.told[0].text
    assert "100 images" in page.told[0].text
    names, rows = read_back(path, export_format.ogr_driver)
    assert names == FIELDS
    compare(rows, page.list.model.found(), {name: name for name in FIELDS})
    page.told[0].on_action()
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.featureCount() == 100


def test_what_is_chosen_is_saved_alone(page, qtbot, tmp_path):
    chosen = page.list.model.found()[3:5]
    page.list.choose([each.key for each in chosen])
    save(page, qtbot, ExportFormat.GEOJSON, tmp_path / "two.geojson")
    qtbot.waitUntil(lambda: bool(page.told), timeout=PATIENCE_MS)
    told = json.loads((tmp_path / "two.geojson").read_text(encoding="utf-8"))
    assert [each["properties"]["image_id"] for each in told["features"]] == [each.image.id for each in chosen]


def test_what_a_shapefile_loses_is_asked_before(page, qtbot, tmp_path):
    path = tmp_path / "found.shp"
    save(page, qtbot, ExportFormat.SHAPEFILE, path)
    box = question(page, qtbot)
    assert "ESRI Shapefile" in box.text()
    assert "cloud_percent" in box.informativeText()
    assert not path.exists()
    qtbot.mouseClick(next(each for each in box.buttons() if each.objectName() == "saveAnywayButton"), LEFT)
    qtbot.waitUntil(lambda: bool(page.told), timeout=PATIENCE_MS)
    names, rows = read_back(path, "ESRI Shapefile")
    assert len(names) == len(FIELDS)
    compare(rows, page.list.model.found(), dict(zip(FIELDS, names, strict=True)))


def test_a_format_that_keeps_more_is_taken_instead(page, qtbot, tmp_path):
    save(page, qtbot, ExportFormat.SHAPEFILE, tmp_path / "found.shp")
    box = question(page, qtbot)
    qtbot.mouseClick(next(each for each in box.buttons() if each.objectName() == "saveInsteadButton"), LEFT)
    qtbot.waitUntil(lambda: bool(page.told), timeout=PATIENCE_MS)
    assert not (tmp_path / "found.shp").exists()
    assert len(read_back(tmp_path / "found.gpkg", "GPKG")[1]) == 100


def test_a_folder_that_cannot_be_written_is_told_and_tried_again(page, qtbot, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    path = folder / "found.gpkg"
    folder.rmdir()
    folder.write_text("")
    page._commands._saving.save(page.list.model.found(), ExportFormat.GEOPACKAGE, path)
    qtbot.waitUntil(lambda: bool(page.told), timeout=PATIENCE_MS)
    assert page.told[0].level == Qgis.MessageLevel.Warning
    assert str(folder) in page.told[0].text
    folder.unlink()
    page.told[0].on_action()
    qtbot.waitUntil(lambda: len(page.told) == 2, timeout=PATIENCE_MS)
    assert len(read_back(path, "GPKG")[1]) == 100


def test_a_file_that_is_open_in_the_project_is_not_replaced(page, qtbot, tmp_path):
    path = tmp_path / "found.gpkg"
    save(page, qtbot, ExportFormat.GEOPACKAGE, path)
    qtbot.waitUntil(lambda: bool(page.told), timeout=PATIENCE_MS)
    page.told[0].on_action()
    before = path.read_bytes()
    page._commands._saving.save(page.list.model.found()[:1], ExportFormat.GEOPACKAGE, path)
    qtbot.waitUntil(lambda: len(page.told) == 2, timeout=PATIENCE_MS)
    assert "open in this project" in page.told[1].text
    assert path.read_bytes() == before


def test_a_sign_out_takes_the_question_back_and_leaves_nothing(dock, page, qtbot, tmp_path):
    save(page, qtbot, ExportFormat.SHAPEFILE, tmp_path / "found.shp")
    question(page, qtbot)
    dock.session.sign_out()
    qtbot.waitUntil(lambda: not any(each.isVisible() for each in page.findChildren(QMessageBox)))
    qtbot.waitUntil(lambda: list(tmp_path.iterdir()) == [], timeout=PATIENCE_MS)


def test_other_formats_are_written_from_the_layer_by_qgis_itself(page, qtbot):
    chosen = [each.key for each in page.list.model.found()[:2]]
    page.list.choose(chosen)
    asked = []
    page.export_requested.disconnect()  # the dialog is QGIS's own, and modal
    page.export_requested.connect(asked.append)
    (action,) = (
        each
        for each in page.footprintsButton.menu().actions()
        if each.objectName() == "exportFootprintsAction"
    )
    action.trigger()
    (layer,) = asked
    assert QgsProject.instance().mapLayer(layer.id()) is layer
    assert [(each["provider"], each["image_id"]) for each in layer.getFeatures()] == chosen
