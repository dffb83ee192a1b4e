"""Whatever the service calls its things: names are shown as they are, never taken for markup, and push nothing out."""

from __future__ import annotations

import pytest
from hostile_service import HostileService
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QToolButton,
)
from shown_texts import MARK, crowded, faults, guessed, hostile, kinds_seen
from upload_service import let_tasks_end, rasters

from mapflow_dock.jobs.uploads.batch import UploadTarget
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.layers.rasters.source import sources_of_paths
from mapflow_dock.ui.dock import MapflowDock
from mapflow_dock.ui.standby import Standby
from mapflow_dock.ui.uploads.dialog import UploadDialog

__all__ = ["rasters"]
PATIENCE_MS = 20_000


@pytest.fixture
def service():
    with HostileService() as service:
        yield service


@pytest.fixture
def tasks():
    """The titles of the tasks that begin."""
    titles = []
    manager = QgsApplication.taskManager()

    def note(number):
        titles.append(manager.task(number).description())

    manager.taskAdded.connect(note)
    yield titles
    manager.taskAdded.disconnect(note)


@pytest.fixture
def dock(session, qgis_iface, canvas, main_bar, results, tasks, monkeypatch, qtbot):
    monkeypatch.setattr(qgis_iface, "mapCanvas", lambda: canvas)  # its own would go on drawing in later tests
    monkeypatch.setattr(qgis_iface, "messageBar", lambda: main_bar)
    standby = Standby(lambda: session)
    dock = MapflowDock(standby, qgis_iface)
    qtbot.addWidget(dock)
    dock.resize(380, 900)
    dock.show()
    qtbot.waitUntil(lambda: dock.is_filled)
    dock.standby = standby
    yield dock
    dock.close()
    standby.close()
    QgsProject.instance().clear()


def tab(dock, qtbot, index):
    tabs = dock.contents.signed_in_page.tabs
    tabs.setCurrentIndex(index)
    page = tabs.widget(index).page
    qtbot.waitUntil(page.isVisible)
    return page


@pytest.fixture
def processings(dock, qtbot):
    page = tab(dock, qtbot, 1)
    dock.standby.monitor.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=PATIENCE_MS)
    return page


@pytest.fixture
def imagery(dock, qtbot):
    page = tab(dock, qtbot, 3)
    qtbot.waitUntil(lambda: page.tree.rowCount() > 0, timeout=PATIENCE_MS)
    page.list.open("m1")
    qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 2, timeout=PATIENCE_MS)
    return page


def close_dialogs():
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog) and dialog.isVisible():
            dialog.reject()


def check(*kinds):
    QApplication.processEvents()
    found, seen, full = faults(), kinds_seen(), crowded()
    close_dialogs()
    wrong = [*found, *full, *(f"nothing shows {kind}" for kind in sorted(set(kinds) - seen))]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def trigger(page, name):
    page.findChild(QAction, name).trigger()


def test_the_walk_finds_what_it_is_for(qtbot):
    label, button = QLabel(f"<b>{MARK}-name</b>"), QPushButton(f"<b>{MARK}-name</b>&amp;")
    for widget in (label, button):
        qtbot.addWidget(widget)
    assert len(faults()) == 2
    label.setTextFormat(Qt.TextFormat.PlainText)
    button.setText(f"<b>{MARK}-name</b>&&amp;")
    assert faults() == []
    label.setText("turned \u202e")
    button.setToolTip(f"<p>&lt;b&gt;{MARK}-name&lt;/b&gt;</p>")
    assert len(faults()) == 1
    label.clear()
    button.setToolTip(f"<b>{MARK}-name</b>")
    assert len(faults()) == 1


def test_the_header_and_the_form_to_run(dock, qtbot):
    tab(dock, qtbot, 0)
    qtbot.waitUntil(lambda: dock.contents.signed_in_page.header.chooser.model.rowCount() == 1)
    check("project", "model", "modelabout", "block", "blockabout", "provider", "user")
    assert dock.minimumSizeHint().width() <= 340


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        ("renameProjectAction", {"project"}),
        ("projectSharingAction", {"project", "member"}),
        ("deleteProjectAction", {"project"}),
        ("accountInfoAction", {"user", "model", "provider"}),
    ],
)
def test_the_dialogs_of_the_header(dock, qtbot, action, kinds):
    header = dock.contents.signed_in_page.header
    trigger(header, action)
    check(*kinds)


def test_the_question_before_a_start(dock, qtbot, service):
    page = tab(dock, qtbot, 0)
    page.foot._start._confirm(hostile("model"), 12, 100, hostile("note"))
    check("model", "note")


def test_the_list_of_processings(processings):
    check("processing", "model", "message")


@pytest.mark.parametrize("key", ["id-1", "id-2", "id-3"])
def test_the_details_of_a_processing(processings, qtbot, key):
    processings.list.choose(key)
    trigger(processings, "processingDetailsAction")
    qtbot.waitUntil(lambda: "part" in kinds_seen(), timeout=PATIENCE_MS)
    check("processing", "about", "meta", "part", "block", "providerid", "review")


