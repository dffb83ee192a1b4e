"""What runs is watched and told of, whether or not the dock is ever shown; and nothing is made before it is needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from processings_service import ProcessingsService, record
from pytestqt.qtbot import QtBot
from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QToolButton

from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.session import Session
from mapflow_dock.api.settings import WORKSPACES
from mapflow_dock.api.watched import is_any_watched, store_watched
from mapflow_dock.ui.dock import MapflowDock
from mapflow_dock.ui.standby import Standby

LEFT = Qt.MouseButton.LeftButton
LONG_MS = 600_000


@pytest.fixture
def service() -> Iterator[ProcessingsService]:
    service = ProcessingsService()
    yield service
    service.stop()


@pytest.fixture
def iface(canvas: QgsMapCanvas, main_bar: QgsMessageBar) -> SimpleNamespace:
    return SimpleNamespace(messageBar=lambda: main_bar, mapCanvas=lambda: canvas)


@pytest.fixture
def start(qtbot: QtBot, iface: SimpleNamespace) -> Iterator[object]:
    """Start the plugin's standby and its dock, as a start of QGIS with a hidden dock does."""
    started = []

    def begin() -> tuple[Standby, MapflowDock]:
        standby = Standby(
            make_monitor=lambda session: ProcessingMonitor(session, interval_ms=LONG_MS), after_start_ms=0
        )
        dock = MapflowDock(standby, iface)
        qtbot.addWidget(dock)
        started.append((standby, dock))
        return standby, dock

    yield begin
    for standby, dock in started:
        dock.close()
        standby.close()


@pytest.fixture
def left_running(service: ProcessingsService, qtbot: QtBot) -> None:
    """QGIS was closed while a processing ran, and the login was remembered."""
    service.records = [record(1, status="IN_PROGRESS", percentCompleted=50)]
    session = Session()
    monitor = ProcessingMonitor(session, interval_ms=LONG_MS)
    with qtbot.waitSignal(monitor.listed):
        session.sign_in("demo@example.org:key", service.url, remember=True)
    qtbot.waitUntil(lambda: bool(monitor.watched))
    monitor.close()
    session.close()


def told(bar: QgsMessageBar) -> list[str]:
    return [label.text() for item in bar.items() for label in item.findChildren(QLabel) if label.wordWrap()]


def button(bar: QgsMessageBar, text: str) -> QToolButton:
    return next(one for item in bar.items() for one in item.findChildren(QToolButton) if one.text() == text)


def test_what_ended_meanwhile_is_told_though_the_dock_is_never_shown(
    left_running, service, start, main_bar, results, qtbot
):
    service.records = [record(1)]
    standby, dock = start()
    qtbot.waitUntil(lambda: bool(told(main_bar)))
    assert "“Processing 1” is ready" in told(main_bar)[0]
    assert standby.session.is_signed_in
    assert not dock.is_filled
    qtbot.mouseClick(button(main_bar, "Add to Map"), LEFT)
    qtbot.waitUntil(lambda: bool(QgsProject.instance().mapLayers()), timeout=20_000)
    assert not dock.isVisible()


def test_what_still_runs_is_told_when_it_ends(left_running, service, start, main_bar, qtbot):
    standby, dock = start()
    qtbot.waitUntil(lambda: standby.is_open)
    with qtbot.waitSignal(standby.monitor.listed):
        pass
    assert told(main_bar) == []
    service.records = [record(1, status="FAILED")]
    with qtbot.waitSignal(standby.monitor.ended):
        standby.monitor.refresh()
    assert "“Processing 1” failed." in told(main_bar)[0]
    assert not dock.is_filled


def test_where_nothing_runs_nothing_is_made(start, qtbot):
    standby, dock = start()
    qtbot.waitUntil(lambda: not standby._after_start.isActive())
    assert not standby.is_open
    assert not dock.is_filled


def test_what_a_killed_qgis_left_behind_is_removed_soon_after_the_start(start, tmp_path, qtbot):
    left = tmp_path / ".mapflow-left"
    left.mkdir()
    (left / "result.geojson.part").write_text("half")
    os.utime(left, (0, 0))
    WORKSPACES.write(left.name, str(left))
    standby, _dock = start()
    qtbot.waitUntil(lambda: not left.exists())
    qtbot.waitUntil(lambda: WORKSPACES.read_all() == {})
    assert not standby.is_open


def test_without_a_stored_login_nobody_is_signed_in(service, start, qtbot):
    store_watched("somebody", {"id-1": "p1"})
    assert is_any_watched()
    standby, _dock = start()
    qtbot.waitUntil(lambda: not standby._after_start.isActive())
    assert not standby.is_open


def test_a_master_password_is_not_asked_for_out_of_the_blue(left_running, start, main_bar, qtbot):
    QgsApplication.authManager().clearMasterPassword()
    standby, dock = start()
    qtbot.waitUntil(lambda: bool(told(main_bar)))
    assert "Sign in to be told" in told(main_bar)[0]
    assert not standby.is_open
    standby.sign_in_wanted.disconnect()
    dock.close()
    assert told(main_bar) == [], "it is taken back with the plugin"


def test_the_dock_shows_a_sign_in_that_began_before_it_was_shown(left_running, service, start, qtbot):
    standby, dock = start()
    standby.session.restore()
    assert standby.session.is_busy
    dock.show()
    qtbot.waitUntil(lambda: dock.is_filled)
    page = dock.contents.sign_in_page
    assert page.signInProgress.isVisible() or standby.session.is_signed_in
    qtbot.waitUntil(dock.contents.signed_in_page.isVisible)
