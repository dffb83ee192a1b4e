"""How rows of two lines are painted, wherever the dock lists something: text that fits, a native bar, icons.

Places are reckoned from left to right. Whatever is painted goes through `mirrored`, for the languages written from
right to left.
"""

from __future__ import annotations

from qgis.PyQt.QtCore import QRect, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPalette
from qgis.PyQt.QtWidgets import QProgressBar, QStyle, QStyleOptionProgressBar, QStyleOptionViewItem

from ....text.quantities import percent_text
from ....text.server_text import bounded

PADDING = 4  # pixels at 100 %: the style's own margins know nothing of two lines
_SMALLER = 0.88  # the second line's size to the first's
_FAINTER = 0.72  # the second line's opacity: readable on every theme, and still second


def row_height(font: QFont) -> int:
    """Pixels a row of two lines takes."""
    return QFontMetrics(font).height() + QFontMetrics(small_font(font)).height() + 2 * PADDING + 1


def inner(rect: QRect) -> QRect:
    """A cell without its margins."""
    return rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)


def lines_in(place: QRect, font: QFont) -> tuple[QRect, QRect]:
    """Where the two lines stand in `place`, the first of them in `font`."""
    first = QRect(place.left(), place.top(), place.width(), QFontMetrics(font).height())
    height = QFontMetrics(small_font(font)).height()
    return first, QRect(place.left(), first.bottom() + 2, place.width(), height)


def small_font(font: QFont) -> QFont:
    """The font of the second line."""
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * _SMALLER)
    else:
        small.setPixelSize(max(1, round(font.pixelSize() * _SMALLER)))
    return small


def mirrored(option: QStyleOptionViewItem, place: QRect) -> QRect:
    """Where in the row `place` is for a reader of the view's direction."""
    return QStyle.visualRect(option.direction, option.rect, place)


def is_selected(option: QStyleOptionViewItem) -> bool:
    """Whether the row is painted as chosen."""
    return bool(option.state & QStyle.StateFlag.State_Selected)


def draw_text(
    painter: QPainter,
    option: QStyleOptionViewItem,
    rect: QRect,
    text: str,
    font: QFont,
    faint: bool = False,
    right: bool = False,
) -> None:
    """Paint one line of plain text, cut with an ellipsis where it does not fit."""
    painter.setPen(text_colour(option, faint))
    painter.setFont(font)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    shown = QFontMetrics(font).elidedText(bounded(text), Qt.TextElideMode.ElideRight, rect.width())
    towards = QStyle.visualAlignment(option.direction, side | Qt.AlignmentFlag.AlignVCenter)
    flags = int(towards | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine)
    painter.drawText(mirrored(option, rect), flags, shown)


def draw_icon(painter: QPainter, option: QStyleOptionViewItem, line: QRect, icon: QIcon) -> None:
    """Paint an icon at the beginning of a line, as high as the line."""
    rect = QRect(line.left(), line.top(), line.height(), line.height())
    mode = QIcon.Mode.Selected if is_selected(option) else QIcon.Mode.Normal
    icon.paint(painter, mirrored(option, rect), Qt.AlignmentFlag.AlignCenter, mode)


def draw_bar(
    painter: QPainter, option: QStyleOptionViewItem, line: QRect, percent: int, model: QProgressBar
) -> None:
    """Paint a bar as `model` looks, and beside it the number: across the bar, no one colour is read on all themes."""
    small = small_font(option.font)
    number = QRect(line)
    number.setLeft(line.right() - QFontMetrics(small).horizontalAdvance(percent_text(100)))
    bar = QStyleOptionProgressBar()
    bar.initFrom(model)
    bar.rect = mirrored(option, line.adjusted(0, 1, -number.width() - PADDING, -1))
    bar.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Horizontal
    bar.direction = option.direction
    bar.minimum, bar.maximum, bar.progress = 0, 100, percent
    bar.textVisible = False
    model.style().drawControl(QStyle.ControlElement.CE_ProgressBar, bar, painter, model)
    draw_text(painter, option, number, percent_text(percent), small, right=True)


def text_colour(option: QStyleOptionViewItem, faint: bool = False) -> QColor:
    """The colour of a row's text, or of what is `faint` in it."""
    if not option.state & QStyle.StateFlag.State_Enabled:
        group = QPalette.ColorGroup.Disabled
    elif option.state & QStyle.StateFlag.State_Active:
        group = QPalette.ColorGroup.Normal
    else:
        group = QPalette.ColorGroup.Inactive
    role = QPalette.ColorRole.HighlightedText if is_selected(option) else QPalette.ColorRole.Text
    colour = QColor(option.palette.color(group, role))
    if faint and not is_selected(option):  # on the colour of a chosen row nothing fainter can be read
        colour.setAlphaF(_FAINTER)
    return colour
