"""How the user hears that a processing ended: in the dock, or over the map when the dock is not in view."""

from __future__ import annotations

import pytest
from processings_service import record
from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QToolButton

from mapflow_dock.api.settings import ADD_WHEN_READY
from mapflow_dock.ui.widgets.elsewhere_notices import MOST_AT_ONCE

LEFT = Qt.MouseButton.LeftButton
COARSE = {"code": "source-validator.PixelSizeTooHigh", "parameters": {"max_res": "1.2", "actual_res": "5"}}


def sentences(bar):
    return [label.text() for item in bar.items() for label in item.findChildren(QLabel) if label.wordWrap()]


def button(bar, text):
    found = [one for item in bar.items() for one in item.findChildren(QToolButton) if one.text() == text]
    return found[0] if found else None


def end(service, monitor, qtbot, number, **values):
    """Let a processing that runs end as `values` say."""
    service.records = [held for held in service.records if held["id"] != f"id-{number}"]
    service.records.append(record(number, status="IN_PROGRESS", percentCompleted=50))
    with qtbot.waitSignal(monitor.listed):
        monitor.refresh()
    service.records[-1] = record(number, **values)
    with qtbot.waitSignal(monitor.ended):
        monitor.refresh()


def test_in_view_the_row_says_that_it_is_ready_and_the_dock_why_it_failed(
    page, service, monitor, main_bar, qtbot
):
    end(service, monitor, qtbot, 1)
    end(service, monitor, qtbot, 3, reviewStatus={"reviewStatus": "IN_REVIEW", "inReviewUntil": None})
    assert page.notices == []
    end(service, monitor, qtbot, 2, status="FAILED", messages=[COARSE])
    assert [notice.level for notice in page.notices] == [Qgis.MessageLevel.Warning]
    assert "too coarse" in page.notices[0].text
    assert not main_bar.items()


@pytest.mark.parametrize("is_in_view", [True, False])
def test_results_are_added_by_themselves_where_that_is_wished(
    page, service, monitor, main_bar, canvas, qtbot, is_in_view
):
    ADD_WHEN_READY.write(True)
    page.setVisible(is_in_view)
    with qtbot.waitSignal(page.results.adding.added, timeout=20_000):
        end(service, monitor, qtbot, 1)
    assert QgsProject.instance().mapLayers()
    assert sentences(main_bar) == []
    assert [notice.text for notice in page.notices] == ["“Processing 1” is on the map: 3 objects."]
    end(service, monitor, qtbot, 2, status="FAILED", messages=[COARSE])
    assert "“Processing 2” failed" in " ".join([*sentences(main_bar), *(each.text for each in page.notices)])


@pytest.mark.parametrize("settle", ["added", "deleted", "looked at"])
def test_what_was_said_over_the_map_goes_once_it_is_settled(page, service, monitor, main_bar, qtbot, settle):
    page.hide()
    end(service, monitor, qtbot, 1)
    end(service, monitor, qtbot, 2)
    told = ["Mapflow Dock: “Processing 2” is ready", "Mapflow Dock: “Processing 1” is ready"]
    assert [text.split(" (")[0] for text in sentences(main_bar)] == told
    if settle == "added":
        page.add_results([page.model.processing("id-1")])
        qtbot.waitUntil(lambda: len(main_bar.items()) == 1, timeout=20_000)
    elif settle == "deleted":
        page.commands.changes.delete([page.model.processing("id-1")])
        qtbot.waitUntil(lambda: len(main_bar.items()) == 1, timeout=20_000)
    else:
        page.show()
        qtbot.waitUntil(lambda: main_bar.items() == [])
        return
    assert "Processing 2" in sentences(main_bar)[0]


def test_out_of_view_it_is_said_over_the_map_and_adds_from_there(
    page, service, monitor, main_bar, canvas, qtbot
):
    page.hide()
    end(service, monitor, qtbot, 1)
    assert page.notices == []
    assert sentences(main_bar) == ["Mapflow Dock: “Processing 1” is ready (1.24\u00a0km², 12\u00a0credits)."]
    with qtbot.waitSignal(page.results.adding.added, timeout=20_000):
        qtbot.mouseClick(button(main_bar, "Add to Map"), LEFT)
    assert not sentences(main_bar)  # its work is done
    assert QgsProject.instance().mapLayers()


