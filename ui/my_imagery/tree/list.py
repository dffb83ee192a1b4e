"""The tree of the My Imagery tab: view, model, filter and delegate put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional, Union

from qgis.PyQt.QtCore import QItemSelectionModel, QModelIndex, QObject, QPoint, pyqtSignal
from qgis.PyQt.QtWidgets import QTreeView

from ....api.imagery_records import Image, Mosaic
from ...widgets.rows.thumbnails import Thumbnails
from ..choice import Choice
from .delegate import ImageryDelegate
from .filter import ImageryFilter
from .kept_place import KeptPlace
from .model import ImageryTree, Role
from .nodes import Note

Chosen = Union[Mosaic, Image]


class ImageryList(QObject):
    """Shows the tree in `view`; indexes stay inside, others speak of mosaics, images and their ids."""

    chosen_changed = pyqtSignal()
    opened = pyqtSignal(object)  # Image that was double-clicked
    name_refused = pyqtSignal(str)  # why, in a sentence
    looked_into = pyqtSignal(str)  # id of a mosaic that was opened
    ask_again = pyqtSignal(str)  # id of a mosaic whose note of a failure was double-clicked

    def __init__(
        self, view: QTreeView, tree: ImageryTree, thumbnails: Thumbnails, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._tree = tree
        self._expanded: set[str] = set()  # ids of opened mosaics; they stay open while a filter hides them
        self.filter = ImageryFilter(self)
        self.filter.setSourceModel(tree)
        view.setModel(self.filter)
        self._place = KeptPlace(view)
        delegate = ImageryDelegate(thumbnails, view)
        delegate.refused.connect(self.name_refused)
        view.setItemDelegate(delegate)
        thumbnails.arrived.connect(self._repaint)
        view.selectionModel().selectionChanged.connect(self._on_selection)
        view.doubleClicked.connect(self._on_double_click)
        view.expanded.connect(self._on_expanded)
        view.collapsed.connect(self._on_collapsed)
        self.filter.rowsInserted.connect(self._on_inserted)

    def chosen(self) -> list[Chosen]:
        """The chosen mosaics and images, in the order they are shown."""
        rows = self._view.selectionModel().selectedRows()
        shown = sorted(rows, key=_place)
        return [
            node for node in (index.data(int(Role.NODE)) for index in shown) if not isinstance(node, Note)
        ]

    def choice(self) -> Choice:
        """What is chosen."""
        return Choice.of(self.chosen())

    def chosen_mosaic(self) -> Optional[Mosaic]:
        """The mosaic that everything chosen belongs to; None if there is none, or if there are several."""
        return self._tree.known.mosaic(self.choice().mosaic_id)

    def mosaic_at(self, place: QPoint) -> Optional[Mosaic]:
        """The mosaic at a place of the view, or the one of the image or note there."""
        index = self._view.indexAt(self._view.viewport().mapFrom(self._view, place))
        top = index.parent() if index.parent().isValid() else index
        node = top.data(int(Role.NODE)) if top.isValid() else None
        return node if isinstance(node, Mosaic) else None

    def is_shown(self, node_id: str) -> bool:
        """Whether a mosaic or image is listed and passes the filter."""
        return self._index_of(node_id).isValid()

    def choose(self, node_ids: Iterable[str]) -> None:
        """Choose these alone, and scroll to the first."""
        selection = self._view.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        found = [index for index in map(self._index_of, node_ids) if index.isValid()]
        for index in reversed(found):
            selection.setCurrentIndex(index, flags)
        if found:
            self._place.forget()
            self._view.scrollTo(found[0])

    def open(self, mosaic_id: str) -> None:
        """Open a mosaic, now or as soon as it is listed."""
        index = self._index_of(mosaic_id)
        if index.isValid():
            self._view.expand(index)
        else:
            self._expanded.add(mosaic_id)

    def forget_place(self) -> None:
        """Let the view scroll: the user has asked for other rows, or for another order."""
        self._place.forget()

    def edit_name(self, node: Chosen) -> None:
        """Let the name be typed in the row."""
        self._view.edit(self._index_of(node.id))

    def _index_of(self, node_id: str) -> QModelIndex:
        return self.filter.mapFromSource(self._tree.index_of(node_id))

    def _repaint(self, image_id: str) -> None:
        index = self._index_of(image_id)
        if index.isValid():
            self._view.update(index)

    def _on_selection(self, *_changed: object) -> None:
        self.chosen_changed.emit()

    def _on_expanded(self, index: QModelIndex) -> None:
        mosaic_id = index.data(int(Role.NODE)).id
        self._expanded.add(mosaic_id)
        self.looked_into.emit(mosaic_id)

    def _on_collapsed(self, index: QModelIndex) -> None:
        self._expanded.discard(index.data(int(Role.NODE)).id)

    def _on_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        if parent.isValid():
            return
        for index in (self.filter.index(row, 0) for row in range(first, last + 1)):
            if index.data(int(Role.NODE)).id in self._expanded:
                self._view.expand(index)

    def _on_double_click(self, index: QModelIndex) -> None:
        node = index.data(int(Role.NODE))
        if isinstance(node, Image):
            self.opened.emit(node)
        elif isinstance(node, Note) and node.is_error:
            mosaic = index.parent().data(int(Role.NODE))
            if isinstance(mosaic, Mosaic):
                self.ask_again.emit(mosaic.id)


def _place(index: QModelIndex) -> tuple[int, int]:
    parent = index.parent()
    return (parent.row(), index.row()) if parent.isValid() else (index.row(), -1)
