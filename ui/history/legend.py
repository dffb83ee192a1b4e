"""The names of models beside the colours they have in a chart."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QRect, QSize, Qt
from qgis.PyQt.QtGui import QFontMetrics, QPainter, QPaintEvent
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ...text.translation import translate
from ..widgets.rows.painting import small_font
from .colours import OTHERS, ModelColours, ground_of_chart, ink_of
from .months_model import model_title

_GAP = 6


class ChartLegend(QWidget):
    """Shows the colours in as many lines as its width needs."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._colours = ModelColours(())
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_colours(self, colours: ModelColours) -> None:
        """Show these."""
        self._colours = colours
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: a size to begin with."""
        return QSize(40 * self._metrics.averageCharWidth(), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: below this nothing is read."""
        return QSize(10 * self._metrics.averageCharWidth(), self._metrics.lineSpacing())

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Qt: the narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Qt: how high it is where it is `width` pixels wide."""
        lines = [line for _name, _left, line in self._places(width)]
        return (max(lines, default=0) + 1) * self._metrics.lineSpacing()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: paint squares and names."""
        painter = QPainter(self)
        metrics = self._metrics
        painter.setFont(small_font(self.font()))
        side, ground = metrics.ascent(), ground_of_chart(self)
        painter.fillRect(self.rect(), ground)
        for name, left, line in self._places(self.width()):
            y = line * metrics.lineSpacing()
            box = QRect(left, y + metrics.descent() // 2, side, side)
            text = QRect(left + side + 4, y, metrics.horizontalAdvance(_title(name)) + 2, metrics.height())
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                for each in (box, text):
                    each.moveLeft(self.width() - each.left() - each.width())
            painter.fillRect(box, self._colours.colour(name, ground))
            painter.setPen(ink_of(self))
            painter.drawText(text, Qt.AlignmentFlag.AlignLeft, _title(name))
        painter.end()

    def _places(self, width: int) -> list[tuple[object, int, int]]:
        """Each model with where it stands: pixels from the edge, and the line."""
        left, line, places = 0, 0, []
        for name in self._colours.names:
            needed = self._metrics.ascent() + 4 + self._metrics.horizontalAdvance(_title(name)) + 2 * _GAP
            if left and left + needed > width:
                left, line = 0, line + 1
            places.append((name, left, line))
            left += needed
        return places

    @property
    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(small_font(self.font()))


def _title(name: object) -> str:
    return translate("History", "Other models") if name is OTHERS else model_title(str(name))