def test_a_failure_is_a_warning_with_its_reasons(page, service, monitor, main_bar, qtbot):
    page.hide()
    end(service, monitor, qtbot, 1, status="FAILED", messages=[COARSE])
    text = sentences(main_bar)[0]
    assert "“Processing 1” failed." in text
    assert "too coarse" in text
    assert main_bar.items()[0].level() == Qgis.MessageLevel.Warning
    assert button(main_bar, "Details…") is not None
    assert button(main_bar, "Add to Map") is None


@pytest.mark.parametrize(
    ("review", "text"),
    [
        ("ACCEPTED", "“Processing 1” is ready (1.24\u00a0km², 12\u00a0credits)."),
        ("IN_REVIEW", "“Processing 1” has a result. In review."),
        ("NOT_ACCEPTED", "“Processing 1” has a result. Not accepted."),
    ],
)
def test_what_is_in_review_is_not_said_to_be_ready(page, service, monitor, main_bar, qtbot, review, text):
    page.hide()
    end(service, monitor, qtbot, 1, reviewStatus={"reviewStatus": review, "inReviewUntil": None})
    assert sentences(main_bar) == [f"Mapflow Dock: {text}"]
    assert button(main_bar, "Add to Map") is not None


def test_text_of_the_service_stays_text(page, service, monitor, main_bar, qtbot):
    page.hide()
    end(service, monitor, qtbot, 1, name="<img src='x'><b>loud</b>")
    label = next(label for label in main_bar.items()[0].findChildren(QLabel) if label.wordWrap())
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_batch_does_not_bury_the_map(page, service, monitor, main_bar, qtbot):
    page.hide()
    for number in range(1, MOST_AT_ONCE + 4):
        end(service, monitor, qtbot, number)
    assert len(main_bar.items()) == MOST_AT_ONCE


def test_closing_takes_the_messages_back(page, service, monitor, main_bar, qtbot):
    page.hide()
    end(service, monitor, qtbot, 1)
    end(service, monitor, qtbot, 2)
    main_bar.popWidget(main_bar.items()[0])  # one was closed by the user
    main_bar.pushMessage("Somebody else's")
    page.notifications.close()
    assert sentences(main_bar) == []
    assert len(main_bar.items()) == 1


def test_signing_out_takes_the_messages_back(page, service, session, monitor, main_bar, qtbot):
    page.hide()
    end(service, monitor, qtbot, 1)
    main_bar.pushMessage("Somebody else's")
    session.sign_out()
    assert sentences(main_bar) == []
    assert len(main_bar.items()) == 1
    with qtbot.waitSignal(session.project_changed):
        session.sign_in("demo@example.org:key", service.url, remember=False)
    end(service, monitor, qtbot, 2)
    assert "Processing 2" in sentences(main_bar)[0]


def run_one(service, monitor, qtbot, *numbers):
    service.records = [record(number, status="IN_PROGRESS", percentCompleted=5) for number in numbers]
    with qtbot.waitSignal(monitor.listed):
        monitor.refresh()


def test_what_was_deleted_elsewhere_is_told_by_its_name_and_leaves_the_list(
    page, service, monitor, main_bar, qtbot
):
    page.hide()
    run_one(service, monitor, qtbot, 1)
    service.records = []
    with qtbot.waitSignal(monitor.lost):
        monitor.refresh()
    (text,) = sentences(main_bar)
    assert "“Processing 1” was running and is not there any more" in text
    assert page.model.rowCount() == 0


def test_many_that_were_deleted_elsewhere_are_told_at_once(page, service, monitor, main_bar, qtbot):
    page.hide()
    run_one(service, monitor, qtbot, 1, 2, 3)
    service.records = []
    with qtbot.waitSignal(monitor.lost):
        monitor.refresh()
    (text,) = sentences(main_bar)
    assert "3 processings that were running are not there any more" in text


def test_what_was_deleted_here_is_not_told_of(page, service, monitor, main_bar, qtbot):
    run_one(service, monitor, qtbot, 1)
    page.commands.changes.delete(page.model.processings())
    qtbot.waitUntil(lambda: service.records == [] and page.model.rowCount() == 0)
    monitor.refresh()
    qtbot.waitUntil(lambda: not monitor.is_polling)
    assert page.notices == []
    assert sentences(main_bar) == []
