"""Inside QGIS: how long the list of processings takes to be filled and paged, beside a plain item model."""

from __future__ import annotations

import dataclasses
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from desktop_jobs.paged_list import asked, measured, paged, plainly_listed
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QStandardItem, QStandardItemModel
from qgis.PyQt.QtWidgets import QTreeView
from qgis.utils import plugins

from desktop import steps
from desktop.hands import Desk
from mapflow_dock.api.processings import Processing, Status
from mapflow_dock.ui.processings.page import ProcessingsPage

FIRST = datetime(2026, 1, 1, tzinfo=timezone.utc)
STATUSES = (Status.OK, Status.IN_PROGRESS, Status.FAILED)


def run(desk: Desk) -> dict[str, dict[str, float]]:
    """Times by what was measured."""
    steps.arrange_window(desk)
    count, changed = desk.settings["rows"], range(0, desk.settings["rows"], 100)
    before = [_processing(number, count) for number in range(count)]
    after = list(before)
    for row in changed:
        after[row] = dataclasses.replace(before[row], status=Status.IN_PROGRESS, percent=77)
    after = [dataclasses.replace(each) for each in after]  # as from another answer of the service
    told = {**_plain(desk, before, after), **_own(desk, before, after)}
    steps.open_dock(desk)
    asked(f"{desk.settings['url']}/pages")
    asked(f"{desk.settings['url']}/empty")
    told |= paged(desk)
    told |= plainly_listed(desk)
    return told


def _processing(number: int, count: int) -> Processing:
    return Processing(
        id=f"id-{number}",
        name=f"Buildings of district {number}",
        status=STATUSES[number % len(STATUSES)],
        percent=40,
        project_id="project",
        model_name="Buildings",
        area_m2=1e6 + number,
        cost=float(number % 50),
        created=FIRST + timedelta(minutes=number * 7919 % count),
    )


def _own(desk: Desk, before: list[Processing], after: list[Processing]) -> dict[str, dict[str, float]]:
    standby = plugins["mapflow_dock"].standby
    page = ProcessingsPage(standby.session, standby.monitor, desk.canvas)
    page.listStack.setCurrentWidget(page.listPage)
    page.resize(380, 700)
    page.show()
    desk.settle()
    model, shown = page.model, page.processingsView.model()

    def is_filled() -> bool:
        return shown.rowCount() == len(before)

    told = {
        "fill": measured(desk, lambda: model.set_processings(before), is_filled),
        "again": measured(desk, lambda: model.set_processings(after), is_filled),
    }
    page.close()
    page.deleteLater()
    return told


def _plain(desk: Desk, before: list[Processing], after: list[Processing]) -> dict[str, dict[str, float]]:
    view, model = QTreeView(), QStandardItemModel(0, 5)
    view.setUniformRowHeights(True)
    view.setModel(model)
    view.resize(380, 700)
    view.show()
    desk.settle()

    def fill() -> None:
        for each in before:
            model.appendRow([QStandardItem(text) for text in _texts(each)])
        model.sort(4, Qt.SortOrder.DescendingOrder)

    def refresh() -> None:
        for row, (was, now) in enumerate(zip(before, after, strict=True)):
            if was != now:
                model.item(row, 1).setText(_texts(now)[1])

    told = {
        "fill_plain": measured(desk, fill, lambda: True),
        "again_plain": measured(desk, refresh, lambda: True),
    }
    view.close()
    view.deleteLater()
    return told


def _texts(processing: Processing) -> list[str]:
    facts = (processing.status.value, processing.area_m2, processing.cost, processing.created)
    return [processing.name, *(str(fact) for fact in facts)]
