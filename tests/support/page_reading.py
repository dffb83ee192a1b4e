"""What the My Imagery page shows, as tests read it, and the keys and buttons they press."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtWidgets import QApplication, QMessageBox, QPushButton

LEFT = Qt.MouseButton.LeftButton
DEFERRED_DELETE = 52  # QEvent::DeferredDelete


def names(page, key=""):
    shown = page.list.filter
    parent = shown.mapFromSource(page.tree.index_of(key)) if key else QModelIndex()
    return [shown.index(row, 0, parent).data() for row in range(shown.rowCount(parent))]


def empty_text(page):
    return page.noImageryLabel.text() if page.imageryStack.currentWidget() is page.noImageryPage else ""


def loaded(qtbot, page):
    qtbot.waitUntil(lambda: page._loading.is_loaded and not page._loading.is_asking)


def action(page, name):
    return next(one for one in page.imageryView.actions() if one.objectName() == name)


def press(page, qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    page.activateWindow()
    page.imageryView.setFocus()
    qtbot.keyClick(page.imageryView, key, modifier)


def question(page):
    boxes = [box for box in page.findChildren(QMessageBox) if box.isVisible()]
    return boxes[-1] if boxes else None


def answer(page, qtbot, name="goOnButton"):
    qtbot.waitUntil(lambda: question(page) is not None)
    box = question(page)
    button = box.findChild(QPushButton, name) or box.button(QMessageBox.StandardButton.Cancel)
    qtbot.mouseClick(button, LEFT)
    QApplication.sendPostedEvents(None, DEFERRED_DELETE)


def enabled(page):
    return {one.objectName() for one in page.imageryView.actions() if one.isEnabled()}
