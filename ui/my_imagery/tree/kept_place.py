"""Keeps what is seen of a tree at its place while rows come, go and move above it."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QTimer
from qgis.PyQt.QtWidgets import QTreeView


class KeptPlace(QObject):
    """Remembers the uppermost row that is seen before anything changes, and scrolls it back once all has changed.

    At its very top the view stays there, so that what is new is seen. The view scrolls by pixels.
    """

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self._row: Optional[QPersistentModelIndex] = None
        self._top = 0  # of the row, in pixels of the viewport
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._restore)
        model = view.model()
        for signal in (
            model.rowsAboutToBeInserted,
            model.rowsAboutToBeRemoved,
            model.rowsAboutToBeMoved,
            model.layoutAboutToBeChanged,
        ):
            signal.connect(self._remember)

    def forget(self) -> None:
        """Do not scroll back: the user, or the page, scrolls on purpose."""
        self._soon.stop()
        self._row = None

    def _remember(self, *_what: object) -> None:
        if self._soon.isActive():
            return
        self._soon.start(0)
        index = self._view.indexAt(QPoint(0, 0))
        if self._view.verticalScrollBar().value() > 0 and index.isValid():
            self._row = QPersistentModelIndex(index)
            self._top = self._view.visualRect(index).top()

    def _restore(self) -> None:
        row, self._row = self._row, None
        if row is not None and row.isValid():
            bar = self._view.verticalScrollBar()
            bar.setValue(bar.value() + self._view.visualRect(QModelIndex(row)).top() - self._top)
