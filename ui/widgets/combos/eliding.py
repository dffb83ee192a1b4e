"""Combo boxes that end a text that is too long with "…"; Qt cuts it off in the middle of a letter."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

_AROUND = 4  # logical pixels that styles leave free around the text, or between an icon and the text


ELIDES = "mapflow_dock_elides"  # the property of a combo box that does so


def elide_combos(within: QWidget) -> None:
    """Let every combo box in `within` whose text cannot be typed end what is too long with "…".

    `within` is a widget made in Python: Qt keeps alive what filters its events, but not the Python half of it.
    """
    eliding = _Eliding(within)
    for combo in within.findChildren(QComboBox):
        if not combo.isEditable() and not combo.property(ELIDES):
            combo.setProperty(ELIDES, True)
            combo.installEventFilter(eliding)


class _Eliding(QObject):
    """Paints the combo boxes it is installed on."""

    def eventFilter(self, combo: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: paints, where the text has not enough room."""
        if event.type() != QEvent.Type.Paint or not isinstance(combo, QComboBox):
            return False
        option = _option_of(combo)
        field = combo.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, combo
        )
        room = field.width() - _AROUND
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + _AROUND
        text = option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        if text == option.currentText:
            return False
        option.currentText = text
        painter = QStylePainter(combo)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()
        return True


def _option_of(combo: QComboBox) -> QStyleOptionComboBox:
    """What `initStyleOption` says, which PyQt keeps from combo boxes that are not made in Python."""
    option = QStyleOptionComboBox()
    option.initFrom(combo)
    option.frame = combo.hasFrame()
    option.subControls = QStyle.SubControl.SC_All
    option.currentText = combo.currentText()
    option.currentIcon = combo.itemIcon(combo.currentIndex())
    option.iconSize = combo.iconSize()
    return option
