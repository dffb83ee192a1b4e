"""How rows of two lines are painted, wherever the dock lists something: text that fits, a native bar, icons.

Places are reckoned from left to right. Whatever is painted goes through `mirrored`, for the languages written from
right to left.
"""

from __future__ import annotations

from qgis.PyQt.QtCore import QPointF, QRect, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QIcon, QImage, QPainter, QPalette, QPixmap
from qgis.PyQt.QtWidgets import QProgressBar, QStyle, QStyleOptionProgressBar, QStyleOptionViewItem

from ....text.quantities import percent_text
from ....text.server_text import bounded
from .contrast import SIGN, colour_group, colour_of, contrast, ground_of, legible, mixed, tinted

PADDING = 4  # pixels at 100 %: the style's own margins know nothing of two lines
_SMALLER = 0.88  # the second line's size to the first's
_FRAME = QColor(128, 128, 128, 90)  # around pictures: seen on white and on black
_PALER = 0.28  # of the ground in the second line's colour, where that can be read
# roles of a row's palette, as `make_legible` sets them
_GROUND = QPalette.ColorRole.Base
_TEXT = QPalette.ColorRole.Text
_FAINT_TEXT = QPalette.ColorRole.PlaceholderText


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


def make_legible(option: QStyleOptionViewItem) -> None:
    """Give a row's option colours that are read on the ground its style paints: what is drawn here takes them."""
    ground = ground_of(option)
    role = QPalette.ColorRole.HighlightedText if is_selected(option) else QPalette.ColorRole.Text
    text = legible(option.palette.color(colour_group(option), role), ground)
    palette = QPalette(option.palette)
    palette.setColor(_GROUND, ground)
    palette.setColor(_TEXT, text)
    palette.setColor(_FAINT_TEXT, legible(mixed(text, ground, _PALER), ground))
    option.palette = palette


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
    """Paint a sign of one colour at the beginning of a line, as high as the line, so that it is seen."""
    place = QRect(line.left(), line.top(), line.height(), line.height())
    draw_sign(painter, option, mirrored(option, place), icon)


def draw_sign(painter: QPainter, option: QStyleOptionViewItem, place: QRect, icon: QIcon) -> None:
    """Paint a sign of one colour into a square."""
    colour = legible(colour_of(icon), option.palette.color(_GROUND), SIGN)
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    pixmap = tinted(icon, place.height(), ratio, text_colour(option) if is_selected(option) else colour)
    painter.drawPixmap(place, pixmap)


def draw_picture(painter: QPainter, place: QRect, pixmap: QPixmap) -> None:
    """Paint the middle of a picture so that it fills `place`, with a frame."""
    scale = max(place.width() / pixmap.width(), place.height() / pixmap.height())
    width, height = place.width() / scale, place.height() / scale
    middle = QPointF(pixmap.width() / 2, pixmap.height() / 2)
    source = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QRectF(place), pixmap, source)
    painter.setPen(_FRAME)
    painter.drawRect(place)


def draw_bar(
    painter: QPainter, option: QStyleOptionViewItem, line: QRect, percent: int, model: QProgressBar
) -> None:
    """Paint a bar as `model` looks, and beside it the number: across the bar, no one colour is read on all themes."""
    small = small_font(option.font)
    number = QRect(line)
    number.setLeft(line.right() - QFontMetrics(small).horizontalAdvance(percent_text(100)))
    place = mirrored(option, line.adjusted(0, 1, -number.width() - PADDING, -1))
    if _is_seen(option, place.size(), model):
        _draw_native_bar(painter, option, place, percent, model)
    else:
        _draw_plain_bar(painter, option, place, percent)
    draw_text(painter, option, number, percent_text(percent), small, right=True)


def text_colour(option: QStyleOptionViewItem, faint: bool = False) -> QColor:
    """The colour of a row's text, or of what is `faint` in it; `make_legible` has chosen them."""
    return option.palette.color(_FAINT_TEXT if faint and not is_selected(option) else _TEXT)


def _draw_native_bar(
    painter: QPainter, option: QStyleOptionViewItem, place: QRect, percent: int, model: QProgressBar
) -> None:
    bar = QStyleOptionProgressBar()
    bar.initFrom(model)
    bar.rect = place
    bar.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Horizontal
    bar.direction = option.direction
    bar.minimum, bar.maximum, bar.progress = 0, 100, percent
    bar.textVisible = False
    model.style().drawControl(QStyle.ControlElement.CE_ProgressBar, bar, painter, model)


def _draw_plain_bar(painter: QPainter, option: QStyleOptionViewItem, place: QRect, percent: int) -> None:
    """A bar in the colour of the row's text, which is read on its ground."""
    painter.setPen(text_colour(option))
    painter.drawRect(place.adjusted(0, 0, -1, -1))
    done = place.adjusted(2, 2, -2, -2)
    done.setWidth(round(done.width() * percent / 100))
    if option.direction == Qt.LayoutDirection.RightToLeft:
        done.moveRight(place.right() - 2)
    painter.fillRect(done, text_colour(option))


def _is_seen(option: QStyleOptionViewItem, size: QSize, model: QProgressBar) -> bool:
    """Whether one sees how far a native bar is, on the ground of the row."""
    image = QImage(size, QImage.Format.Format_RGB32)
    if image.isNull():
        return False
    image.fill(option.palette.color(_GROUND))
    painter = QPainter(image)
    _draw_native_bar(painter, option, image.rect(), 50, model)
    painter.end()
    middle = size.height() // 2
    done, left = (image.pixelColor(size.width() * part // 4, middle) for part in (1, 3))
    return contrast(done, left) >= SIGN
