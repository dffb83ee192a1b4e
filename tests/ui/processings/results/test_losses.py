"""What a format cannot hold of a result: asked about before anything is written, and told of at the end."""

from __future__ import annotations

import json

import pytest
from processings_service import SOUTH, WEST, record, square
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox, QLabel, QMessageBox, QPushButton

from mapflow_dock.jobs.results.export import ExportFormat

PATIENCE_MS = 30_000
RESULT = "GET /processings/id-{}/result"
LEFT = Qt.MouseButton.LeftButton
SHAPEFILE, GEOPACKAGE = ExportFormat.SHAPEFILE, ExportFormat.GEOPACKAGE
LONG = {"long_attribute_name": 1, "long_attribute_kind": 2}
COLLECTION = {"type": "GeometryCollection", "geometries": [square(WEST, SOUTH), square(WEST + 1, SOUTH)]}


def feature(geometry=None, **properties):
    place = square(WEST, SOUTH) if geometry is None else geometry
    return {"type": "Feature", "properties": properties, "geometry": place}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def box(page):
    shown = [each for each in page.findChildren(QMessageBox) if each.isVisible()]
    return shown[0] if shown else None


def press(qtbot, page, name):
    shown = box(page)
    button = shown.findChild(QPushButton, name) or shown.button(QMessageBox.StandardButton.Cancel)
    qtbot.mouseClick(button, LEFT)


def names(folder):
    return sorted(each.name for each in folder.iterdir())


def rows(path):
    """What QGIS reads of each object."""
    layer = QgsVectorLayer(str(path), "saved", "ogr")
    names = [name for name in layer.fields().names() if name != "fid"]
    return [{name: row[name] for name in names} for row in layer.getFeatures()]


@pytest.fixture
def ask(listed, service, tmp_path, qtbot, choose_file):
    """Save such a result in a format, until its losses are asked about; returns the page and the question."""

    def ask(result, export_format, **values):
        service.answers[RESULT.format(1)] = result
        page = listed(record(1, **values), record(2))
        page.list.choose("id-1")
        choose_file(page, export_format, tmp_path / f"roofs{export_format.suffix}")
        qtbot.waitUntil(lambda: box(page) is not None, timeout=PATIENCE_MS)
        return page, box(page)

    return ask


@pytest.mark.parametrize(
    ("export_format", "features", "told", "better"),
    [
        (
            SHAPEFILE,
            [feature(**LONG)],
            ["long_attribute_name → long_attri", "long_attribute_kind → long_att_2"],
            "GeoPackage",
        ),
        (SHAPEFILE, [feature(text="я" * 200)], ["254 bytes", "400", ": text."], "GeoPackage"),
        (SHAPEFILE, [feature(big=1234567890123456789)], ["Numbers are rounded: big."], "GeoPackage"),
        (SHAPEFILE, [feature(small=1e-20)], ["Numbers are rounded: small."], "GeoPackage"),
        (SHAPEFILE, [feature(flat=True)], ["Yes and no become 1 and 0: flat."], "GeoPackage"),
        (SHAPEFILE, [feature(note="")], ["Empty text becomes a missing value"], "GeoPackage"),
        (SHAPEFILE, [feature(tags=["a", "b"])], ["Lists and nested values become text: tags."], "GeoPackage"),
        (
            ExportFormat.FLATGEOBUF,
            [feature(v={"k": [1]})],
            ["Lists and nested values become text: v."],
            "GeoPackage",
        ),
        (GEOPACKAGE, [feature(Area=1, area=2)], ["area → area_2"], "GeoJSON"),
        (GEOPACKAGE, [feature(COLLECTION, a=1), feature(a=2)], ["several types of geometry"], "GeoJSON"),
        (GEOPACKAGE, [{**feature(a=1), "score": 0.5}], ["beside the attributes", ": score."], "GeoJSON"),
        (
            ExportFormat.FLATGEOBUF,
            [feature(a=1), {**feature(a=2), "geometry": None}],
            ["Objects without a place are left out: 1."],
            "GeoPackage",
        ),
    ],
)
def test_what_will_be_lost_is_asked_about_with_what_keeps_it(
    ask, tmp_path, export_format, features, told, better
):
    _page, question = ask(collection(*features), export_format, name="Old town")
    assert question.text() == f"{export_format.title} cannot hold all of “Old town”."
    for words in told:
        assert words in question.informativeText()
    assert f"{better} keeps all of it." in question.informativeText()
    assert question.defaultButton().text() == f"Save as &{better} Instead"
    assert question.escapeButton() is question.button(QMessageBox.StandardButton.Cancel)
    assert not [name for name in names(tmp_path) if name.startswith("roofs")]


