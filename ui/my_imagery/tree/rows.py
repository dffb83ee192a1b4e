"""The rows of the imagery tree as Qt wants them: where each is, and how views learn that one comes, goes or moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, QObject

from ....api.imagery_records import Image, Mosaic
from .branch import Branch
from .nodes import Node, Note
from .shelf import Shelf

NO_PARENT = 0  # internal id of a mosaic's index; an image's is the number of its branch


class ShelfRows(QAbstractItemModel):
    """Mosaics, and below each its images and perhaps a note; `known` is what there is."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.known = Shelf()

    def index_of(self, node_id: str) -> QModelIndex:
        """The index of a mosaic or image; invalid where it is not listed."""
        row = self.known.row_of(node_id)
        if row is not None:
            return self.index(row, 0)
        branch = self.known.branch_of(node_id)
        return QModelIndex() if branch is None else self.row_index(branch, branch.row_of(node_id))

    def row_index(self, branch: Branch, row: int) -> QModelIndex:
        """The index of a row below a mosaic."""
        return self.createIndex(row, 0, branch.number)

    def node(self, index: QModelIndex) -> Optional[Node]:
        """What an index stands for."""
        if not index.isValid():
            return None
        branches = self.known.branches
        if index.internalId() == NO_PARENT:
            return branches[index.row()].mosaic if index.row() < len(branches) else None
        branch = self.known.numbered(index.internalId())
        return None if branch is None else branch.node(index.row())

    # QAbstractItemModel

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Qt: the index of a row."""
        if column != 0 or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        number = self.known.branches[parent.row()].number if parent.isValid() else NO_PARENT
        return self.createIndex(row, column, number)

    def parent(self, index: QModelIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Qt: the mosaic of an image."""
        branch = self.known.numbered(index.internalId()) if index.isValid() else None
        return QModelIndex() if branch is None else self.index_of(branch.mosaic.id)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many mosaics, or images and notes of one."""
        if not parent.isValid():
            return len(self.known.branches)
        return self.known.branches[parent.row()].count if parent.internalId() == NO_PARENT else 0

    def columnCount(self, _parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: all is in one column."""
        return 1

    def hasChildren(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: N802, B008 - Qt's signature
        """Qt: a mosaic can always be opened; what is in it may not be known yet."""
        return bool(self.known.branches) if not parent.isValid() else parent.internalId() == NO_PARENT

    # changes

    def append(self, mosaics: Sequence[Mosaic]) -> None:
        """Add mosaics below the others."""
        if mosaics:
            first = self.rowCount()
            self.beginInsertRows(QModelIndex(), first, first + len(mosaics) - 1)
            self.known.append(mosaics)
            self.endInsertRows()

    def replace_mosaic(self, row: int, mosaic: Mosaic) -> None:
        """Put a newer record of a mosaic in the place of the older one."""
        branch = self.known.branches[row]
        told = branch.told(mosaic)
        if told != branch.mosaic:
            branch.mosaic = told
            self.tell_changed(self.index(row, 0))

    def remove(self, first: int, last: int) -> None:
        """Take out the mosaics of these rows with their images."""
        self.beginRemoveRows(QModelIndex(), first, last)
        self.known.remove(first, last)
        self.endRemoveRows()

    def append_images(self, branch: Branch, images: Sequence[Image]) -> None:
        """Add images below the others of a mosaic."""
        if images:
            first, mosaic = len(branch.images), self.index_of(branch.mosaic.id)
            self.beginInsertRows(mosaic, first, first + len(images) - 1)
            self.known.append_images(branch, images)
            self.endInsertRows()
            self.tell_changed(mosaic)  # a filter that hid the mosaic looks at it again

    def remove_row(self, branch: Branch, row: int) -> None:
        """Take an image out of a mosaic."""
        self.beginRemoveRows(self.index_of(branch.mosaic.id), row, row)
        self.known.remove_image(branch, row)
        self.endRemoveRows()

    def set_note(self, branch: Branch, note: Optional[Note]) -> None:
        """Say something below the images of a mosaic, or nothing."""
        mosaic, row = self.index_of(branch.mosaic.id), len(branch.images)
        if branch.note is None and note is not None:
            self.beginInsertRows(mosaic, row, row)
            branch.note = note
            self.endInsertRows()
        elif branch.note is not None and note is None:
            self.beginRemoveRows(mosaic, row, row)
            branch.note = None
            self.endRemoveRows()
        elif branch.note != note:
            branch.note = note
            self.tell_changed(self.row_index(branch, row))

    def sort_rows(self, branch: Optional[Branch] = None) -> None:
        """Put the mosaics, or the images of one, into their order; a note stays below."""
        places = self.known.places(branch)
        if not places:
            return
        number = NO_PARENT if branch is None else branch.number
        self.layoutAboutToBeChanged.emit()
        kept = [index for index in self.persistentIndexList() if index.internalId() == number]
        before = [index for index in kept if index.row() < len(places)]
        self.known.rearrange(places, branch)
        after = [self.createIndex(places[index.row()], 0, number) for index in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def tell_changed(self, index: QModelIndex) -> None:
        """Views paint a row anew."""
        self.dataChanged.emit(index, index)
