"""The list of projects: what is told of their processings, and its orders, beside what the sandbox has."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from past_account import PastAccount
from qgis.PyQt.QtWidgets import QComboBox

from mapflow_dock.api.projects import Project, ProjectOrder, read_project
from mapflow_dock.api.session import Session
from mapflow_dock.api.settings import PROJECTS_ORDER
from mapflow_dock.ui.header.header import MapflowHeader
from mapflow_dock.ui.header.project_chooser import ProjectChooser
from mapflow_dock.ui.header.project_rows import SUMMARY_ROLE, counts_text

PATIENCE_MS = 30_000


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (None, ""),
        ({}, ""),
        ({"succeeded": None, "failed": None, "total": None}, ""),
        ({"succeeded": 0, "failed": 0, "total": None}, ""),  # others may run
        ({"succeeded": 0, "failed": 0, "total": 0, "refunded": 0, "canceled": 0}, "no processings"),
        ({"succeeded": 0, "failed": 0, "total": 1}, "one processing"),
        ({"succeeded": 0, "failed": 0, "total": 1200}, "1,200 processings"),
        (
            {"succeeded": 12, "failed": 3, "total": 18, "refunded": 1, "canceled": 2},
            "12 ready, 3 failed, 2 cancelled, 1 refunded",
        ),
        ({"failed": 3}, "3 failed"),
        ({"succeeded": -4, "failed": "many"}, ""),
    ],
)
def test_what_is_not_known_is_no_zero(counts, text):
    project = read_project({"id": "p", "name": "One", "processingCounts": counts})
    assert counts_text(project) == text


def test_what_pages_told_of_a_project_stays_when_it_is_told_of_alone(qtbot):
    combo = QComboBox()
    qtbot.addWidget(combo)
    combo.setEditable(True)
    chooser = ProjectChooser(combo)
    listed = Project("p1", "One", succeeded=2, failed=1, processings=3)
    chooser.model.keep(listed)
    chooser.set_current(replace(listed, succeeded=None, failed=None, processings=None, description="more"))
    row = chooser.model.project(0)
    assert (row.succeeded, row.failed, row.processings, row.description) == (2, 1, 3, "more")
    chooser.close()


def test_projects_are_sorted_as_chosen_and_tell_their_counts(sandbox, qtbot):
    running = sandbox.start(processings=40)
    past = PastAccount(running)
    session = Session()
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(running.basic, running.url, remember=False)
    header = MapflowHeader(session)
    qtbot.addWidget(header)
    header.show()
    told = past.ask("GET", "/projects")
    model = header.chooser.model

    def names():
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    expected = {
        ProjectOrder.NAME: sorted((each["name"] for each in told), key=str.casefold),
        ProjectOrder.CREATED: [
            each["name"] for each in sorted(told, key=lambda each: each["created"], reverse=True)
        ],
    }
    actions = dict(zip(ProjectOrder, header.project_menu.order_menu.actions(), strict=True))
    assert actions[ProjectOrder.CHANGED].isChecked()
    for order, wanted in expected.items():
        actions[order].trigger()
        qtbot.waitUntil(lambda wanted=wanted: names() == wanted, timeout=PATIENCE_MS)
        assert PROJECTS_ORDER.read() == order.name
    states = {key: Counter(row["status"] for row in past.rows(key)) for key in past.projects}
    for row in range(model.rowCount()):
        project = model.project(row)
        assert project.failed == states[project.id]["FAILED"]
        summary = model.index(row, 0).data(SUMMARY_ROLE)
        if project.failed:
            assert f"{project.failed} failed" in summary
    header.close()
    session.close()
