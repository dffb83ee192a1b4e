"""What the My imagery page shows, as tests read it."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex


def names(page, key=""):
    shown = page.list.filter
    parent = shown.mapFromSource(page.tree.index_of(key)) if key else QModelIndex()
    return [shown.index(row, 0, parent).data() for row in range(shown.rowCount(parent))]


def empty_text(page):
    return page.noImageryLabel.text() if page.imageryStack.currentWidget() is page.noImageryPage else ""


def loaded(qtbot, page):
    qtbot.waitUntil(lambda: page._loading.is_loaded and not page._loading.is_asking)
