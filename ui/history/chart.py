"""A chart of months: bars of what each comes to, a colour for each model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Callable, Optional

from qgis.PyQt.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from qgis.PyQt.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...jobs.history.months import Amount, Month, MonthSum, by_model
from ...text.server_text import tip_of_lines
from ...text.translation import translate
from ..widgets.rows.painting import small_font
from .colours import ModelColours, ground_of_chart, ink_of
from .months_model import model_title, month_title

Measure = Callable[[Amount], float]
MeasureText = Callable[[float], str]

_LEAST_BAR = 10  # logical pixels a month needs
_WIDEST_BAR = 48
_GAP = 6
_LINES = 4  # at most, of the scale


class HistoryChart(QWidget):
    """Shows one measure of the months; the newest are shown where there is not room for all."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._months: Sequence[MonthSum] = ()
        self._colours = ModelColours(())
        self._measure: Measure = lambda amount: amount.credits
        self._text: MeasureText = str
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleDescription(translate("History", "The table below says the same in figures"))

    def set_months(
        self, months: Sequence[MonthSum], measure: Measure, text: MeasureText, colours: ModelColours
    ) -> None:
        """Show `measure` of these months, which `text` writes."""
        self._months, self._measure, self._text, self._colours = months, measure, text, colours
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: a size to begin with."""
        letter = self.fontMetrics().averageCharWidth()
        return QSize(60 * letter, 14 * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: below this nothing is read."""
        return QSize(24 * self.fontMetrics().averageCharWidth(), 8 * self.fontMetrics().lineSpacing())

    def shown_months(self) -> Sequence[MonthSum]:
        """The months there is room for."""
        most = max(1, self._plot().width() // _LEAST_BAR)
        return self._months[-most:]

    def bar_of(self, month: Month) -> QRect:
        """Where the bar of a month stands, from the scale's foot to its top; empty where it is not shown."""
        return next((slot for each, slot in self._slots() if each.month == month), QRect())

    def event(self, event: QEvent) -> bool:
        """Qt: the figures of the month under the pointer are its tool tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return bool(super().event(event))

    def tip_at(self, point: QPoint) -> str:
        """What the month at `point` comes to, model by model."""
        for month, slot in self._slots():
            if slot.contains(point):
                lines = [month_title(month.month)]
                for name, amount in by_model([month]).items():
                    told = translate("History", "{model}: {amount}")
                    lines.append(
                        told.format(model=model_title(name), amount=self._text(self._measure(amount)))
                    )
                return tip_of_lines(lines)
        return ""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: paint the scale, the bars and the names of the months."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), ground_of_chart(self))
        painter.setFont(small_font(self.font()))
        months, plot = self.shown_months(), self._plot()
        step, top = _scale(max((self._measure(month.all) for month in months), default=0.0))
        self._paint_scale(painter, plot, step, top)
        for place, month in enumerate(months):
            self._paint_bar(painter, plot, self._slot(plot, place, len(months)), month, top)
        self._paint_titles(painter, plot, months)
        painter.end()

    def _paint_scale(self, painter: QPainter, plot: QRect, step: float, top: float) -> None:
        ink = ink_of(self)
        faint = QColor(ink)
        faint.setAlphaF(0.2)
        for line in range(round(top / step) + 1):
            y = plot.bottom() - round(plot.height() * line * step / top)
            painter.setPen(faint)
            painter.drawLine(plot.left(), y, plot.right(), y)
            painter.setPen(ink)
            height = painter.fontMetrics().height()
            place = QRect(0, y - height // 2, plot.left() - _GAP, height)
            if self._is_mirrored:
                place = QRect(
                    plot.right() + _GAP, place.top(), self.width() - plot.right() - 2 * _GAP, height
                )
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, self._text(line * step))

    def _paint_bar(self, painter: QPainter, plot: QRect, slot: QRect, month: MonthSum, top: float) -> None:
        width = min(_WIDEST_BAR, max(2, slot.width() * 2 // 3))
        left = slot.left() + (slot.width() - width) / 2
        foot = float(plot.bottom())
        ground = ground_of_chart(self)
        for name, amount in self._colours.sorted_out(month.by_model):
            height = plot.height() * self._measure(amount) / top
            if height > 0:
                colour = self._colours.colour(name, ground)
                painter.fillRect(QRectF(left, foot - height, width, height), colour)
                foot -= height

    def _paint_titles(self, painter: QPainter, plot: QRect, months: Sequence[MonthSum]) -> None:
        painter.setPen(ink_of(self))
        metrics = painter.fontMetrics()
        needed = metrics.horizontalAdvance(month_title((2028, 12), True)) + _GAP
        each = max(1, math.ceil(needed / max(1, plot.width() / max(1, len(months)))))
        for place, month in enumerate(months):
            if (len(months) - 1 - place) % each == 0:
                slot = self._slot(plot, place, len(months))
                left = min(slot.center().x() - needed // 2, self.width() - needed)
                text = QRect(max(0, left), plot.bottom() + 2, needed, metrics.height())
                painter.drawText(text, Qt.AlignmentFlag.AlignHCenter, month_title(month.month, True))

    def _plot(self) -> QRect:
        """Where the bars stand: beside the figures of the scale, above the names of the months."""
        metrics = QFontMetrics(small_font(self.font()))
        # of all months: the width of the figures decides how many are shown
        step, top = _scale(max((self._measure(month.all) for month in self._months), default=0.0))
        figures = [self._text(line * step) for line in range(round(top / step) + 1)]
        scale = max(metrics.horizontalAdvance(figure) for figure in figures) + 2 * _GAP
        height = metrics.height()
        plot = QRect(scale, height, self.width() - scale - _GAP, self.height() - 2 * height - _GAP)
        if self._is_mirrored:
            plot.moveLeft(_GAP)
        return plot

    def _slots(self) -> list[tuple[MonthSum, QRect]]:
        """Each month that is shown, and its part of the plot."""
        months, plot = self.shown_months(), self._plot()
        return [(month, self._slot(plot, place, len(months))) for place, month in enumerate(months)]

    def _slot(self, plot: QRect, place: int, count: int) -> QRect:
        """The part of the plot that belongs to one of `count` months."""
        place = count - 1 - place if self._is_mirrored else place
        left, right = (plot.left() + plot.width() * each // count for each in (place, place + 1))
        return QRect(left, plot.top(), right - left, plot.height())

    @property
    def _is_mirrored(self) -> bool:
        return bool(self.layoutDirection() == Qt.LayoutDirection.RightToLeft)


def _scale(most: float) -> tuple[float, float]:
    """The step between the lines of the scale, a round figure, and the line at its top, which holds `most`."""
    if most <= 0:
        return 1.0, 1.0
    rough = most / _LINES
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(round_one * power for round_one in (1, 2, 5, 10) if round_one * power >= rough * (1 - 1e-9))
    return step, step * math.ceil(most / step - 1e-9)
