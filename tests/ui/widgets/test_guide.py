"""The chapters that the buttons *Help* open are in the guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QColor, QDesktopServices, QPalette
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QWidget

from mapflow_dock.ui.widgets.guide import Chapter, add_help_button, close_guide, guide_windows, open_guide
from mapflow_dock.ui.widgets.guide_window import GuideView, anchor_of
from mapflow_dock.ui.widgets.rows.contrast import TEXT, contrast

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"


def test_every_chapter_is_a_heading_of_the_guide() -> None:
    headings = re.findall(r"^##+ (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {chapter.value for chapter in Chapter} <= {
        heading.lower().replace(" ", "-") for heading in headings
    }


def test_the_guide_begins_with_a_list_of_all_its_chapters() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(.+)\]\(#(.+)\)$", text, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert listed == [(heading, heading.lower().replace(" ", "-")) for heading in headings]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    QApplication.setActiveWindow(window)
    yield window
    close_guide()


def first_line(view: GuideView) -> str:
    return str(view.cursorForPosition(QPoint(8, 8)).block().text())


@pytest.mark.parametrize("chapter", list(Chapter))
def test_help_opens_its_chapter(qtbot: QtBot, window: QWidget, chapter: Chapter) -> None:
    buttons = QDialogButtonBox(window)
    add_help_button(buttons, chapter)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Help), Qt.MouseButton.LeftButton)
    (guide,) = guide_windows()
    assert anchor_of(first_line(guide.view)) == chapter.value


def test_the_last_chapters_are_led_to_however_large_the_window_is(window: QWidget) -> None:
    open_guide(Chapter.PROBLEMS)
    (guide,) = guide_windows()
    for height in (1200, 500, 900):
        guide.resize(guide.width(), height)
        for chapter in (Chapter.SETTINGS, Chapter.PROBLEMS):
            guide.view.show_chapter(chapter.value)
            assert anchor_of(first_line(guide.view)) == chapter.value
            assert anchor_of(guide.view.textCursor().block().text()) == chapter.value


def test_there_is_one_window_for_each_one_that_asks(window: QWidget) -> None:
    for chapter in (Chapter.RUN, Chapter.RESULTS):
        open_guide(chapter)
        QApplication.setActiveWindow(window)
    assert len(guide_windows()) == 1


def test_beside_a_modal_dialog_the_guide_can_be_read(qtbot: QtBot, window: QWidget) -> None:
    dialog = QDialog(window)
    dialog.setModal(True)
    dialog.show()
    open_guide(Chapter.RUN)
    (guide,) = guide_windows()
    assert guide.parentWidget() is dialog
    dialog.close()


def picture_widths(view: GuideView) -> list[float]:
    widths, block = [], view.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            if pieces.fragment().charFormat().isImageFormat():
                widths.append(pieces.fragment().charFormat().toImageFormat().width())
            pieces += 1
        block = block.next()
    return widths


def test_pictures_have_room_and_are_seen(qtbot: QtBot, window: QWidget) -> None:
    open_guide()
    (guide,) = guide_windows()
    guide.resize(100, 500)
    a_space = guide.view.fontMetrics().horizontalAdvance(
        "  "
    )  # at the end of a line, where nothing is seen of it
    qtbot.waitUntil(lambda: guide.view.horizontalScrollBar().maximum() <= a_space)
    widths = picture_widths(guide.view)
    assert len(widths) == GUIDE.read_text(encoding="utf-8").count("](pictures/")
    assert 600 < max(widths) <= guide.view.viewport().width()
    guide.view.show_chapter("search")
    shown = guide.view.grab().toImage()
    colours = {shown.pixelColor(x, y).name() for x in range(20, 600, 7) for y in range(20, 400, 7)}
    assert len(colours) > 50, "the picture of the window is seen"


def test_links_scroll_or_open_the_browser(monkeypatch: pytest.MonkeyPatch, window: QWidget) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    open_guide()
    (guide,) = guide_windows()
    guide.view.anchorClicked.emit(QUrl("#results"))
    assert first_line(guide.view) == "Results"
    guide.view.anchorClicked.emit(QUrl("https://mapflow.ai"))
    assert opened == ["https://mapflow.ai"]


@pytest.mark.parametrize("ground", ["#ffffff", "#323232", "#1e1e1e"])
def test_links_are_read_on_every_ground(qtbot: QtBot, ground: str) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    palette = owner.palette()
    palette.setColor(QPalette.ColorRole.Base, QColor(ground))
    owner.setPalette(palette)
    view = GuideView(owner)
    inks = [
        piece.charFormat().foreground().color() for piece in view._pieces() if piece.charFormat().isAnchor()
    ]
    assert len(inks) > 8
    assert all(contrast(ink, QColor(ground)) >= TEXT for ink in inks)