@pytest.mark.parametrize(
    ("export_format", "properties"),
    [
        # whatever a date or a time looks like, it is text in every format, and all of it
        (SHAPEFILE, {"day": "2024-05-06", "when": "2024-05-06T07:08:09.123456+03:00", "t": "10:31:22"}),
        (GEOPACKAGE, {"a_rather_long_attribute_name": "x" * 300, "big": 2**63 - 1, "ok": True, "no": ""}),
        (GEOPACKAGE, {"tags": ["a", "b"], "nested": {"k": {"l": [1, None]}}}),
        (ExportFormat.GEOJSON, {"tags": ["a"], "nested": {"k": 1}, "Area": 1, "area": 2, "big": 2**60}),
    ],
)
def test_nothing_is_asked_where_nothing_is_lost(
    listed, service, tmp_path, qtbot, choose_file, export_format, properties
):
    service.answers[RESULT.format(1)] = collection(feature(**properties), feature(**properties))
    page = listed(record(1))
    page.list.choose("id-1")
    with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS) as saved:
        choose_file(page, export_format, tmp_path / f"roofs{export_format.suffix}")
    assert box(page) is None
    (path,) = saved.args[0]
    if export_format is ExportFormat.GEOJSON:
        found = [each["properties"] for each in json.loads(path.read_text("utf-8"))["features"]]
    else:
        found = rows(path)
    assert found == [properties, properties]


@pytest.mark.parametrize("export_format", list(ExportFormat))
@pytest.mark.parametrize("values", [[{"k": 1}, "plain"], [2**70, 5], [True, 1]])
def test_where_no_format_is_better_none_is_offered(ask, export_format, values):
    _page, question = ask(collection(*(feature(v=value) for value in values)), export_format)
    assert "numbers too long" in question.informativeText()
    assert ": v." in question.informativeText()
    assert "keeps" not in question.informativeText()
    assert question.findChild(QPushButton, "saveInsteadButton") is None
    assert question.defaultButton() is question.escapeButton()


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_numbers_that_are_none_are_told_of(ask, service, export_format):
    _page, question = ask(collection(feature(height=float("nan")), feature(height=2.5)), export_format)
    assert question.informativeText() == "• Values that are no numbers, such as NaN, become text: height."


def test_the_better_format_keeps_the_name_and_overwrites_nothing(ask, tmp_path, qtbot):
    (tmp_path / "roofs.gpkg").write_bytes(b"of someone else")
    page, _question = ask(collection(feature(**LONG)), SHAPEFILE)
    with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS):
        press(qtbot, page, "saveInsteadButton")
    assert names(tmp_path) == ["roofs.gpkg", "roofs_2.gpkg"]
    assert (tmp_path / "roofs.gpkg").read_bytes() == b"of someone else"
    assert rows(tmp_path / "roofs_2.gpkg") == [LONG]
    assert str(tmp_path / "roofs_2.gpkg") in page.notices[-1].text


def test_saved_anyway_it_has_what_was_said(ask, tmp_path, qtbot):
    page, _question = ask(collection(feature(**LONG)), SHAPEFILE)
    with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS) as saved:
        press(qtbot, page, "saveAnywayButton")
    assert saved.args[0] == (tmp_path / "roofs.shp",)
    assert rows(tmp_path / "roofs.shp") == [{"long_attri": 1, "long_att_2": 2}]


def test_cancelled_nothing_is_left(ask, service, tmp_path, qtbot):
    page, _question = ask(collection(feature(**LONG)), SHAPEFILE)
    assert page.transferBox.isVisible()
    press(qtbot, page, "cancel")
    assert names(tmp_path) == []
    assert not page.transferBox.isVisible()
    assert page.notices == []


def test_a_file_put_on_the_map_while_it_is_asked_about_is_not_written(ask, tmp_path, qtbot):
    former = tmp_path / "former.gpkg"
    page, _question = ask(collection(feature(**LONG)), SHAPEFILE)
    former.with_name("roofs.shp").write_bytes(b"")
    layer = QgsVectorLayer(str(tmp_path / "roofs.shp"), "open", "ogr")
    QgsProject.instance().addMapLayer(layer)
    press(qtbot, page, "saveAnywayButton")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "is open in this project" in page.notices[-1].text
    assert names(tmp_path) == ["roofs.shp"]


