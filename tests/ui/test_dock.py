"""The dock: which page it shows, what it says, and that it says being offline once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot
from qgis.core import Qgis, QgsProject, QgsVectorLayer
from qgis.gui import QgisInterface, QgsMessageBar
from qgis.PyQt.QtCore import Qt, QTimer, QUrl
from qgis.PyQt.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QPushButton,
    QTabWidget,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.projects import Project
from mapflow_dock.api.session import Session
from mapflow_dock.api.settings import DOCK_SEEN
from mapflow_dock.jobs.job import JobError
from mapflow_dock.ui.dock import MapflowDock
from mapflow_dock.ui.standby import Standby
from mapflow_dock.ui.widgets.deletions import failures_notice
from mapflow_dock.ui.widgets.elsewhere_notices import ElsewhereNotices
from mapflow_dock.ui.widgets.notice import MAX_SENTENCE, DetailsDialog, Notice, from_error, show_notice

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 20_000


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def dock(qtbot: QtBot, session: Session, qgis_iface: QgisInterface) -> Iterator[MapflowDock]:
    standby = Standby(lambda: session)
    dock = MapflowDock(standby, qgis_iface)
    qtbot.addWidget(dock)
    dock.resize(380, 800)
    dock.show()
    qtbot.waitUntil(lambda: dock.is_filled)
    yield dock
    dock.close()
    standby.close()


@pytest.fixture
def bar(qtbot: QtBot) -> QgsMessageBar:
    bar = QgsMessageBar()
    qtbot.addWidget(bar)
    bar.resize(340, 60)
    bar.show()
    return bar


def sentences(bar: QgsMessageBar) -> list[str]:
    return [label.text() for item in bar.items() for label in item.findChildren(QLabel) if label.wordWrap()]


def test_the_dock_follows_the_session(qtbot: QtBot, dock: MapflowDock, session: Session, sandbox) -> None:
    assert dock.contents.pages.currentWidget() is dock.contents.sign_in_page
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    assert dock.contents.signed_in_page.isVisible()
    tabs = dock.contents.signed_in_page.tabs
    titles = [tabs.tabText(index).replace("&", "") for index in range(tabs.count())]
    assert titles == ["Run", "Processings", "Search", "My Imagery"]
    session.sign_out()
    assert dock.contents.pages.currentWidget() is dock.contents.sign_in_page


def test_the_dock_works_at_its_narrowest(qtbot: QtBot, dock: MapflowDock, session: Session, sandbox) -> None:
    assert dock.minimumSizeHint().width() <= 340
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    assert dock.minimumSizeHint().width() <= 340


def test_each_page_is_made_when_its_tab_is_first_shown(
    qtbot: QtBot, dock: MapflowDock, session: Session, sandbox
) -> None:
    assert dock.findChildren(QTabWidget) == [], "nobody is signed in"
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    tabs = dock.contents.signed_in_page.tabs
    made = [[type(page).__name__ for page in pages(tabs)]]
    for index in (1, 2, 3):
        tabs.setCurrentIndex(index)
        made.append([type(page).__name__ for page in pages(tabs)])
    assert made == [
        ["RunPage"],
        ["RunPage", "ProcessingsPage"],
        ["RunPage", "ProcessingsPage", "SearchPage"],
        ["RunPage", "ProcessingsPage", "SearchPage", "MyImageryPage"],
    ]
    assert all(page.parentWidget().findChild(QWidget) is page for page in pages(tabs))
    assert dock.minimumSizeHint().width() <= 340


def pages(tabs: QTabWidget) -> list[QWidget]:
    """The pages that were made."""
    places = [tabs.widget(index) for index in range(tabs.count())]
    return [place.made for place in places if place.made is not None]


def test_being_offline_is_said_once_and_taken_back(
    qtbot: QtBot, dock: MapflowDock, session: Session, sandbox
) -> None:
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    bar = dock.contents.messageBar
    session.reachable_changed.emit(False)
    session.reachable_changed.emit(False)
    assert len(bar.items()) == 1
    session.reachable_changed.emit(True)
    assert bar.items() == []


def test_what_was_not_deleted_says_so_without_the_reason_once_mapflow_answers_again(
    qtbot: QtBot, dock: MapflowDock, session: Session, sandbox
) -> None:
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    error = ApiError(Fault.NETWORK, "Mapflow cannot be reached.")
    again: list[object] = []
    failures = [(SimpleNamespace(id="a", name="Harbour"), JobError.of(error))]
    dock.contents.show_notice(failures_notice(failures, str, again.extend))
    assert sentences(dock.contents.messageBar) == [
        "“Harbour” could not be deleted. Mapflow cannot be reached."
    ]
    session.reachable_changed.emit(False)
    session.reachable_changed.emit(True)
    bar = dock.contents.messageBar
    assert sentences(bar) == ["“Harbour” was not deleted while Mapflow could not be reached."]
    (item,) = bar.items()
    (button,) = [each for each in item.findChildren(QToolButton) if each.text() == "Try Again"]
    button.click()
    assert [thing.name for thing in again] == ["Harbour"]


def test_offline_said_and_closed_by_the_user_does_not_trip_over_it(
    qtbot: QtBot, dock: MapflowDock, session: Session, sandbox
) -> None:
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    session.reachable_changed.emit(False)
    dock.contents.messageBar.clearWidgets()
    qtbot.waitUntil(lambda: dock.contents.messageBar.items() == [])
    session.reachable_changed.emit(True)
    session.reachable_changed.emit(False)
    assert len(dock.contents.messageBar.items()) == 1


def test_notices_do_not_pile_up(dock: MapflowDock) -> None:
    for number in range(12):
        dock.contents.show_notice(Notice(f"Notice {number}", Qgis.MessageLevel.Critical))
    shown = sentences(dock.contents.messageBar)
    assert "Notice 11" in shown
    assert len(shown) <= 4


def test_text_of_the_server_is_shown_as_text_and_bounded(bar: QgsMessageBar) -> None:
    error = ApiError(Fault.REJECTED, "<b>bold</b> " + "x" * 5_000, raw="<html>raw</html>")
    show_notice(bar, from_error(error))
    label = next(label for label in bar.findChildren(QLabel) if label.wordWrap())
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text().startswith("<b>bold</b>")
    assert len(label.text()) <= MAX_SENTENCE


def test_details_can_be_read_and_copied(qtbot: QtBot) -> None:
    dialog = DetailsDialog("Details", "Code: <TOO_LARGE>\nHTTP status: 400")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.text_view.toPlainText() == "Code: <TOO_LARGE>\nHTTP status: 400"
    qtbot.mouseClick(dialog.findChild(QPushButton, "copyButton"), LEFT)
    assert QApplication.clipboard().text() == "Code: <TOO_LARGE>\nHTTP status: 400"


@pytest.mark.parametrize("raw", ["", '{"code": "TOO_LARGE", "limit": 5}'])
def test_the_details_of_an_error_are_a_table_and_the_answer_as_it_came(qtbot: QtBot, raw: str) -> None:
    params = {"limit": 5, "<b>names</b>": ["a", "b"], "of": "Maxar"}
    error = ApiError(Fault.REJECTED, "Too large.", code="TOO_LARGE", status=400, params=params, raw=raw)
    around = QWidget()
    qtbot.addWidget(around)
    bar = QgsMessageBar(around)
    QVBoxLayout(around).addWidget(bar)
    around.resize(1200, 100)
    around.show()
    show_notice(bar, from_error(error))
    button = next(each for each in bar.findChildren(QToolButton) if each.text() == "Details…")
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, LEFT)
    (dialog,) = bar.findChildren(DetailsDialog)
    assert dialog.table.text.splitlines() == [
        "Reason: Too large.",
        "HTTP status: 400",
        "Code: TOO_LARGE",
        "",
        "Parameters",
        "limit: 5",
        '<b>names</b>: ["a", "b"]',
        "of: Maxar",
    ]
    assert dialog.text_view.isVisible() == bool(raw)
    assert dialog.text_view.toPlainText() == raw
    qtbot.mouseClick(dialog.findChild(QPushButton, "copyButton"), LEFT)
    copied = QApplication.clipboard().text()
    assert all(part in copied for part in ("Too large.", "HTTP status: 400", "TOO_LARGE", "Maxar", raw))
    dialog.close()


def close_details() -> None:
    for window in QApplication.topLevelWidgets():
        if isinstance(window, DetailsDialog):
            window.close()


def test_details_stop_nothing_and_go_with_the_bar(qtbot: QtBot, bar: QgsMessageBar) -> None:
    show_notice(bar, Notice("Failed.", details="Code: TOO_LARGE"))
    button = next(each for each in bar.findChildren(QToolButton) if each.text() == "Details…")
    QTimer.singleShot(2_000, close_details)  # where it would stop everything until closed
    qtbot.mouseClick(button, LEFT)
    (dialog,) = bar.findChildren(DetailsDialog)
    assert dialog.isVisible()
    dialog.close()
    qtbot.waitUntil(lambda: not bar.findChildren(DetailsDialog))


def test_details_of_a_notice_over_the_map_go_with_our_page(qtbot: QtBot, bar: QgsMessageBar) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    iface = SimpleNamespace(messageBar=lambda: bar)
    notices = ElsewhereNotices(iface, lambda: False, page)
    notices.tell(Notice("Failed.", details="Code: TOO_LARGE"))
    button = next(each for each in bar.findChildren(QToolButton) if each.text() == "Details…")
    QTimer.singleShot(2_000, close_details)  # where it would stop everything until closed
    qtbot.mouseClick(button, LEFT)
    assert len(page.findChildren(DetailsDialog)) == 1
    assert not bar.window().findChildren(DetailsDialog)
    notices.close()


def test_a_notice_with_an_action_stays_until_it_is_used(qtbot: QtBot, bar: QgsMessageBar) -> None:
    used: list[bool] = []
    show_notice(bar, Notice("Finished.", action="Add to Map", on_action=lambda: used.append(True)))
    button = next(each for each in bar.findChildren(QToolButton) if each.text() == "Add to Map")
    qtbot.mouseClick(button, LEFT)
    assert used == [True]
    qtbot.waitUntil(lambda: bar.items() == [])


def test_an_error_s_details_hold_what_the_server_said() -> None:
    error = ApiError(
        Fault.REJECTED, "The area is too large.", code="TOO_LARGE", status=400, params={"limit": 5}, raw="{}"
    )
    notice = from_error(error)
    assert notice.level == Qgis.MessageLevel.Critical
    for part in ("The area is too large.", "TOO_LARGE", "400", '"limit": 5', "{}"):
        assert part in notice.details
    assert from_error(ApiError(Fault.NETWORK, "No network.")).level == Qgis.MessageLevel.Warning


def test_the_dock_notices_a_lost_server_and_recovers_with_it(
    qtbot: QtBot, dock: MapflowDock, session: Session, sandbox
) -> None:
    own = sandbox.start()
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(own.basic, own.url, remember=False)
    bar = dock.contents.messageBar
    own.process.stop()
    session.refresh_account()
    qtbot.waitUntil(lambda: any("cannot be reached" in text for text in sentences(bar)), timeout=60_000)
    assert session.is_signed_in
    sandbox.start(port=QUrl(own.url).port(), data=own.process.data_path)
    session.refresh_account()
    qtbot.waitUntil(lambda: not any("cannot be reached" in text for text in sentences(bar)), timeout=60_000)
    assert dock.contents.signed_in_page.isVisible()


def test_a_long_notice_does_not_make_the_window_grow(qtbot: QtBot, dock: MapflowDock) -> None:
    before = dock.minimumSizeHint().height()
    dock.contents.show_notice(
        Notice("A sentence of some length that takes several lines in a narrow dock. " * 4)
    )
    bar = dock.contents.messageBar
    more = bar.findChild(QToolButton, "moreButton")
    qtbot.waitUntil(more.isVisible)
    line = bar.fontMetrics().lineSpacing()
    assert bar.height() < 3.5 * line, "two lines, and what the bar leaves around them"
    qtbot.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: bar.height() == bar.heightForWidth(bar.width()) > 60)
    assert dock.minimumSizeHint().height() < before + 100


@pytest.fixture
def in_window(qtbot: QtBot, session: Session, qgis_iface: QgisInterface) -> Iterator[MapflowDock]:
    """The dock in a window of a small screen, as it is after the installation."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QTextEdit())
    window.resize(1366, 768)
    standby = Standby(lambda: session)
    dock = MapflowDock(standby, qgis_iface, window)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.show()
    qtbot.waitUntil(lambda: dock.is_filled)
    yield dock
    dock.close()
    standby.close()