@pytest.mark.parametrize("action", ["deleteProcessingsAction", "restartProcessingAction"])
def test_the_questions_about_a_processing(processings, qtbot, action):
    processings.list.choose("id-2")
    trigger(processings, action)
    assert question(processings) is not None
    check("processing")


def test_the_question_about_many_processings(processings):
    processings.processingsView.selectAll()
    trigger(processings, "deleteProcessingsAction")
    assert question(processings) is not None
    check("processing")


def test_what_fails_is_told_as_it_is(dock, processings, qtbot):
    processings.model.setData(processings.model.index_of("id-1"), "New name")
    bar = dock.contents.messageBar
    qtbot.waitUntil(lambda: bool(bar.items()), timeout=PATIENCE_MS)
    check("error", "processing")
    next(one for one in bar.findChildren(QToolButton) if one.text() == "Details…").click()
    check("error", "errorcode", "errorvalue")


def test_results_on_the_map_and_the_tasks_that_bring_them(processings, tasks, qtbot):
    processings.list.choose("id-1")
    processings.addResultButton.click()
    layers = QgsProject.instance().mapLayers
    qtbot.waitUntil(lambda: len(layers()) == 2, timeout=PATIENCE_MS)
    check("processing", "type", "othertype", "class0", "class1")
    trigger(processings, "areaAsLayerAction")
    qtbot.waitUntil(lambda: len(layers()) == 3, timeout=PATIENCE_MS)
    check("processing")
    tasks = [title for title in tasks if title != "Mapflow results on this computer"]  # looked for beforehand
    assert len(tasks) == 1
    # QGIS puts a title into the HTML of a tool tip, and into a list as it is
    in_tip = guessed("task", f"{tasks[0]}<br>a minute").shown
    assert in_tip.startswith(tasks[0])
    assert MARK in tasks[0]
    assert len(tasks[0]) < 120


def test_an_end_is_told_over_the_map(dock, processings, service, main_bar, qtbot):
    tab(dock, qtbot, 0)
    service.records[3]["status"] = "OK"
    dock.standby.monitor.refresh()
    qtbot.waitUntil(lambda: bool(main_bar.items()), timeout=PATIENCE_MS)
    check("processing")


def test_the_tree_of_imagery(imagery):
    check("mosaic", "image", "tag")


@pytest.mark.parametrize(
    ("action", "key", "kinds"),
    [
        ("imageryDetailsAction", "m1", {"mosaic", "tag"}),
        ("imageryDetailsAction", "a", {"image", "crs"}),
        ("imageryDetailsAction", "b", {"image", "preparation"}),
        ("deleteImageryAction", "m1", {"mosaic"}),
        ("deleteImageryAction", "a", {"image"}),
        ("editTagsAction", "m1", {"mosaic", "tag"}),
    ],
)
def test_the_dialogs_of_imagery(imagery, qtbot, action, key, kinds):
    imagery.list.choose([key])
    trigger(imagery, action)
    qtbot.waitUntil(
        lambda: any(isinstance(one, QDialog) and one.isVisible() for one in QApplication.topLevelWidgets()),
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: kinds <= kinds_seen(), timeout=PATIENCE_MS)
    check(*kinds)


def test_outlines_and_previews_of_imagery_on_the_map(imagery, qtbot):
    imagery.list.choose(["m1"])
    trigger(imagery, "addOutlinesAction")
    qtbot.waitUntil(lambda: bool(QgsProject.instance().mapLayers()), timeout=PATIENCE_MS)
    check("mosaic")


def question(page):
    return next((box for box in page.findChildren(QMessageBox) if box.isVisible()), None)


def test_uploads_into_a_mosaic_and_what_is_said_of_them(dock, imagery, rasters, qtbot):
    panel = dock.contents.signed_in_page._uploads.panel
    panel.upload(
        *sources_of_paths(rasters(f"<b>{MARK}-file&amp;.tif")), UploadTarget("m1", hostile("mosaic"))
    )
    qtbot.waitUntil(
        lambda: any(row.stage is Stage.UNDECIDED for row in panel.model.rows()), timeout=PATIENCE_MS
    )
    qtbot.waitUntil(
        lambda: any(isinstance(one, UploadDialog) and one.isVisible() for one in QApplication.allWidgets()),
        timeout=PATIENCE_MS,
    )
    check("mosaic")
    let_tasks_end(qtbot)


@pytest.mark.parametrize("key", ["m1", "a"])
def test_the_name_of_imagery_where_it_is_typed(imagery, service, qtbot, key):
    imagery.list.choose([key])
    trigger(imagery, "renameImageryAction")
    editor = imagery.imageryView.findChild(QLineEdit, "imageryNameEdit")
    assert editor.text().startswith(f"<b>{MARK}-")
    check()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert service.count("PUT") == 0, "nothing was typed"


def test_the_name_of_a_processing_where_it_is_typed(processings, service, qtbot):
    processings.list.choose("id-1")
    trigger(processings, "renameProcessingAction")
    (editor,) = processings.processingsView.viewport().findChildren(QLineEdit)
    assert editor.text().startswith(f"<b>{MARK}-")
    check()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert service.count("PUT") == 0, "nothing was typed"
