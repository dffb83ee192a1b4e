"""A sentence that takes a line or two, and all it needs once it is opened."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QPointF, QSize, Qt
from qgis.PyQt.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget

from ...text.server_text import one_line


def first_lines(text: str, font: QFont, width: int, most: int) -> list[str]:
    """The first `most` lines of `text`, broken between words at `width` pixels; "…" stands for what is left out."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts: list[int] = []
    layout.beginLayout()
    while len(starts) <= most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1, width))
        starts.append(line.textStart())
    layout.endLayout()
    lines = [text[start:end].strip() for start, end in zip(starts[:most], [*starts[1:most], len(text)])]
    if lines:
        lines[-1] = QFontMetrics(font).elidedText(lines[-1], Qt.TextElideMode.ElideRight, max(1, width))
    return lines


class Sentence(QLabel):
    """Plain text in at most `most_lines`, elided; `text()` is all of it."""

    def __init__(self, text: str, most_lines: int, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._most = most_lines
        self._is_open = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def is_cut_at(self, width: int) -> bool:
        """Whether so many pixels are too few for all of the text."""
        shown = " ".join(self._lines(width))
        return shown != self._flat()

    @property
    def is_open(self) -> bool:
        """Whether all of the text is shown."""
        return self._is_open

    def set_open(self, is_open: bool) -> None:
        """Show all of the text, to be selected and copied; or its first lines again."""
        self._is_open = is_open
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse if is_open else flags.NoTextInteraction)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Qt: a narrow label is higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Qt: how high."""
        if self._is_open:
            return int(super().heightForWidth(width))
        return max(1, len(self._lines(width))) * self.fontMetrics().lineSpacing()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: all of it beside each other, in one line."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._flat()) + 2
        return QSize(width, self.heightForWidth(self.width() if self._is_open else width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: one line of a few letters."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 8, metrics.lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the first lines, or all of them."""
        if self._is_open:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        lines = self._lines(self.width())
        top = (self.height() - len(lines) * metrics.lineSpacing()) / 2 + metrics.ascent()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for number, line in enumerate(lines):
            left = self.width() - metrics.horizontalAdvance(line) if is_mirrored else 0
            painter.drawText(QPointF(left, top + number * metrics.lineSpacing()), line)
        painter.end()

    def _lines(self, width: int) -> list[str]:
        return first_lines(self._flat(), self.font(), width, self._most)

    def _flat(self) -> str:
        return one_line(self.text())