@pytest.mark.parametrize("end", ["close", "sign out", "cancel button", "delete"])
def test_a_question_goes_with_what_it_is_about(ask, session, tmp_path, qtbot, end):
    page, question = ask(collection(feature(**LONG)), SHAPEFILE)
    if end == "close":
        page.close()
    elif end == "sign out":
        session.sign_out()
    elif end == "cancel button":
        page.cancelTransferButton.click()
    else:
        page.commands._on_removed("id-1")
    assert not question.isVisible()
    assert names(tmp_path) == []


def test_two_results_are_asked_about_one_after_the_other(ask, service, tmp_path, qtbot, choose_file):
    service.answers[RESULT.format(2)] = collection(feature(text="y" * 300))
    page, question = ask(collection(feature(**LONG)), SHAPEFILE)
    page.list.choose("id-2")
    choose_file(page, SHAPEFILE, tmp_path / "second.shp")
    qtbot.waitUntil(lambda: page.results.saving._losses._asked[1:] != [], timeout=PATIENCE_MS)
    assert box(page) is question
    press(qtbot, page, "saveAnywayButton")
    assert "254 bytes" in box(page).informativeText()
    press(qtbot, page, "saveAnywayButton")
    qtbot.waitUntil(lambda: len(page.notices) == 2, timeout=PATIENCE_MS)
    assert {"roofs.shp", "second.shp"} <= set(names(tmp_path))


def test_names_of_a_server_are_text_and_leave_room_for_the_buttons(ask):
    hostile = "<b>x</b><img src=http://127.0.0.1/>&amp;\u202e\n" + "W" * 10_000
    _page, question = ask(
        collection(feature(**{hostile: 1, f"{hostile}2": 2, "\u2066" + "ш" * 200: 3})),
        SHAPEFILE,
        name=hostile,
    )
    texts = [label for label in question.findChildren(QLabel) if label.text()]
    assert len(texts) == 2
    for label in texts:
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert "<b>x</b>" in label.text()
        assert not set(label.text()) & {"\u202e", "\u2066"}
    inside = question.rect()
    for button in question.findChild(QDialogButtonBox).buttons():
        assert inside.contains(button.geometry().translated(button.parentWidget().pos()))
    assert question.width() <= 1000
    assert question.height() <= 580


# objects without a place

ODD = collection(
    feature(a=1),
    {**feature(a=2), "geometry": None},
    {**feature(a=3), "geometry": {"type": "Polygon", "coordinates": [["x", 1]]}},
    "no object",
)
REMARKS = (
    "The outline of 1 object cannot be read: this object is in the attribute table, not on the map. "
    "1 object came without a place: it is in the attribute table, not on the map. "
    "1 entry of the result is no object, and was left out."
)


def test_objects_that_are_not_in_the_file_or_lie_nowhere_are_told_of(
    listed, service, tmp_path, qtbot, choose_file
):
    service.answers[RESULT.format(1)] = ODD
    page = listed(record(1, name="Old town"))
    page.list.choose("id-1")
    with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS):
        choose_file(page, GEOPACKAGE, tmp_path / "roofs.gpkg")
    assert sorted(row["a"] for row in rows(tmp_path / "roofs.gpkg")) == [1, 2, 3]
    assert page.notices[-1].text == f"“Old town” was saved to {tmp_path / 'roofs.gpkg'}. {REMARKS}"


def test_what_flatgeobuf_left_out_is_counted(ask, tmp_path, qtbot):
    page, _question = ask(ODD, ExportFormat.FLATGEOBUF, name="Old town")
    with qtbot.waitSignal(page.results.saving.saved, timeout=PATIENCE_MS):
        press(qtbot, page, "saveAnywayButton")
    assert [row["a"] for row in rows(tmp_path / "roofs.fgb")] == [1]
    assert "2 objects without a readable place were left out: FlatGeobuf" in page.notices[-1].text


def test_objects_that_are_not_on_the_map_are_told_of(listed, service, qtbot):
    service.answers[RESULT.format(1)] = ODD
    page = listed(record(1, name="Old town"))
    page.list.choose("id-1")
    page.addResultButton.click()
    qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    assert page.notices[-1].text == f"“Old town” is on the map: 3 objects. {REMARKS}"
