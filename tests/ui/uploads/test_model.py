"""The list of uploads: changed row by row, told in words, painted at every width; in QGIS and on Qt 6 alone."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from mirrored_rows import both_ways, expect_mirrored
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QPersistentModelIndex, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QListView

from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.ui.uploads.delegate import UploadDelegate, stage_icon
from mapflow_dock.ui.uploads.model import Role, UploadModel, UploadRow, stage_text, state_text
from mapflow_dock.ui.widgets.rows.painting import row_height

TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


def a_row(number: int, **values: object) -> UploadRow:
    return replace(UploadRow(number, f"{number}.tif", "Fields"), **values)


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester) -> UploadModel:
    model = UploadModel()
    model.append([a_row(number) for number in range(1, 5)])
    qtmodeltester.check(model)
    return model


def test_a_change_touches_its_own_row_only(qtbot: QtBot, model: UploadModel) -> None:
    kept = QPersistentModelIndex(model.index(2))
    with qtbot.waitSignal(model.dataChanged) as heard:
        model.put(a_row(2, stage=Stage.SENDING, fraction=0.5))
    assert heard.args[0].row() == heard.args[1].row() == 1
    with qtbot.assertNotEmitted(model.dataChanged):
        model.put(a_row(2, stage=Stage.SENDING, fraction=0.5))
        model.put(a_row(9))
    model.remove([1, 2])
    assert kept.row() == 0
    assert [row.id for row in model.rows()] == [3, 4]
    assert model.row(1) is None


def test_rows_are_found_by_their_id_whatever_left_before(model: UploadModel) -> None:
    gone = []
    model.rowsAboutToBeRemoved.connect(lambda _parent, first, last: gone.append((first, last)))
    model.append([a_row(number) for number in range(5, 11)])
    model.remove([2, 3, 7, 99, 10])
    assert gone == [(9, 9), (6, 6), (1, 2)]
    for number in (1, 4, 5, 6, 8, 9):
        model.put(a_row(number, stage=Stage.DONE))
        assert model.row(number).stage is Stage.DONE
    assert [row.id for row in model.rows()] == [1, 4, 5, 6, 8, 9]
    model.append([a_row(11)])
    assert model.row(11).id == 11
    assert model.row(7) is None


def test_one_of_thousands_of_rows_changes_quickly() -> None:
    model = UploadModel()
    model.append([a_row(number) for number in range(20_000)])
    before = time.perf_counter()
    for number in range(18_000, 20_000):
        model.put(a_row(number, stage=Stage.SENDING, fraction=0.5))
    assert time.perf_counter() - before < 0.5  # looked for one by one it takes seconds


def test_what_is_sent_or_converted_has_a_bar_and_the_rest_has_none(model: UploadModel) -> None:
    for stage in Stage:
        model.put(a_row(1, stage=stage, fraction=0.437))
        percent = model.index(0).data(int(Role.PERCENT))
        assert percent == (43 if stage in {Stage.SENDING, Stage.CONVERTING} else None), stage
    model.put(a_row(1, stage=Stage.SENDING, fraction=0.9999))
    assert model.index(0).data(int(Role.PERCENT)) == 99, "all of it is sent only when it is"
    model.put(a_row(1, stage=Stage.SENDING))
    assert model.index(0).data(int(Role.PERCENT)) is None


def test_each_stage_has_words_and_an_icon() -> None:
    assert len({stage_text(stage) for stage in Stage}) == len(Stage)
    assert all(stage_icon(stage).endswith(".svg") for stage in Stage)
    assert {stage for stage in Stage if stage.is_over} == {
        Stage.DONE,
        Stage.FAILED,
        Stage.CANCELLED,
        Stage.LEFT_OUT,
    }
    assert (
        state_text(a_row(1, stage=Stage.FAILED, sentence="The disk is full.")) == "Failed: The disk is full."
    )


def test_names_are_plain_text_wherever_they_are_shown(model: UploadModel) -> None:
    model.put(a_row(1, name="<b>x</b>&.tif", target="<i>y</i>", stage=Stage.FAILED, sentence="a < b"))
    tip = model.index(0).data(TOOL_TIP)
    assert "&lt;b&gt;x&lt;/b&gt;&amp;.tif" in tip
    assert "&lt;i&gt;y&lt;/i&gt;" in tip
    assert model.index(0).data(SPOKEN) == "<b>x</b>&.tif, Failed: a < b"


def test_a_screen_reader_hears_how_far_it_is(model: UploadModel) -> None:
    model.put(a_row(1, stage=Stage.SENDING, fraction=0.4))
    assert model.index(0).data(SPOKEN) == "1.tif, Sending, 40\u00a0%"


@pytest.mark.parametrize("width", [200, 340, 600])
def test_every_stage_is_painted_in_two_lines_at_every_width(
    qtbot: QtBot, model: UploadModel, width: int
) -> None:
    marks = QPixmap(16, 16)
    marks.fill(QColor("red"))
    view = QListView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setItemDelegate(UploadDelegate(dict.fromkeys(Stage, QIcon(marks)), view))
    view.resize(width, 300)
    view.show()
    model.append([a_row(10 + at, stage=stage, fraction=0.5) for at, stage in enumerate(Stage)])
    assert view.sizeHintForRow(0) == row_height(view.font())
    for row in range(4, model.rowCount()):
        view.scrollTo(model.index(row))
        picture = view.viewport().grab(view.visualRect(model.index(row))).toImage()
        colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
        assert QColor("red").rgb() in colours, "its icon"
        assert len(colours) > 4, "its words"
    assert view.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.SENDING])
def test_a_row_is_mirrored_where_one_reads_from_the_right(
    qtbot: QtBot, model: UploadModel, stage: Stage
) -> None:
    marks = QPixmap(16, 16)
    marks.fill(QColor("red"))
    view = QListView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setItemDelegate(UploadDelegate(dict.fromkeys(Stage, QIcon(marks)), view))
    view.resize(600, 300)
    view.show()
    model.put(a_row(1, stage=stage, fraction=0.5))
    if stage is Stage.DONE:
        expect_mirrored(view, model.index(0), qtbot)
    else:  # the bar is as wide as the row
        left, mirrored = both_ways(view, model.index(0), qtbot)
        assert abs(min(left) - min(mirrored)) <= 3