def test_a_new_dock_has_room_for_its_contents(qtbot: QtBot, in_window: MapflowDock) -> None:
    qtbot.waitUntil(lambda: in_window.width() == 380)


@pytest.fixture
def seen_before() -> None:
    DOCK_SEEN.write(True)


def test_the_width_a_user_left_stays(qtbot: QtBot, seen_before: None, in_window: MapflowDock) -> None:
    assert in_window.width() < 380


def test_a_notice_goes_once_its_matter_is_settled(dock: MapflowDock, session: Session) -> None:
    contents, bar = dock.contents, dock.contents.messageBar
    for about in ("one", "two", "one", ""):
        contents.show_notice(Notice(f"About {about}", Qgis.MessageLevel.Warning, about=about))
    assert sorted(sentences(bar)) == ["About ", "About one", "About two"], "the newer word on a matter stands"
    dock._standby.monitor.settled.emit("one")
    assert sorted(sentences(bar)) == ["About ", "About two"]
    session.project_changed.emit(Project("other", "Other"))
    assert sentences(bar) == ["About "], "what is about processings is about those of the project before"


def test_a_layer_becomes_the_area_also_before_the_sign_in_which_is_asked_for(
    dock: MapflowDock, qgis_new_project: None
) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "Fields", "memory")
    QgsProject.instance().addMapLayer(layer)
    dock.contents.use_area_of(layer)
    assert sentences(dock.contents.messageBar) == ["Sign in to process the polygons of this layer."]
    assert dock.contents.signed_in_page.run.area.areaLayerCombo.currentLayer() is layer


def test_what_is_told_of_an_upload_goes_once_it_is_settled(dock: MapflowDock) -> None:
    dock.contents.show_notice(Notice("“a.tif” was not uploaded.", about="upload 1"))
    dock.contents.show_notice(Notice("“b.tif” was not uploaded.", about="upload 2"))
    dock.contents.signed_in_page.matter_settled.emit("upload 1")
    assert sentences(dock.contents.messageBar) == ["“b.tif” was not uploaded."]
