"""A histogram in the colours of the theme. Each bar is told when it is pointed at or reached by the arrow keys."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QEvent, QPoint, QRect, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ...layers.summary.facts import Distribution
from ...text.quantities import number_text
from ..widgets.rows.contrast import SIGN, legible, mixed
from ..widgets.rows.painting import small_font
from .words import bar_sentence, bin_text, spread_sentence

_LEAST = QSize(200, 120)  # logical pixels
_WANTED = QSize(320, 160)
_BAR_GAP = 2
_PAD = 4
_PALER = 0.45  # of the ground in the colour of bars that are not pointed at
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Histogram(QWidget):
    """Shows a Distribution; `told` says what its bar says, or all of it where none is pointed at."""

    told = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("histogram")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._shown: Optional[Distribution] = None
        self._current = -1

    def show_distribution(self, shown: Optional[Distribution], title: str) -> None:
        """Show another one, or none; `title` is what it is of."""
        if shown == self._shown and title == self.accessibleName():
            return
        self._shown = shown
        self.setAccessibleName(title)
        lines = [] if shown is None else [bar_sentence(shown, each) for each in shown.bins]
        self.setAccessibleDescription("\n".join(lines))
        self._current = -1
        self._tell()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: the least it can do with."""
        return _LEAST

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: what looks well."""
        return _WANTED

    def bar_at(self, place: QPoint) -> int:
        """The bar whose column `place` is in; -1 for none."""
        if self._shown is None:
            return -1
        return next(
            (index for index in range(len(self._shown.bins)) if self._column(index).contains(place)), -1
        )

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: draw it."""
        if self._shown is None:
            return
        painter = QPainter(self)
        ground = self.palette().color(QPalette.ColorRole.Window)
        ink = legible(self.palette().color(QPalette.ColorRole.WindowText), ground)
        painter.setFont(small_font(self.font()))
        self._paint_bars(painter, ground)
        field = self._field()
        painter.setPen(legible(mixed(ink, ground, _PALER), ground, SIGN))
        painter.drawLine(field.bottomLeft(), field.bottomRight())
        painter.setPen(ink)
        self._paint_words(painter, field)
        if self.hasFocus() and self._current >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._column(self._current).adjusted(0, 0, -1, -1))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: another bar is pointed at."""
        self._point_at(self.bar_at(event.pos()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: none is pointed at."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point_at(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the keys go elsewhere."""
        super().focusOutEvent(event)
        self._point_at(-1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the arrow keys go from bar to bar."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._shown is None:
            super().keyPressEvent(event)
            return
        last = len(self._shown.bins) - 1
        first = 0 if step > 0 else last
        self._point_at(first if self._current < 0 else max(0, min(last, self._current + step)))

    def _point_at(self, index: int) -> None:
        if index != self._current:
            self._current = index
            self._tell()

    def _tell(self) -> None:
        self.update()
        if self._shown is None:
            self.told.emit("")
        elif self._current >= 0:
            self.told.emit(bar_sentence(self._shown, self._shown.bins[self._current]))
        else:
            self.told.emit(spread_sentence(self._shown))

    def _paint_bars(self, painter: QPainter, ground: QColor) -> None:
        if self._shown is None:
            return
        strong = legible(self.palette().color(QPalette.ColorRole.Highlight), ground, SIGN)
        pale = legible(mixed(strong, ground, _PALER), ground, SIGN)
        most = max((each.count for each in self._shown.bins), default=0) or 1
        for index, each in enumerate(self._shown.bins):
            column = self._column(index)
            height = max(1 if each.count else 0, round(column.height() * each.count / most))
            bar = QRect(column.left(), column.bottom() + 1 - height, column.width(), height)
            is_current = index == self._current or self._current < 0
            painter.fillRect(bar.adjusted(0, 0, -_BAR_GAP, 0), strong if is_current else pale)

    def _paint_words(self, painter: QPainter, field: QRect) -> None:
        if self._shown is None:
            return
        line = painter.fontMetrics().height()
        most = max((each.count for each in self._shown.bins), default=0)
        top = QRect(field.left(), _PAD, field.width(), line)
        corner = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(top, int(corner), number_text(most, 0))
        ends = self._shown.bins[0], self._shown.bins[-1]
        below = QRect(field.left(), field.bottom() + _PAD, field.width() // 2, line)
        for each, place, side in (
            (ends[0], below, Qt.AlignmentFlag.AlignLeft),
            (ends[1], below.translated(field.width() - below.width(), 0), Qt.AlignmentFlag.AlignRight),
        ):
            if each is ends[1] and len(self._shown.bins) == 1:
                continue
            text = painter.fontMetrics().elidedText(
                bin_text(self._shown, each), Qt.TextElideMode.ElideRight, place.width()
            )
            painter.drawText(place, int(side | Qt.AlignmentFlag.AlignTop), text)

    def _field(self) -> QRect:
        """Where the bars are."""
        line = self.fontMetrics().height()
        return self.rect().adjusted(_PAD, line + 2 * _PAD, -_PAD, -line - 2 * _PAD)

    def _column(self, index: int) -> QRect:
        field = self._field()
        count = 1 if self._shown is None else len(self._shown.bins)
        left = field.left() + field.width() * index // count
        right = field.left() + field.width() * (index + 1) // count
        return QRect(left, field.top(), right - left, field.height())
