"""Colours that are read on the ground they stand on, whatever theme QGIS has: contrast as WCAG 2 measures it."""

from __future__ import annotations

from functools import lru_cache

from qgis.PyQt.QtCore import QPoint, QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from qgis.PyQt.QtWidgets import QApplication, QStyle, QStyleOptionViewItem, QWidget

TEXT = 4.5  # contrast that text needs
SIGN = 3.0  # contrast that ticks, bars and other signs need
_SPARE = 0.2  # smooth edges and rounded colours take a little
_FAR = 12  # contrast to black or white of a ground that is light or dark
_STEPS = 20
_SIDE = 9  # pixels of the sample of a row's ground
_OPAQUE = 255
_FINE = 16  # pixels of an icon that is looked at

_colours: dict[int, QColor] = {}  # of icons, by their key


def contrast(one: QColor, other: QColor) -> float:
    """1 for the same colour, 21 for black and white."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def legible(colour: QColor, ground: QColor, least: float = TEXT) -> QColor:
    """`colour`, or the nearest one towards black or white that stands out from `ground`."""
    return QColor(_legible(colour.name(), ground.name(), least))


def is_middling(colour: QColor) -> bool:
    """Whether a colour is far from both black and white."""
    return max(contrast(colour, QColor(end)) for end in ("#000000", "#ffffff")) < _FAR


def mixed(colour: QColor, other: QColor, share: float) -> QColor:
    """`colour` with a `share` (0..1) of `other`, opaque."""
    kept = 1 - share
    return QColor.fromRgbF(
        colour.redF() * kept + other.redF() * share,
        colour.greenF() * kept + other.greenF() * share,
        colour.blueF() * kept + other.blueF() * share,
    )


def ground_of(option: QStyleOptionViewItem) -> QColor:
    """The colour that the style paints beneath a row in the state of `option`: a theme may have it in no palette."""
    sample = QStyleOptionViewItem(option)
    sample.text = ""
    sample.icon = QIcon()
    sample.rect = QRect(0, 0, _SIDE, _SIDE)
    sample.viewItemPosition = QStyleOptionViewItem.ViewItemPosition.Middle
    view = sample.widget
    style = view.style() if view is not None else QApplication.style()
    image = QImage(_SIDE, _SIDE, QImage.Format.Format_RGB32)
    is_other = sample.features & QStyleOptionViewItem.ViewItemFeature.Alternate
    role = QPalette.ColorRole.AlternateBase if is_other else QPalette.ColorRole.Base
    image.fill(sample.palette.color(colour_group(sample), role))
    painter = QPainter(image)
    style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewRow, sample, painter, view)
    style.drawControl(QStyle.ControlElement.CE_ItemViewItem, sample, painter, view)
    painter.end()
    return image.pixelColor(QPoint(_SIDE // 2, _SIDE // 2))


def ground_behind(widget: QWidget, role: QPalette.ColorRole = QPalette.ColorRole.Window) -> QColor:
    """The colour beneath what `widget` paints itself: where a theme's style sheet makes it transparent, another's."""
    colour = widget.palette().color(role)
    above = widget.parentWidget()
    while colour.alpha() < _OPAQUE and above is not None:
        colour = above.palette().color(QPalette.ColorRole.Window)
        above = above.parentWidget()
    return colour if colour.alpha() == _OPAQUE else QApplication.palette().color(role)


def link_colour(widget: QWidget, ground: QPalette.ColorRole = QPalette.ColorRole.Window) -> QColor:
    """The theme's colour of links, or the nearest one that is read in `widget`."""
    return legible(QApplication.palette().color(QPalette.ColorRole.Link), ground_behind(widget, ground))


def colour_group(option: QStyleOptionViewItem) -> QPalette.ColorGroup:
    """Which of a palette's colours a row has in its state."""
    if not option.state & QStyle.StateFlag.State_Enabled:
        return QPalette.ColorGroup.Disabled
    if option.state & QStyle.StateFlag.State_Active:
        return QPalette.ColorGroup.Normal
    return QPalette.ColorGroup.Inactive


def tinted(icon: QIcon, side: int, ratio: float, colour: QColor) -> QPixmap:
    """The shape of `icon` in one colour, `side` logical pixels wide on a screen of `ratio` pixels each."""
    pixels = max(1, round(side * ratio))
    pixmap = icon.pixmap(QSize(pixels, pixels))
    if pixmap.isNull():
        return pixmap
    pixmap.setDevicePixelRatio(1)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), colour)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def colour_of(icon: QIcon) -> QColor:
    """The colour of an icon that is drawn in one."""
    key = icon.cacheKey()
    if key not in _colours:
        image = icon.pixmap(QSize(_FINE, _FINE)).toImage()
        pixels = (image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width()))
        _colours[key] = max(pixels, key=QColor.alpha, default=QColor())  # its edges are smooth
    return QColor(_colours[key])


@lru_cache(maxsize=500)
def _legible(colour: str, ground: str, least: float) -> str:
    wanted, beneath = QColor(colour), QColor(ground)
    black, white = QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white)
    end = max((black, white), key=lambda extreme: contrast(extreme, beneath))
    if (_luminance(wanted) > _luminance(beneath)) != (end == white) and contrast(wanted, beneath) < least:
        return str(end.name())  # on the way to the other side it would be lost in the ground
    for step in range(_STEPS + 1):
        found = mixed(wanted, end, step / _STEPS)
        if contrast(found, beneath) >= least + _SPARE:
            return str(found.name())
    return str(end.name())


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
