"""How long a processing takes by now, and how old the news of it are, in its row; in QGIS and on Qt 6 alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QRect, Qt
from qgis.PyQt.QtGui import QFont, QFontMetrics
from qgis.PyQt.QtWidgets import QTreeView

from mapflow_dock.api.processings import Processing, Status
from mapflow_dock.jobs.results.transfers import TransferState
from mapflow_dock.text.quantities import elapsed_text
from mapflow_dock.ui.processings.list import delegate
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.delegate import ProcessingDelegate
from mapflow_dock.ui.processings.list.model import ProcessingRole, ProcessingsModel
from mapflow_dock.ui.processings.list.times import RowTimes
from mapflow_dock.ui.widgets.rows.painting import small_font

NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)
SINCE, NEWS = int(ProcessingRole.SINCE), int(ProcessingRole.NEWS)


def running(percent: int = 5, **values: object) -> Processing:
    known: dict[str, object] = {"status": Status.IN_PROGRESS, "created": NOON, "model_name": "Buildings"}
    return Processing("a", "Harbour", percent=percent, **{**known, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-30, "under\u00a01\u00a0min"),
        (59, "under\u00a01\u00a0min"),
        (60, "1\u00a0min"),
        (119 * 60, "119\u00a0min"),
        (2 * 3600, "2\u00a0h"),
        (47 * 3600, "47\u00a0h"),
        (50 * 3600, "2\u00a0days"),
    ],
)
def test_time_that_passes_is_told_in_one_unit(qapp: object, seconds: int, text: str) -> None:
    assert elapsed_text(NOON, NOON + timedelta(seconds=seconds)) == text


def test_what_runs_does_so_since_it_was_made_and_has_the_services_news(qapp: object) -> None:
    model = ProcessingsModel()
    model.put(running(updated=NOON + timedelta(minutes=7)))
    index = model.index_of("a")
    assert index.data(SINCE) == NOON
    assert index.data(NEWS) == NOON + timedelta(minutes=7)
    model.put(running(status=Status.OK))
    assert index.data(SINCE) is None
    assert index.data(NEWS) is None


def test_what_runs_again_does_so_since_then_and_each_change_is_news() -> None:
    clock = [NOON]
    times = RowTimes(lambda: clock[0])
    failed = running(status=Status.FAILED)
    clock[0] = NOON + timedelta(days=3)
    times.note(failed, running(0))
    assert times.since(running(0)) == clock[0], "not since it was made, three days ago"
    clock[0] += timedelta(minutes=5)
    times.note(running(0), running(20))
    assert times.since(running(20)) == NOON + timedelta(days=3)
    assert times.news(running(20)) == clock[0]
    times.forget(["a"])
    assert times.since(running(20)) == NOON
    assert times.news(running(20)) is None


def test_the_row_says_both_and_its_tool_tip_and_a_screen_reader_do_too(qtbot: QtBot) -> None:
    now = datetime.now(UTC)
    model = ProcessingsModel()
    model.put(running(created=now - timedelta(minutes=12), updated=now - timedelta(minutes=3)))
    tip = model.index_of("a").data(int(Qt.ItemDataRole.ToolTipRole))
    assert "Under way for 12\u00a0min" in tip
    assert "Last news: " in tip
    spoken = model.index_of("a", Column.STATUS).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "Running, 5\u00a0%, for 12\u00a0min, news 3\u00a0min ago"


def test_queued_is_said_and_no_bar_shown(qtbot: QtBot) -> None:
    model = ProcessingsModel()
    model.put(running(0))
    index = model.index_of("a", Column.STATUS)
    assert index.data() == "Queued"
    assert index.data(int(ProcessingRole.PERCENT)) is None


def test_what_is_done_with_a_result_is_told_whole_in_the_tool_tip(qtbot: QtBot) -> None:
    model = ProcessingsModel()
    model.put(running(status=Status.OK))
    model.set_transfer("a", TransferState(-1.0, "Waiting for your answer"))
    for column in Column:
        tip = model.index_of("a", column).data(int(Qt.ItemDataRole.ToolTipRole))
        assert "Its result: Waiting for your answer" in tip


def test_rows_are_painted_anew_with_their_times(qtbot: QtBot) -> None:
    now = datetime.now(UTC)
    model = ProcessingsModel()
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setItemDelegate(ProcessingDelegate({}, view))
    view.setColumnHidden(Column.CREATED, True)
    view.resize(500, 200)
    view.setColumnWidth(Column.STATUS, 180)
    view.show()
    seen = []
    for minutes in (12, 55):
        model.put(running(created=now - timedelta(minutes=minutes)))
        cell = view.visualRect(model.index_of("a", Column.STATUS))
        seen.append(view.viewport().grab(cell).toImage())
    assert seen[0] != seen[1]


@pytest.mark.parametrize(
    ("more_px", "below"), [(60, "Running, 12\u00a0min"), (0, "for 12\u00a0min")], ids=["wide", "narrow"]
)
def test_how_long_it_runs_is_not_cut_in_a_narrow_column(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, more_px: int, below: str
) -> None:
    drawn: list[str] = []

    def draw(_painter: object, _option: object, room: QRect, text: str, font: QFont, **_how: object) -> None:
        assert QFontMetrics(font).horizontalAdvance(text) <= room.width()
        drawn.append(text)

    monkeypatch.setattr(delegate, "draw_text", draw)
    model = ProcessingsModel()
    model.put(running(created=datetime.now(UTC) - timedelta(minutes=12)))
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setItemDelegate(ProcessingDelegate({}, view))
    for column in set(Column) - {Column.STATUS}:
        view.setColumnHidden(column, True)
    view.header().setStretchLastSection(False)
    words = QFontMetrics(small_font(view.font())).horizontalAdvance("Running, 12\u00a0min")
    view.setColumnWidth(Column.STATUS, words + more_px)  # a cell has margins
    view.show()
    view.viewport().grab()
    assert drawn[-1] == below
