"""The hands of a user inside QGIS: click, type, choose, drag, press keys.

Widgets are found by object name and driven with simulated mouse and keys.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QMenu,
    QMessageBox,
    QScrollArea,
    QWidget,
)

from desktop.eyes import LOOK_MS, Eyes, NotSeen

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


class Desk(Eyes):
    """One QGIS window, and hands to work in it."""

    def show(self, widget: QWidget) -> None:
        """Scroll to where the widget can be seen, as a user does before clicking."""
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()
        self.settle()

    def click(self, name: str, button: Qt.MouseButton = LEFT) -> None:
        """Click in the middle of a button, or on the box of a check."""
        widget = self.find(name)
        self.wait(f"{name} can be clicked", widget.isEnabled, 20)
        self.show(widget)
        spot = widget.rect().center()
        if isinstance(widget, QCheckBox):
            spot = QPoint(10, widget.rect().center().y())
        QTest.mouseClick(widget, button, NO_KEYS, spot)
        self.settle()

    def click_inside(self, outer: str, inner: str) -> None:
        """Click a part QGIS puts inside a widget, such as the arrow of a group."""
        self.show(self.find(outer))
        part = self.find(inner, within=outer)
        QTest.mouseClick(part, LEFT, NO_KEYS, part.rect().center())
        self.settle()

    def with_menu(self, button: str, act: Callable[[QMenu], None]) -> None:
        """Open the menu of a button, let `act` do something with it, and close it when that did not."""
        menu: QMenu = self.find(button).menu()  # type: ignore[attr-defined]
        problem: list[BaseException] = []

        def use_when_open() -> None:
            if not menu.isVisible():
                return
            timer.stop()
            try:
                act(menu)
            except Exception as error:  # noqa: BLE001 - must not vanish inside Qt
                problem.append(error)
            menu.close()

        # an open menu runs an event loop of its own: the click returns when the menu is closed again
        timer = QTimer()
        timer.timeout.connect(use_when_open)
        timer.start(LOOK_MS)
        self.click(button)
        self.wait(f"the menu of {button} was used", lambda: not timer.isActive(), 10)
        if problem:
            raise problem[0]

    def choose_from_menu(self, button: str, action: str) -> None:
        """Open the menu of a button and click the entry with that object name."""

        def click_entry(menu: QMenu) -> None:
            entries = [each for each in menu.actions() if each.objectName() == action]
            if not entries:
                raise NotSeen(
                    f"{button} offers no {action}, only {[each.objectName() for each in menu.actions()]}"
                )
            QTest.mouseClick(menu, LEFT, NO_KEYS, menu.actionGeometry(entries[0]).center())

        self.with_menu(button, click_entry)

    def type_into(self, name: str, text: str) -> None:
        """Replace what stands in a field."""
        widget = self.find(name)
        self.wait(f"{name} can be typed into", widget.isEnabled, 20)
        self.show(widget)
        QTest.mouseClick(widget, LEFT, NO_KEYS, widget.rect().center())
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        for letter in text:
            if letter.isascii():
                QTest.keyClicks(widget, letter)
            else:  # QTest knows no keys for other letters
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    QApplication.sendEvent(widget, QKeyEvent(kind, Qt.Key.Key_unknown, NO_KEYS, letter))
        self.settle()

    def choose(self, name: str, part: str) -> str:
        """Walk through a combo box by its arrow keys to the entry that has `part` in it; returns the entry."""
        combo = self.find(name, QComboBox)
        self.wait(f"{name} can be chosen from", combo.isEnabled, 20)
        rows = [row for row in range(combo.count()) if part.lower() in combo.itemText(row).lower()]
        if not rows:
            entries = [combo.itemText(row) for row in range(combo.count())]
            raise NotSeen(f"{name} has no entry with “{part}”, only {entries}")
        self.show(combo)
        combo.setFocus()
        for _ in range(combo.count()):
            if combo.currentIndex() == rows[0]:
                break
            key = Qt.Key.Key_Down if combo.currentIndex() < rows[0] else Qt.Key.Key_Up
            QTest.keyClick(combo, key)
        self.settle()
        if combo.currentIndex() != rows[0]:
            raise NotSeen(f"{name} did not take “{combo.itemText(rows[0])}”")
        return combo.currentText()

    def choose_tab(self, name: str, page: int) -> None:
        """Click on a tab."""
        bar = self.find(name).tabBar()  # type: ignore[attr-defined]
        QTest.mouseClick(bar, LEFT, NO_KEYS, bar.tabRect(page).center())
        self.settle()

    def click_row(self, name: str, row: int, double: bool = False) -> None:
        """Click on a row of a list or table."""
        view = self.find(name, QAbstractItemView)
        index = view.model().index(row, 0, view.rootIndex())
        view.scrollTo(index)
        spot = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), LEFT, NO_KEYS, spot)
        if double:
            QTest.mouseDClick(view.viewport(), LEFT, NO_KEYS, spot)
        self.settle()

    def key(self, name: str, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Press a key while the widget has the focus."""
        widget = self.find(name)
        if isinstance(widget, QAbstractScrollArea) and not isinstance(widget, QgsMapCanvas):
            widget.setFocus()
        QTest.keyClick(widget, key, modifier)
        self.settle()

    def answer(self, name: str, role: QMessageBox.ButtonRole = QMessageBox.ButtonRole.AcceptRole) -> None:
        """Click the button with that role in a message box, once the box is there."""
        box: QMessageBox = self.wait(
            f"{name} was shown", lambda: self.sees(name) and self.find(name, QMessageBox), 20
        )
        buttons: list[QAbstractButton] = [each for each in box.buttons() if box.buttonRole(each) == role]
        if not buttons:
            raise NotSeen(f"{name} has no button with the role {role}")
        QTest.mouseClick(buttons[0], LEFT)
        self.settle()

    def click_map(self, point: QgsPointXY, button: Qt.MouseButton = LEFT) -> None:
        """Move to a place, given in the map's coordinates, and click there."""
        place = self.canvas.getCoordinateTransform().transform(point)
        spot = QPoint(round(place.x()), round(place.y()))
        if not self.canvas.viewport().rect().contains(spot):
            raise NotSeen(f"{point} is not on the map as it is shown now")
        QTest.mouseMove(self.canvas.viewport(), spot)
        QTest.mouseClick(self.canvas.viewport(), button, NO_KEYS, spot)
        self.settle()

    def choose_width(self, dock: str, width: int) -> None:
        """Drag the edge of a dock until it is that wide, in logical pixels."""
        self.window.resizeDocks([self.find(dock)], [width], Qt.Orientation.Horizontal)  # type: ignore[attr-defined]
        self.settle()

    def drag_in(self, name: str, paths: Sequence[Path], drop: bool = True, row: int = -1) -> None:
        """Drag files from the file manager over a widget, onto a row of a list where one is named, and drop them."""
        widget = self.find(name)
        spot = widget.rect().center()
        if isinstance(widget, QAbstractItemView) and row >= 0:
            spot = widget.visualRect(widget.model().index(row, 0)).center()
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        # Qt hands a drag to the innermost widget that takes drops
        while not widget.acceptDrops():
            parent = widget.parentWidget()
            if parent is None:
                raise NotSeen(f"nothing can be dropped on {name}")
            spot, widget = widget.mapTo(parent, spot), parent
        copy = Qt.DropAction.CopyAction
        for event in (
            QDragEnterEvent(spot, copy, mime, LEFT, NO_KEYS),
            QDragMoveEvent(spot, copy, mime, LEFT, NO_KEYS),
        ):
            QApplication.sendEvent(widget, event)
            if not event.isAccepted():
                raise NotSeen(f"{name} does not take {[path.name for path in paths]}")
        self.settle()
        if drop:
            QApplication.sendEvent(widget, QDropEvent(QPointF(spot), copy, mime, LEFT, NO_KEYS))
            self.settle()
