"""The list of processings: updated by difference, filtered, sorted and painted, in QGIS and on Qt 6 alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QImage, QPixmap
from qgis.PyQt.QtWidgets import QLineEdit, QTreeView

from mapflow_dock.api.processings import Message, Processing, Status
from mapflow_dock.jobs.processings.recent_changes import GRACE_S, RecentChanges
from mapflow_dock.jobs.results.transfers import TransferState
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.delegate import ProcessingDelegate
from mapflow_dock.ui.processings.list.filter import ProcessingsFilter
from mapflow_dock.ui.processings.list.model import AT_ONCE, ProcessingRole, ProcessingsModel
from mapflow_dock.ui.processings.status import (
    STATES,
    StatusGroup,
    group_title,
    reasons,
    state_word,
    status_text,
)

NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)


def a_processing(number: int, **values: Any) -> Processing:
    standard: dict[str, Any] = {
        "name": f"Processing {number}",
        "status": Status.OK,
        "area_m2": 1_000_000.0 * number,
        "cost": 10.0 * number,
        "model_name": "🏠 Buildings",
        "created": NOON + timedelta(hours=number),
        "project_id": "project",
    }
    return Processing(id=f"id-{number}", **{**standard, **values})


class Changes:
    """What a view hears from a model."""

    def __init__(self, model: ProcessingsModel) -> None:
        self.heard: list[tuple[Any, ...]] = []
        model.rowsInserted.connect(lambda _parent, first, last: self.heard.append(("in", first, last)))
        model.rowsRemoved.connect(lambda _parent, first, last: self.heard.append(("out", first, last)))
        model.dataChanged.connect(lambda top, bottom, _r: self.heard.append(("new", top.row(), bottom.row())))
        model.modelReset.connect(lambda: self.heard.append(("reset",)))
        model.layoutChanged.connect(lambda: self.heard.append(("layout",)))


@pytest.fixture
def model(qapp: object, qtmodeltester: Any) -> ProcessingsModel:
    model = ProcessingsModel()
    model.set_processings(a_processing(number) for number in range(1, 7))
    qtmodeltester.check(model)
    return model


@pytest.fixture
def shown(model: ProcessingsModel) -> ProcessingsFilter:
    return ProcessingsFilter(model)


def names(of: Any) -> list[str]:
    return [of.index(row, 0).data() for row in range(of.rowCount())]


def test_the_same_list_again_touches_nothing(model: ProcessingsModel) -> None:
    changes = Changes(model)
    model.set_processings(a_processing(number) for number in range(1, 7))
    model.put(a_processing(3))
    assert changes.heard == []


def test_only_what_differs_is_changed(model: ProcessingsModel) -> None:
    changes = Changes(model)
    renamed = replace(a_processing(4), name="Renamed")
    model.set_processings([a_processing(8), a_processing(1), renamed, a_processing(6), a_processing(7)])
    # 5, then 2 and 3, leave; 4 is now in the second row; 8 and 7 come
    assert changes.heard == [("out", 4, 4), ("out", 1, 2), ("new", 1, 1), ("in", 3, 4)]
    assert names(model) == ["Processing 1", "Renamed", "Processing 6", "Processing 8", "Processing 7"]


def test_persistent_indexes_follow_their_processing(model: ProcessingsModel) -> None:
    held = {number: QPersistentModelIndex(model.index_of(f"id-{number}")) for number in (1, 4, 6)}
    model.set_processings(
        [a_processing(9), a_processing(6, percent=3, status=Status.IN_PROGRESS), a_processing(4)]
    )
    assert not held[1].isValid()
    assert held[4].row() == 0
    assert held[6].row() == 1
    assert QModelIndex(held[6]).data(int(ProcessingRole.PERCENT)) == 3


def test_a_view_keeps_selection_and_scroll_over_an_update(qtbot: QtBot, shown: ProcessingsFilter) -> None:
    model = shown.sourceModel()
    model.set_processings(a_processing(number) for number in range(1, 60))
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(shown)
    shown.sort(Column.CREATED, Qt.SortOrder.DescendingOrder)
    view.resize(300, 200)
    view.show()
    chosen = shown.mapFromSource(model.index_of("id-40"))
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().select(chosen, flags)
    view.verticalScrollBar().setValue(12)
    model.set_processings(
        a_processing(number, percent=50, status=Status.IN_PROGRESS if number == 40 else Status.OK)
        for number in range(1, 60)
    )
    assert [
        index.data(int(ProcessingRole.PROCESSING)).id for index in view.selectionModel().selectedRows()
    ] == ["id-40"]
    assert view.verticalScrollBar().value() == 12


def test_one_row_can_come_and_go(model: ProcessingsModel) -> None:
    model.put(a_processing(20))
    assert model.processing("id-20") == a_processing(20)
    model.remove("id-20")
    model.remove("id-20")
    assert model.processing("id-20") is None
    assert not model.index_of("id-20").isValid()
    assert model.rowCount() == 6


def test_a_transfer_changes_the_status_cell_alone(model: ProcessingsModel) -> None:
    cells = []
    model.dataChanged.connect(
        lambda top, bottom, _r: cells.append((top.row(), top.column(), bottom.column()))
    )
    model.set_transfer("id-2", TransferState(0.426, "Downloading"))
    assert cells == [(1, Column.STATUS, Column.STATUS)]
    index = model.index_of("id-2", Column.STATUS)
    assert index.data(int(ProcessingRole.PERCENT)) == 43
    assert "Downloading" in index.data(int(Qt.ItemDataRole.AccessibleTextRole))
    model.set_transfer("id-2", TransferState(-1.0, "Waiting"))
    assert index.data(int(ProcessingRole.PERCENT)) is None
    model.set_transfer("id-2", None)
    assert index.data(int(ProcessingRole.TRANSFER)) is None


def test_a_name_is_edited_only_with_the_right_to(qtbot: QtBot, model: ProcessingsModel) -> None:
    asked: list[tuple[str, str]] = []
    model.rename_asked.connect(lambda key, name: asked.append((key, name)))
    index = model.index_of("id-1")
    assert not model.flags(index) & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(index, "New")
    model.may_rename = True
    assert model.flags(index) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index_of("id-1", Column.STATUS)) & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(index, "   ")
    assert not model.setData(index, "Processing 1")
    assert model.setData(index, "  New\n name ")
    assert asked == [("id-1", "New name")]
    assert index.data() == "Processing 1"  # until it is told that the name has changed


def test_the_filter_wants_every_word(shown: ProcessingsFilter) -> None:
    model = shown.sourceModel()
    model.put(a_processing(9, name="Harbour Roads", model_name="🌲 Forest", description="For the ferry"))
    shown.set_text("FOREST harb")
    assert names(shown) == ["Harbour Roads"]
    shown.set_text("harbour ferry")  # the service does not look into descriptions either
    assert names(shown) == []
    shown.set_text("")
    assert shown.rowCount() == 7
    assert not shown.is_filtering


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (StatusGroup.ALL, set(Status)),
        (StatusGroup.RUNNING, {Status.UNPROCESSED, Status.IN_PROGRESS, Status.AWAITING}),
        (StatusGroup.READY, {Status.OK}),
        (StatusGroup.FAILED, {Status.FAILED}),
        (StatusGroup.STOPPED, {Status.CANCELLED, Status.REFUNDED}),
    ],
)
def test_the_status_filter(shown: ProcessingsFilter, group: StatusGroup, expected: set[Status]) -> None:
    shown.sourceModel().set_processings(
        a_processing(number, status=status) for number, status in enumerate(Status)
    )
    shown.set_group(group)
    held = {
        shown.index(row, 0).data(int(ProcessingRole.PROCESSING)).status for row in range(shown.rowCount())
    }
    assert held == expected
    assert group_title(group)


def test_a_row_that_comes_to_pass_the_filter_appears(shown: ProcessingsFilter) -> None:
    shown.set_group(StatusGroup.FAILED)
    assert shown.rowCount() == 0
    shown.sourceModel().put(a_processing(2, status=Status.FAILED))
    assert names(shown) == ["Processing 2"]


def test_every_column_sorts_by_what_it_means(shown: ProcessingsFilter) -> None:
    shown.sourceModel().set_processings(
        [
            a_processing(1, name="beta", area_m2=9e6, cost=2.5, created=NOON),
            a_processing(2, name="Alpha", area_m2=None, cost=10.0, created=None, status=Status.FAILED),
            a_processing(
                3, name="gamma", area_m2=10e6, cost=None, created=NOON + timedelta(days=1),
                status=Status.IN_PROGRESS, percent=40,
            ),
            a_processing(
                4, name="delta", area_m2=5e6, cost=9.0, created=NOON - timedelta(days=1),
                status=Status.IN_PROGRESS, percent=90,
            ),
        ]
    )  # fmt: skip
    rising = Qt.SortOrder.AscendingOrder
    expected = {
        Column.NAME: ["Alpha", "beta", "delta", "gamma"],
        Column.AREA: ["Alpha", "delta", "beta", "gamma"],
        Column.COST: ["gamma", "beta", "delta", "Alpha"],
        Column.CREATED: ["Alpha", "delta", "beta", "gamma"],
        Column.STATUS: ["delta", "gamma", "beta", "Alpha"],
    }
    for column, order in expected.items():
        shown.sort(int(column), rising)
        assert names(shown) == order, column


def test_text_of_the_service_is_never_markup(model: ProcessingsModel) -> None:
    model.put(a_processing(1, name="<b>bold</b> & more", messages=(Message("", {}, "<img src=x>"),)))
    tip = model.index_of("id-1").data(int(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in tip
    assert "<img" not in tip


def test_states_in_words() -> None:
    assert len({state_word(status) for status in Status}) == len(Status)
    assert len({state_word(state) for state in STATES}) == len(STATES)
    assert status_text(a_processing(1, status=Status.IN_PROGRESS, percent=43)) == "Running, 43\u00a0%"
    assert status_text(a_processing(1, status=Status.IN_PROGRESS)) == "Running"
    assert status_text(a_processing(1, status=Status.IN_PROGRESS, percent=1)) == "Running, 1\u00a0%"
    assert status_text(a_processing(1, status=Status.IN_PROGRESS, percent=0)) == "Queued"
    assert status_text(a_processing(1, percent=100)) == "Ready"
    twice = (Message("", {}, "No imagery."), Message("", {}, "No imagery."))
    assert len(reasons(a_processing(1, messages=twice))) == 1


def test_an_answer_older_than_a_start_or_a_deletion_does_not_undo_it() -> None:
    clock = [0.0]
    listing = RecentChanges(lambda: clock[0])
    old = (a_processing(1), a_processing(2))
    listing.note_started(a_processing(3))
    listing.note_deleted("id-2")
    assert [item.id for item in listing.merged(old, "project")] == ["id-1", "id-3"]
    heard = (a_processing(1), a_processing(3, percent=5))
    assert listing.merged(heard, "project")[1].percent == 5
    assert [item.id for item in listing.merged(old, "project")] == ["id-1"]  # 3 was heard of: now it is gone
    clock[0] = GRACE_S + 1
    assert [item.id for item in listing.merged(old, "project")] == ["id-1", "id-2"]
    elsewhere = (a_processing(5, project_id="other"), a_processing(6, project_id=""))
    assert [item.id for item in listing.merged(elsewhere, "project")] == ["id-6"]


# painting


def icon_of(colour: str) -> QIcon:
    pixmap = QPixmap(QSize(16, 16))
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)


@pytest.fixture
def view(qtbot: QtBot, shown: ProcessingsFilter) -> QTreeView:
    view = QTreeView()
    qtbot.addWidget(view)
    view.setRootIsDecorated(False)
    view.setModel(shown)
    view.setItemDelegate(ProcessingDelegate({Status.OK: icon_of("#0f7a3c")}, view))
    view.header().setStretchLastSection(False)
    for column in (Column.AREA, Column.COST, Column.CREATED):
        view.setColumnHidden(column, True)
    view.setColumnWidth(Column.NAME, 200)
    view.setColumnWidth(Column.STATUS, 110)
    view.resize(340, 300)
    view.show()
    return view


def cell(view: QTreeView, key: str, column: Column) -> QImage:
    index = view.model().mapFromSource(view.model().sourceModel().index_of(key, column))
    return view.viewport().grab(view.visualRect(index)).toImage()


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_finished_row_has_its_icon_and_a_running_one_a_bar(view: QTreeView) -> None:
    model = view.model().sourceModel()
    assert "#0f7a3c" in colours(cell(view, "id-1", Column.STATUS))
    model.put(a_processing(1, status=Status.IN_PROGRESS, percent=5))
    early = cell(view, "id-1", Column.STATUS)
    assert "#0f7a3c" not in colours(early)
    model.put(a_processing(1, status=Status.IN_PROGRESS, percent=95))
    late = cell(view, "id-1", Column.STATUS)
    # the bar of 95 % fills what the bar of 5 % leaves empty: somewhere in its middle they differ
    columns = range(early.width() // 4, early.width() // 3)
    middle = early.height() // 3
    assert all(early.pixelColor(x, middle) != late.pixelColor(x, middle) for x in columns)


def test_a_transfer_is_painted_as_a_bar(view: QTreeView) -> None:
    before = cell(view, "id-1", Column.STATUS)
    view.model().sourceModel().set_transfer("id-1", TransferState(0.5, "Downloading"))
    after = cell(view, "id-1", Column.STATUS)
    assert before != after
    assert "#0f7a3c" not in colours(after)


def test_rows_have_two_lines_and_hidden_columns_speak_in_the_second(view: QTreeView) -> None:
    index = view.model().index(0, 0)
    assert view.visualRect(index).height() >= view.fontMetrics().height() * 1.8
    before = cell(view, "id-1", Column.NAME)
    view.setColumnHidden(Column.COST, False)
    assert cell(view, "id-1", Column.NAME) != before  # the cost has a column of its own now


def test_every_state_can_be_painted_chosen_and_disabled(view: QTreeView) -> None:
    view.model().sourceModel().set_processings(
        a_processing(number, status=status, name="long " * 40, percent=None)
        for number, status in enumerate(Status)
    )
    view.selectAll()
    assert not view.grab().isNull()
    view.setEnabled(False)
    assert not view.grab().isNull()


def test_the_name_is_edited_in_the_row(qtbot: QtBot, view: QTreeView) -> None:
    model = view.model().sourceModel()
    model.may_rename = True
    index = view.model().mapFromSource(model.index_of("id-1"))
    view.edit(index)
    editor = view.findChild(QLineEdit, "processingNameEdit")
    assert editor.text() == "Processing 1"
    assert view.visualRect(index).contains(editor.geometry().center())
    editor.setText("Better")
    with qtbot.waitSignal(model.rename_asked) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == ["id-1", "Better"]


def test_very_many_rows_come_in_turns_those_on_top_first(qtbot: QtBot) -> None:
    model = ProcessingsModel()
    shown = ProcessingsFilter(model)
    shown.sort(Column.CREATED, Qt.SortOrder.DescendingOrder)
    changes = Changes(model)
    count = 2 * AT_ONCE + AT_ONCE // 2
    model.set_processings(a_processing(number) for number in range(count))
    assert changes.heard == [("in", 0, AT_ONCE - 1)]
    newest = [f"Processing {number}" for number in range(count - 1, count - 1 - AT_ONCE, -1)]
    assert names(shown) == newest, "what is on top comes first"
    qtbot.waitUntil(lambda: model.rowCount() == count)
    assert changes.heard[1:] == [("in", AT_ONCE, 2 * AT_ONCE - 1), ("in", 2 * AT_ONCE, count - 1)]
    assert names(shown)[:AT_ONCE] == newest


def test_what_is_still_to_come_can_be_told_anew_or_taken_out(qtbot: QtBot) -> None:
    model = ProcessingsModel()
    model.set_processings(a_processing(number) for number in range(AT_ONCE + 3))
    changes = Changes(model)
    model.put(a_processing(0, name="At once"))
    model.remove("id-1")
    qtbot.waitUntil(lambda: model.rowCount() == AT_ONCE + 2)
    assert model.processing("id-0") == a_processing(0, name="At once")
    assert model.processing("id-1") is None
    assert changes.heard == [("in", AT_ONCE, AT_ONCE), ("in", AT_ONCE + 1, AT_ONCE + 1)]
    model.set_processings(())
    model.set_processings(a_processing(number) for number in range(AT_ONCE + 3))
    model.set_processings([a_processing(7)])
    assert [each.id for each in model.processings()] == ["id-7"], (
        "and what was to come is not wanted any more"
    )


def test_a_change_of_status_leaves_the_order_by_date_alone(model: ProcessingsModel) -> None:
    columns: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda top, bottom, _roles: columns.append((top.column(), bottom.column())))
    model.put(a_processing(2, status=Status.FAILED))
    model.put(a_processing(3, cost=1.0))
    model.put(a_processing(4, created=NOON))
    assert columns == [(0, Column.STATUS), (0, Column.COST), (0, Column.CREATED)]
