"""The user guide in a window of its own: it is part of the plugin, so that it is there offline and of this version."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import QSize, Qt, QUrl
from qgis.PyQt.QtGui import (
    QDesktopServices,
    QImageReader,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFragment,
    QTextImageFormat,
)
from qgis.PyQt.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from ...text.translation import translate
from .rows.contrast import link_colour

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
_WIDTH, _HEIGHT = 760, 640  # logical pixels
_WIDEST_PICTURE = 700


class GuideView(QTextBrowser):
    """Shows the guide. Links within it scroll, others open in the browser."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        # text wraps and pictures fit; a newer Qt counts the space at a line's end as well, and would scroll for that
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSearchPaths([str(GUIDE.parent)])
        self.anchorClicked.connect(self._follow)
        self.setMarkdown(GUIDE.read_text(encoding="utf-8"))
        self._fit_pictures()
        self._colour_links()

    def show_chapter(self, anchor: str) -> bool:
        """Scroll to the heading that an address calls `anchor`; False where there is none."""
        block = self._heading(anchor)
        if not block.isValid():
            return False
        self.setTextCursor(QTextCursor(block))  # a screen reader goes on from here
        self.verticalScrollBar().setValue(self._top_of(block))
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: leave so much room below the last chapter that it, too, can be scrolled to the top."""
        super().resizeEvent(event)
        frame = self.document().rootFrame()
        form = frame.frameFormat()
        below = self.document().size().height() - form.bottomMargin() - self._top_of(self._last_heading())
        form.setBottomMargin(max(self.document().documentMargin(), self.viewport().height() - below))
        frame.setFrameFormat(form)

    def _last_heading(self) -> QTextBlock:
        block = self.document().lastBlock()
        while block.previous().isValid() and not block.blockFormat().headingLevel():
            block = block.previous()
        return block

    def _heading(self, anchor: str) -> QTextBlock:
        block = self.document().begin()
        while block.isValid() and not (
            block.blockFormat().headingLevel() and anchor_of(block.text()) == anchor
        ):
            block = block.next()
        return block

    def _top_of(self, block: QTextBlock) -> int:
        return round(self.document().documentLayout().blockBoundingRect(block).top())

    def _fit_pictures(self) -> None:
        """Give each picture its size in the text: Qt reads one as it comes into view only where it knows its size."""
        cursor = QTextCursor(self.document())
        for start, end, name, size in self._found_pictures():
            width = min(size.width(), _WIDEST_PICTURE)
            picture = QTextImageFormat()
            picture.setName(name)
            picture.setWidth(width)
            picture.setHeight(size.height() * width / max(1, size.width()))
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(picture)

    def _found_pictures(self) -> list[tuple[int, int, str, QSize]]:
        """Where the text has pictures, with their files' names and sizes."""
        found = []
        for piece in self._pieces():
            if piece.charFormat().isImageFormat():
                name = piece.charFormat().toImageFormat().name()
                size = QImageReader(str(GUIDE.parent / name)).size()
                found.append((piece.position(), piece.position() + piece.length(), name, size))
        return found

    def _colour_links(self) -> None:
        """Give links a colour that is read: Qt takes the theme's, whatever it stands on."""
        colour = QTextCharFormat()
        colour.setForeground(link_colour(self, QPalette.ColorRole.Base))
        cursor = QTextCursor(self.document())
        for piece in self._pieces():
            if piece.charFormat().isAnchor():
                cursor.setPosition(piece.position())
                cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(colour)

    def _pieces(self) -> list[QTextFragment]:
        """The text in pieces that look alike."""
        found, block = [], self.document().begin()
        while block.isValid():
            pieces = block.begin()
            while not pieces.atEnd():
                found.append(pieces.fragment())
                pieces += 1  # type: ignore[operator,assignment]  # PyQt's stubs lack it
            block = block.next()
        return found

    def _follow(self, url: QUrl) -> None:
        if url.scheme():
            QDesktopServices.openUrl(url)
        else:
            self.show_chapter(url.fragment())


class GuideWindow(QDialog):
    """A window that stays open beside the dock."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("MapflowGuide")
        self.is_closed = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Widgets", "Mapflow Dock – User Guide"))
        self.view = GuideView(self)
        self.view.setObjectName("guideView")
        self.view.setAccessibleName(translate("Widgets", "User guide"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setMinimumWidth(_WIDTH)  # pictures have room then
        self.resize(_WIDTH, _HEIGHT)

    def done(self, result: int) -> None:
        """Qt: it closes, however it does."""
        self.is_closed = True
        super().done(result)


def anchor_of(heading: str) -> str:
    """What an address calls a heading."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")
