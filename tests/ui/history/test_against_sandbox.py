"""The history of an account with a past, read from the sandbox in both dialects."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime

import pytest
import requests
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QFileDialog

from mapflow_dock.api.history import HistoryField
from mapflow_dock.api.processings import Status
from mapflow_dock.ui.history.model import Column

COUNT = 700
PATIENCE_MS = 20_000


@pytest.fixture
def rows(past):
    """What the service says, asked for by another client than the plugin's."""
    separator = {"deployed": ",", "reference": ":"}[past.dialect]
    answer = requests.post(
        f"{past.url}/processings/stats",
        params={"type": "JSON"},
        json={"page": 1, "perPage": 1000, "sort": f"created{separator}desc"},
        headers={"Authorization": f"Basic {past.basic}"},
        timeout=30,
    )
    return answer.json()["results"]


def loaded(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.loading.is_complete and not dialog.loading.is_asking, timeout=PATIENCE_MS)


def shown(dialog, column=Column.NAME):
    model = dialog.table.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def choose(combo, data):
    combo.setCurrentIndex(next(row for row in range(combo.count()) if combo.itemData(row) == data))


@pytest.mark.both_dialects
def test_all_of_it_is_listed_and_added_up(dialog, rows):
    assert shown(dialog) == [row["name"] for row in rows]
    assert dialog.loading.cost == pytest.approx(sum(row["cost"] for row in rows))
    assert dialog.loading.area_m2 == pytest.approx(sum(row["area"] for row in rows))
    assert dialog.historySums.text().startswith("700 processings · ")


@pytest.mark.both_dialects
def test_filters_and_order_are_those_of_the_service(qtbot, dialog, rows):
    choose(dialog.historyProjectCombo, "Rivers & Lakes")  # a name that no filter can tell
    choose(dialog.historyModelCombo, rows[0]["scenario"])
    choose(dialog.historyStatusCombo, Status.OK)
    choose(dialog.historyArchiveCombo, True)
    dialog.historyView.header().setSortIndicator(Column.COST, Qt.SortOrder.AscendingOrder)
    loaded(qtbot, dialog)
    expected = [
        row
        for row in rows
        if (row["projectName"], row["scenario"], row["status"], row["archived"])
        == ("Rivers & Lakes", rows[0]["scenario"], "OK", True)
    ]
    assert expected
    assert sorted(shown(dialog)) == sorted(row["name"] for row in expected)
    costs = [entry.cost for entry in dialog.loading.entries]
    assert costs == sorted(costs)
    assert len(set(costs)) > 1
    assert dialog.loading.query.sort_by is HistoryField.COST
    dialog.filters.clear()
    loaded(qtbot, dialog)
    assert len(shown(dialog)) == COUNT


def test_months_and_models_add_up(dialog, rows):
    sums = defaultdict(float)
    for row in rows:
        moment = datetime.fromisoformat(row["created"]).astimezone()
        sums[moment.year, moment.month, row["scenario"]] += row["cost"]
    told = {
        (*month.month, model): amount.credits
        for month in dialog.months.chart._months
        for model, amount in month.by_model.items()
    }
    assert told == pytest.approx(dict(sums))
    top = dialog.months.model.item(0)
    now = datetime.now(UTC).astimezone()
    assert top.text() == f"{now:%B} {now.year}"
    assert top.rowCount() > 0


@pytest.mark.both_dialects
def test_the_service_s_own_csv_is_saved_whole(qtbot, dialog, rows, tmp_path):
    path = tmp_path / "history.csv"
    dialog.save_all.trigger()
    dialog.saving._choice._dialog.fileSelected.emit(str(path))
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    with path.open(encoding="utf-8-sig", newline="") as file:
        saved = list(csv.DictReader(file))
    assert [row["name"] for row in saved] == [row["name"] for row in rows]
    assert sum(float(row["cost"]) for row in saved) == pytest.approx(sum(row["cost"] for row in rows))
    qtbot.waitUntil(lambda: "700 processings were saved" in dialog.historyNote.text())
    assert list(tmp_path.glob("*.part")) == []


def test_what_is_listed_is_saved_and_copied(qtbot, dialog, rows, tmp_path):
    view = dialog.historyView
    for row in (2, 0):
        index = dialog.table.model.index(row, 0)
        flags = view.selectionModel().SelectionFlag
        view.selectionModel().select(index, flags.Select | flags.Rows)
    dialog.save_shown.trigger()
    dialog.saving._choice._dialog.fileSelected.emit(str(tmp_path / "some"))
    with (tmp_path / "some.csv").open(encoding="utf-8-sig", newline="") as file:
        saved = list(csv.DictReader(file))
    assert [row["name"] for row in saved] == [rows[0]["name"], rows[2]["name"]]
    assert [float(row["area_m2"]) for row in saved] == [rows[0]["area"], rows[2]["area"]]
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text().splitlines()
    assert copied[0].split("\t")[:2] == ["Created", "Name"]
    assert [line.split("\t")[1] for line in copied[1:]] == [rows[0]["name"], rows[2]["name"]]


def test_a_file_that_cannot_be_written_is_told_of(qtbot, dialog, tmp_path):
    (tmp_path / "taken.csv").mkdir()
    for action in (dialog.save_shown, dialog.save_all):
        action.trigger()
        assert isinstance(dialog.saving._choice._dialog, QFileDialog)
        dialog.saving._choice._dialog.fileSelected.emit(str(tmp_path / "taken.csv"))
        qtbot.waitUntil(lambda: "cannot be written" in dialog.historyNote.text(), timeout=PATIENCE_MS)
        dialog._on_saving("")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken.csv"]


def test_offline_what_came_stays_and_can_be_asked_for_again(qtbot, dialog, past):
    past.process.stop()
    dialog.historyRefreshButton.click()
    qtbot.waitUntil(lambda: dialog.loading.error is not None, timeout=PATIENCE_MS)
    assert dialog.historyEmptyLabel.text() == dialog.loading.error.sentence
    past.process.start()
    dialog.historyRemedyButton.click()
    qtbot.waitUntil(
        lambda: dialog.loading.error is not None or dialog.loading.is_complete, timeout=PATIENCE_MS
    )


def test_another_sign_out_empties_it(qtbot, dialog, session):
    session.sign_out()
    qtbot.waitUntil(lambda: not shown(dialog))
    assert json.dumps(dialog.historySums.text()) == '""'
