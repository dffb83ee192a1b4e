"""Rows of a view as text on the clipboard: a line a row, with tabs between, as spreadsheets take it."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QApplication, QTreeView

from ....text.spreadsheets import tabbed
from ....text.translation import translate
from ..icons import icon_named


def copy_action(view: QTreeView, with_hidden: bool = False) -> QAction:
    """Give `view` an action that copies the chosen rows, or all of them where none is chosen."""
    action = QAction(icon_named("mActionEditCopy.svg"), translate("Rows", "Co&py Rows"), view)
    action.setObjectName("copyRowsAction")
    action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.triggered.connect(
        lambda _checked=False: QApplication.clipboard().setText(rows_text(view, with_hidden))
    )
    view.addAction(action)
    return action


def rows_text(view: QTreeView, with_hidden: bool = False) -> str:
    """The titles of the columns, then the chosen rows in their order, or all of them where none is chosen.

    Columns that are not shown are left out, but `with_hidden`.
    """
    header, model = view.header(), view.model()
    columns = [
        column
        for column in (header.logicalIndex(place) for place in range(header.count()))
        if with_hidden or not view.isColumnHidden(column)
    ]
    chosen = {_place(index) for index in view.selectionModel().selectedRows()}
    titles = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
    rows = (
        [index.siblingAtColumn(column).data() for column in columns]
        for index in _rows_below(view, QModelIndex())
        if not chosen or _place(index) in chosen
    )
    return tabbed((titles, *rows))


def _rows_below(view: QTreeView, parent: QModelIndex) -> list[QModelIndex]:
    model = view.model()
    rows = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        rows += [index, *_rows_below(view, index)]
    return rows


def _place(index: QModelIndex) -> tuple[int, ...]:
    """The rows from the top of the tree down to this one."""
    above = index.parent()
    return (*_place(above), index.row()) if above.isValid() else (index.row(),)
