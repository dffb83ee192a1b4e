"""The parts of an area in the details: what their rows say, and what is offered for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal
from processings_service import SOUTH, WEST, features, record, square
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from mapflow_dock.layers.results.kept import find_kept
from mapflow_dock.layers.results.layers import key_of_layer
from mapflow_dock.layers.styles import kept
from mapflow_dock.ui.processings.details import ProcessingDetails
from mapflow_dock.ui.processings.parts.model import Column

LEFT = Qt.MouseButton.LeftButton
COARSE = {"code": "source-validator.PixelSizeTooHigh", "parameters": {"max_res": "1.2", "actual_res": "5"}}
PATIENCE_MS = 20_000


def part(key, status="OK", **more):
    number = int(key[-1])
    return {"id": key, "status": status, "area": 5e5, "geometry": square(WEST + number, SOUTH), **more}


@pytest.fixture
def panel(listed, service, qtbot):
    """The parts in the details of one processing."""

    def show(*parts, **values):
        page = listed(record(1, **values))
        service.answers["GET /processings/id-1/aois"] = list(parts)
        page.list.choose("id-1")
        page.commands.actions.details.trigger()
        dialog = page.findChild(ProcessingDetails)
        qtbot.waitUntil(lambda: dialog.parts.model.rowCount() == len(parts))
        dialog.parts.page = page
        return dialog.parts

    return show


def choose(panel, *rows):
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    panel.view.selectionModel().clear()
    for row in rows:
        panel.view.selectionModel().select(panel.model.index(row, 0), flags)


def test_each_part_has_its_state_area_and_reason(panel):
    shown = panel(
        part("a1"),
        part("a2", "IN_PROGRESS", percentCompleted=40, area=None),
        part("a3", "FAILED", messages=[COARSE]),
        status="FAILED",
        aoiCount=3,
    )
    rows = [[shown.model.index(row, column).data() for column in Column] for row in range(3)]
    assert [row[:2] for row in rows] == [
        ["1 of 3", "Ready"],
        ["2 of 3", "Running, 40\u00a0%"],
        ["3 of 3", "Failed"],
    ]
    assert (rows[0][2], rows[1][2]) == ("0.5\u00a0km²", "–")
    assert rows[2][3].startswith("The imagery is too coarse for this model.")
    assert "5\u00a0m" in shown.model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    spoken = shown.model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("3 of 3, Failed, 0.5\u00a0km², The imagery is too coarse")
    assert shown.view.accessibleName() == "Parts of the area"


def test_of_one_part_the_processing_says_it_all(panel):
    assert not panel(part("a1")).isVisible()


def test_a_part_of_a_result_in_review_is_in_review(panel):
    shown = panel(part("a1"), part("a2"), reviewStatus={"reviewStatus": "IN_REVIEW"})
    assert shown.model.index(0, Column.STATE).data() == "In review"


def test_what_is_ready_can_be_added_and_all_with_an_outline_be_shown(panel):
    shown = panel(part("a1"), part("a2", "FAILED"), part("a3", "FAILED", geometry=None), status="FAILED")
    assert (shown.add.isEnabled(), shown.zoom.isEnabled()) == (False, False)
    for rows, may in (
        ((0,), (True, True)),
        ((1,), (False, True)),
        ((2,), (False, False)),
        ((0, 1, 2), (True, True)),
    ):
        choose(shown, *rows)
        assert (shown.add.isEnabled(), shown.zoom.isEnabled()) == may
        assert shown.findChild(QPushButton, "addPartButton").isEnabled() is may[0]
    assert [action.objectName() for action in shown.menu.actions() if action.text()][:2] == [
        "addPartAction",
        "zoomToPartAction",
    ]


def test_several_are_added_each_by_its_own_question(panel, service, qtbot):
    shown = panel(part("a1"), part("a2"), part("a3"))
    choose(shown, 0, 2)
    service.answers["GET /processings/id-1/result"] = features(2)
    qtbot.mouseClick(shown.findChild(QPushButton, "addPartButton"), LEFT)
    qtbot.waitUntil(lambda: len(shown.page.notices) == 2, timeout=PATIENCE_MS)
    names = sorted(layer.name() for layer in QgsProject.instance().mapLayers().values())
    assert names == ["Processing 1 (part 1)", "Processing 1 (part 3)"]
    ids = {
        layer.customProperty("mapflow_dock/part_id") for layer in QgsProject.instance().mapLayers().values()
    }
    assert ids == {"a1", "a3"}


def test_nothing_found_and_a_refusal_are_said(panel, service, qtbot):
    shown = panel(part("a1"), part("a2"))
    choose(shown, 0)
    service.answers["GET /processings/id-1/result"] = features(0)
    shown.add.trigger()
    qtbot.waitUntil(lambda: bool(shown.page.notices), timeout=PATIENCE_MS)
    assert shown.page.notices[-1].text == "Nothing was found in part 1 of “Processing 1”."
    service.answers["GET /processings/id-1/result"] = (403, {"message": "not yours"})
    shown.add.trigger()
    qtbot.waitUntil(lambda: len(shown.page.notices) == 2, timeout=PATIENCE_MS)
    assert shown.page.notices[-1].text.startswith("Part 1 of “Processing 1” could not be added.")
    service.answers["GET /processings/id-1/result"] = features(2)
    shown.page.notices[-1].on_action()
    qtbot.waitUntil(lambda: len(shown.page.notices) == 3, timeout=PATIENCE_MS)
    assert len(QgsProject.instance().mapLayers()) == 1


def test_a_double_click_adds_what_is_ready_and_shows_the_rest(panel, canvas, qtbot):
    shown = panel(part("a1"), part("a2", "FAILED"), status="FAILED")
    wanted = []
    shown.add_wanted.connect(wanted.append)
    choose(shown, 0)
    shown.view.doubleClicked.emit(shown.model.index(0, 0))
    assert wanted == [[1]]
    before = canvas.extent()
    choose(shown, 1)
    shown.view.doubleClicked.emit(shown.model.index(1, 0))
    assert canvas.extent() != before


def test_rows_are_copied(panel):
    shown = panel(part("a1"), part("a2"))
    choose(shown, 1)
    next(each for each in shown.menu.actions() if each.text().replace("&", "") == "Copy Rows").trigger()
    assert "2 of 2" in QApplication.clipboard().text()


def added(panel, service, qtbot, row, count=2):
    """The layer that came of one part."""
    choose(panel, row)
    service.answers["GET /processings/id-1/result"] = features(count)
    before = len(panel.page.notices)
    panel.add.trigger()
    qtbot.waitUntil(lambda: len(panel.page.notices) > before, timeout=PATIENCE_MS)
    layers = QgsProject.instance().mapLayers().values()
    return next(each for each in layers if each.customProperty("mapflow_dock/part_id") == f"a{row + 1}")


def asked_for_results(service):
    return len(service.bodies("GET /processings/id-1/result"))


def test_a_layer_of_a_part_says_which_part_it_is_and_of_what(panel, service, qtbot):
    shown = panel(part("a1"), part("a2"))
    layer = added(shown, service, qtbot, 1)
    told = layer.metadata()
    assert (told.identifier(), told.parentIdentifier()) == ("a2", "id-1")
    assert told.title() == "Processing 1 (part 2)"
    assert "Part of the area: 2\n" in told.abstract()
    assert "Processing ID: id-1" in told.abstract()
    opened = gdal.OpenEx(layer.source().split("|")[0], gdal.OF_VECTOR)
    assert opened.GetMetadata("mapflow_dock")["part"] == "a2", "so that it is never taken for the whole"


def test_the_file_of_a_part_is_that_part_alone_when_it_is_found_again(panel, service, qtbot):
    shown = panel(part("a1"), part("a2"))
    first = added(shown, service, qtbot, 0, 3)
    source = first.source()
    folder, server = Path(source.split("|")[0]).parent, first.customProperty("mapflow_dock/server")
    assert find_kept([folder], "id-1", server) is None, "the whole is none of the parts"
    assert find_kept([folder], "id-1", server, "a2") is None
    kept = find_kept([folder], "id-1", server, "a1")
    assert sum(table.count for table in kept.tables) == 3
    QgsProject.instance().clear()
    asked = asked_for_results(service)
    again = added(shown, service, qtbot, 0, 9)
    assert (again.source(), again.featureCount(), asked_for_results(service)) == (source, 3, asked)


def test_a_style_of_the_user_s_that_cannot_be_used_is_said_of_a_part_too(
    panel, service, qtbot, monkeypatch, tmp_path
):
    monkeypatch.setattr(kept, "styles_folder", lambda: tmp_path / "styles")
    shown = panel(part("a1"), part("a2"))
    layer = added(shown, service, qtbot, 0)
    key = key_of_layer(layer)
    kept.keep(layer, key)
    (tmp_path / "styles" / key.file_name).write_text("no style")
    added(shown, service, qtbot, 1)
    assert "could not be used" in shown.page.notices[-1].text
