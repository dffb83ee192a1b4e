"""A notice as it stands in a message bar: its sentence and its buttons, in one line until it is opened."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap, QPolygonF, QResizeEvent, qGray
from qgis.PyQt.QtWidgets import QBoxLayout, QHBoxLayout, QToolButton, QWidget

from ...text.translation import translate
from .rows.contrast import TEXT, contrast, legible
from .sentence import Sentence

_BESIDE_FROM = 420  # logical pixels: in the dock the buttons of an opened notice go below its sentence
_LEAST_LETTERS = 12  # of the sentence beside a button: fewer tell nobody what the button is for
_SAMPLED = 3  # pixels between two that are looked at


class NoticeRow(QWidget):
    """Takes one line. While that leaves anything out there is a button *More*, which shows all of it.

    A screen reader reads the whole sentence either way.
    """

    def __init__(self, text: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        self._sentence = Sentence(text, 1, self)
        self._sentence.setAccessibleName(text)
        line.addWidget(self._sentence, 1)
        self._more = QToolButton(self)
        self._more.setObjectName("moreButton")
        self._more.setIcon(self._arrow(self.palette().color(QPalette.ColorRole.ButtonText)))
        self._more.setAutoRaise(True)
        self._more.setToolTip(translate("Widgets", "More"))
        self._more.setAccessibleName(translate("Widgets", "More"))
        self._more.setAccessibleDescription(text)
        self._more.clicked.connect(self._open)
        self._more.hide()
        line.addWidget(self._more)
        self._outer.addLayout(line, 1)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch()
        self._outer.addLayout(self._buttons)
        self._now: list[QToolButton] = []
        self._later: list[QToolButton] = []
        # what is shown or hidden while the bar lays its parts out leaves them laid out wrongly
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._fit)

    def add_button(self, text: str, on_click: Callable[[], None], is_later: bool = False) -> QToolButton:
        """Put a button to the right of what is there; `is_later` hides it in a narrow bar until *More* is pressed."""
        button = QToolButton(self)
        button.setText(text)
        button.clicked.connect(lambda _checked=False: on_click())
        self._buttons.addWidget(button)
        (self._later if is_later else self._now).append(button)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: there may be room for all of the sentence now, or no longer."""
        super().resizeEvent(event)
        self._fitting.start()

    def _make_legible(self) -> None:
        """Change the colour of what is not read well: the bar has its level's colour, and the text the theme's."""
        bar: QWidget = self
        while not bar.inherits("QgsMessageBar") and bar.parentWidget() is not None:
            bar = bar.parentWidget()
        seen = bar.grab().toImage()
        for widget in (self._sentence, *self.findChildren(QToolButton)):
            place = QRect(widget.mapTo(bar, QPoint()), widget.size())
            if not widget.isVisible() or not bar.rect().contains(place):
                continue
            ink, ground = widget.palette().color(widget.foregroundRole()), _ground(seen, place)
            if widget is self._more:
                self._more.setIcon(self._arrow(legible(ink, ground)))
            elif contrast(ink, ground) < TEXT:
                widget.setStyleSheet(f"color: {legible(ink, ground).name()}")

    def _arrow(self, colour: QColor) -> QIcon:
        """An arrow that points down; that of a style is pale."""
        side, ratio = self.fontMetrics().height(), self.devicePixelRatioF()
        pixmap = QPixmap(QSize(side, side) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF([QPointF(side * x, side * y) for x, y in ((0.2, 0.35), (0.8, 0.35), (0.5, 0.7))])
        )
        painter.end()
        return QIcon(pixmap)

    def _fit(self) -> None:
        is_narrow = self.width() < _BESIDE_FROM
        is_below = is_narrow and self._sentence.is_open
        way = QBoxLayout.Direction.TopToBottom if is_below else QBoxLayout.Direction.LeftToRight
        self._outer.setDirection(way)
        if not self._sentence.is_open:
            self._fit_in_one_line(is_narrow)
        self._make_legible()

    def _fit_in_one_line(self, is_narrow: bool) -> None:
        beside = self._now if is_narrow else [*self._now, *self._later]
        room = self.width() - self._width_of(beside)
        needs_more = (is_narrow and bool(self._later)) or self._sentence.is_cut_at(room)
        if needs_more:
            room -= self._more.sizeHint().width() + self._outer.spacing()
            if room < _LEAST_LETTERS * self.fontMetrics().averageCharWidth():
                beside = []
        for button in (*self._now, *self._later):
            button.setVisible(button in beside)
        self._more.setVisible(needs_more)

    def _width_of(self, buttons: list[QToolButton]) -> int:
        return sum(button.sizeHint().width() + self._outer.spacing() for button in buttons)

    def _open(self) -> None:
        self._sentence.set_open(True)
        self._more.hide()
        for button in (*self._now, *self._later):
            button.show()
        self._fitting.start()


def _ground(seen: QImage, place: QRect) -> QColor:
    """The middle one of a label's or button's shades: a single place in it may hold a letter, and it may be shaded."""
    ratio = seen.devicePixelRatioF()
    left, top = round(place.left() * ratio), round(place.top() * ratio)
    columns = range(left, min(seen.width(), round(place.right() * ratio)), _SAMPLED)
    lines = range(top, min(seen.height(), round(place.bottom() * ratio)), _SAMPLED)
    shades = sorted((seen.pixel(x, y) for y in lines for x in columns), key=qGray)
    return QColor(shades[len(shades) // 2]) if shades else QColor()
