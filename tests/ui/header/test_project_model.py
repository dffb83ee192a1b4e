"""The list of projects: paged, updated by difference, deaf to overtaken replies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QWheelEvent
from qgis.PyQt.QtWidgets import QApplication, QComboBox

from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.http.reply import ApiReply
from mapflow_dock.api.projects import Project, ProjectPage, ProjectRole, Standing
from mapflow_dock.ui.header.project_chooser import ProjectChooser
from mapflow_dock.ui.header.project_model import ProjectModel, tooltip_of
from mapflow_dock.ui.header.project_pages import PAGE_SIZE


def a_project(number: int, name: str = "") -> Project:
    return Project(
        id=f"p{number}",
        name=name or f"Project {number}",
        description="",
        is_default=False,
        created=None,
        updated=None,
        succeeded=0,
        failed=0,
        standing=Standing(ProjectRole.OWNER),
        models=(),
        aoi_area_limit_m2=None,
    )


class Shelf:
    """Answers page requests from a list, each when it is told to."""

    def __init__(self, projects: list[Project]) -> None:
        self.projects = projects
        self.asked: list[tuple[int, int, str]] = []
        self.open: list[tuple[ApiReply, tuple[int, int, str]]] = []

    def fetch(self, limit: int, offset: int, text: str) -> ApiReply:
        reply = ApiReply()
        self.asked.append((limit, offset, text))
        self.open.append((reply, (limit, offset, text)))
        return reply

    def answer(self) -> None:
        reply, (limit, offset, text) = self.open.pop(0)
        found = [project for project in self.projects if text.lower() in project.name.lower()]
        reply.succeed(ProjectPage(tuple(found[offset : offset + limit]), len(found)))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf([a_project(number) for number in range(1, 8)])


@pytest.fixture
def model(shelf: Shelf) -> ProjectModel:
    model = ProjectModel(page_size=3)
    model.set_source(shelf.fetch)
    return model


def names(model: ProjectModel) -> list[object]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_pages_are_asked_for_one_by_one_until_all_are_read(model: ProjectModel, shelf: Shelf) -> None:
    model.pages.load()
    shelf.answer()
    assert model.rowCount() == 3
    while model.canFetchMore(QModelIndex()):
        model.fetchMore(QModelIndex())
        assert not model.canFetchMore(QModelIndex()), "a second request while one is in flight"
        shelf.answer()
    assert names(model) == [f"Project {number}" for number in range(1, 8)]
    assert [offset for _limit, offset, _text in shelf.asked] == [0, 3, 6]


def test_a_reload_touches_only_the_rows_that_differ(model: ProjectModel, shelf: Shelf) -> None:
    model.pages.load()
    shelf.answer()
    model.fetchMore(QModelIndex())
    shelf.answer()
    third = QPersistentModelIndex(model.index(2, 0))
    changed: list[int] = []
    resets: list[int] = []
    model.dataChanged.connect(lambda first, _last, _roles=None: changed.append(first.row()))
    model.modelReset.connect(lambda: resets.append(1))
    del shelf.projects[0]
    shelf.projects[3] = replace(shelf.projects[3], name="Renamed")
    shelf.projects.insert(0, a_project(9, "New"))
    model.pages.load()
    while shelf.open:
        shelf.answer()
    assert names(model) == ["New", "Project 2", "Project 3", "Project 4", "Renamed", "Project 6"]
    assert changed == [4]
    assert resets == []
    assert third.data() == "Project 3"


def test_rows_follow_a_new_order_without_losing_their_identity(model: ProjectModel, shelf: Shelf) -> None:
    model.pages.load()
    shelf.answer()
    first = QPersistentModelIndex(model.index(0, 0))
    shelf.projects[:3] = reversed(shelf.projects[:3])
    model.pages.load()
    shelf.answer()
    assert names(model) == ["Project 3", "Project 2", "Project 1"]
    assert first.row() == 2
    assert first.data() == "Project 1"


def test_an_overtaken_reply_changes_nothing(model: ProjectModel, shelf: Shelf) -> None:
    model.pages.load("1")
    overtaken, _asked = shelf.open.pop(0)
    model.pages.load("2")
    assert not overtaken.is_running
    shelf.answer()
    assert names(model) == ["Project 2"]


def test_the_current_project_is_shown_before_its_page_was_read(model: ProjectModel, shelf: Shelf) -> None:
    model.keep(shelf.projects[6])
    model.pages.load()
    shelf.answer()
    assert names(model) == ["Project 7", "Project 1", "Project 2", "Project 3"]
    while model.canFetchMore(QModelIndex()):
        model.fetchMore(QModelIndex())
        shelf.answer()
    assert sorted(map(str, names(model))) == [f"Project {number}" for number in range(1, 8)]


def test_a_failed_page_is_reported_and_not_asked_for_again_by_the_view(
    model: ProjectModel, shelf: Shelf
) -> None:
    errors: list[object] = []
    model.failed.connect(errors.append)
    model.pages.load()
    shelf.answer()
    model.fetchMore(QModelIndex())
    reply, _asked = shelf.open.pop(0)
    reply.fail(ApiError(Fault.SERVER, "The server is in trouble."))
    assert len(errors) == 1
    assert model.rowCount() == 3
    assert not model.canFetchMore(QModelIndex())
    model.pages.load()
    shelf.answer()
    assert model.canFetchMore(QModelIndex())


def test_a_total_that_is_too_large_does_not_ask_for_ever(model: ProjectModel) -> None:
    replies: list[ApiReply] = []

    def fetch(_limit: int, _offset: int, _text: str) -> ApiReply:
        replies.append(ApiReply())
        return replies[-1]

    model.set_source(fetch)
    model.pages.load()
    replies[-1].succeed(ProjectPage((a_project(1),), 1000))
    model.fetchMore(QModelIndex())
    replies[-1].succeed(ProjectPage((), 1000))
    assert not model.canFetchMore(QModelIndex())


def test_signing_out_empties_the_list_and_drops_the_request(model: ProjectModel, shelf: Shelf) -> None:
    model.pages.load()
    reply = shelf.open[0][0]
    model.set_source(None)
    assert not reply.is_running
    assert model.rowCount() == 0
    model.pages.load()
    assert len(shelf.open) == 1


def test_markup_in_a_project_name_is_shown_as_text(model: ProjectModel) -> None:
    project = replace(a_project(1), name="<b>bold</b>", description="<img src='file:///etc/hostname'>")
    assert "<b>" not in tooltip_of(project)
    assert "<img" not in tooltip_of(project)
    model.keep(project)
    assert model.index(0, 0).data(Qt.ItemDataRole.DisplayRole) == "<b>bold</b>"


@pytest.fixture
def combo(qtbot: QtBot) -> QComboBox:
    combo = QComboBox()
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    qtbot.addWidget(combo)
    return combo


@pytest.fixture
def chooser(combo: QComboBox, shelf: Shelf, qtbot: QtBot) -> ProjectChooser:
    chooser = ProjectChooser(combo)
    chooser.set_source(shelf.fetch)
    shelf.answer()
    chooser.set_current(shelf.projects[0])
    combo.show()
    combo.activateWindow()
    combo.lineEdit().setFocus()
    qtbot.waitUntil(combo.lineEdit().hasFocus)
    return chooser


def type_over(qtbot: QtBot, combo: QComboBox, text: str) -> None:
    combo.lineEdit().selectAll()
    qtbot.keyClicks(combo.lineEdit(), text)


def test_typing_searches_the_server_and_enter_takes_the_only_match(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox, shelf: Shelf
) -> None:
    shelf.projects.append(a_project(20, "Harbour survey"))
    type_over(qtbot, combo, "harb")
    qtbot.waitUntil(lambda: bool(shelf.open))
    assert shelf.asked[-1][1:] == (0, "harb")
    shelf.answer()
    with qtbot.waitSignal(chooser.chosen) as caught:
        qtbot.keyClick(combo.lineEdit(), Qt.Key.Key_Return)
    assert caught.args[0].name == "Harbour survey"
    assert combo.currentText() == "Harbour survey"
    assert combo.currentIndex() == chooser.model.row_of("p20")


def test_several_matches_are_offered_and_the_arrow_keys_choose_one(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox, shelf: Shelf
) -> None:
    shelf.projects += [a_project(20, "Harbour east"), a_project(21, "Harbour west")]
    type_over(qtbot, combo, "harbour")
    qtbot.waitUntil(lambda: bool(shelf.open))
    shelf.answer()
    popup = chooser.search.completer.popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    with qtbot.waitSignal(chooser.chosen) as caught:
        qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert caught.args[0].name == "Harbour west"
    assert combo.currentText() == "Harbour west"


def test_escape_brings_the_current_project_back(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox, shelf: Shelf
) -> None:
    type_over(qtbot, combo, "nothing like it")
    qtbot.keyClick(combo.lineEdit(), Qt.Key.Key_Escape)
    assert combo.currentText() == "Project 1"
    assert not shelf.open


def test_a_reload_does_not_disturb_what_is_being_typed(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox, shelf: Shelf
) -> None:
    type_over(qtbot, combo, "har")
    shelf.projects.insert(0, a_project(30, "Newest"))
    chooser.reload()
    while shelf.open:
        shelf.answer()
    assert combo.lineEdit().text() == "har"
    qtbot.keyClick(combo.lineEdit(), Qt.Key.Key_Escape)
    assert combo.currentText() == "Project 1"


def test_news_of_the_current_project_do_not_disturb_what_is_being_typed(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox, shelf: Shelf
) -> None:
    type_over(qtbot, combo, "har")
    chooser.set_current(replace(shelf.projects[0], succeeded=5, name="Project 1, renamed"))
    assert combo.lineEdit().text() == "har"
    qtbot.waitUntil(lambda: bool(shelf.open))
    assert shelf.asked[-1][2] == "har"
    qtbot.keyClick(combo.lineEdit(), Qt.Key.Key_Escape)
    assert combo.currentText() == "Project 1, renamed"


def test_the_wheel_does_not_switch_the_project(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox
) -> None:
    told: list[object] = []
    chooser.chosen.connect(told.append)
    down = QPoint(0, -120)
    middle = QPointF(combo.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(combo.mapToGlobal(combo.rect().center())),
        down,
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, event)
    assert told == []
    assert combo.currentText() == "Project 1"


def test_choosing_from_the_list_tells_the_project_once(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox
) -> None:
    told: list[str] = []
    chooser.chosen.connect(lambda project: told.append(project.id))
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert told == ["p2"]
    assert combo.currentText() == "Project 2"


def test_the_list_reads_on_when_it_is_scrolled_to_its_end(
    qtbot: QtBot, chooser: ProjectChooser, combo: QComboBox, shelf: Shelf
) -> None:
    shelf.projects[:] = [a_project(number) for number in range(1, 101)]
    chooser.reload()
    shelf.answer()
    before = chooser.model.rowCount()
    combo.showPopup()
    combo.view().scrollToBottom()
    qtbot.waitUntil(lambda: bool(shelf.open))
    shelf.answer()
    assert chooser.model.rowCount() == before + PAGE_SIZE
    combo.hidePopup()
