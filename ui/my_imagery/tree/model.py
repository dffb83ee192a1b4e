"""One's mosaics and their images as an item model: changed by difference, images asked for when a mosaic is opened."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Callable, Optional, TypeVar

from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, pyqtSignal

from ....api.imagery_records import Image, Mosaic, Preparation
from ....text.translation import translate
from ...widgets.row_ranges import row_ranges
from .branch import Branch, Listing, Order
from .deleted import DeletedImagery
from .nodes import Doing, Node, Note, spoken, summary, title, tool_tip

T = TypeVar("T")
_NO_PARENT = 0  # internal id of a mosaic's index; an image's is the number of its branch


class Role(enum.IntEnum):
    """What an index says beyond Qt's own roles."""

    NODE = int(Qt.ItemDataRole.UserRole) + 1  # Mosaic, Image or Note
    SUMMARY = int(Qt.ItemDataRole.UserRole) + 2  # the second line
    DOING = int(Qt.ItemDataRole.UserRole) + 3  # Doing, or None


class ImageryTree(QAbstractItemModel):
    """Mosaics, and below each its images and perhaps a note. Asks nobody: `images_wanted` says what is wanted.

    `rename_asked(node, name)` says that the user typed another name; the row changes once it is told so.
    """

    images_wanted = pyqtSignal(str)  # id of a mosaic that was opened
    rename_asked = pyqtSignal(object, str)  # Mosaic or Image, name

    def __init__(
        self,
        pixel_metres: Callable[[Image], Optional[float]] = lambda _image: None,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._measure = pixel_metres
        self._pixels: dict[str, Optional[float]] = {}
        self._branches: list[Branch] = []
        self._by_number: dict[int, Branch] = {}
        self._row_of: dict[str, int] = {}
        self._mosaic_of: dict[str, str] = {}  # image id: mosaic id
        self._doing: dict[str, Doing] = {}
        self._order = Order.NAME
        self._last_number = _NO_PARENT
        self.deleted = DeletedImagery()

    # what is put in

    def set_mosaics(self, mosaics: Iterable[Mosaic]) -> None:
        """Make the mosaics be these: what is gone leaves, what changed is replaced, what is new is appended."""
        wanted = self.deleted.without(mosaics)
        gone = [row for row, branch in enumerate(self._branches) if branch.mosaic.id not in wanted]
        for first, last in reversed(row_ranges(gone)):
            self._remove(first, last)
        for row in range(len(self._branches)):
            self._replace(row, wanted.pop(self._branches[row].mosaic.id))
        self._append(list(wanted.values()))
        self._sort_mosaics()

    def put_mosaic(self, mosaic: Mosaic) -> None:
        """Insert or replace one mosaic; what is known of its images stays."""
        row = self._row_of.get(mosaic.id)
        if row is None:
            self._append([mosaic])
        else:
            self._replace(row, mosaic)
        self._sort_mosaics()

    def remove_mosaic(self, mosaic_id: str) -> None:
        """Take a mosaic out with its images."""
        row = self._row_of.get(mosaic_id)
        if row is not None:
            self._remove(row, row)

    def set_images(self, mosaic_id: str, images: Iterable[Image], skipped: int = 0) -> None:
        """Make the images of a mosaic be these, by difference; `skipped` records could not be read."""
        branch = self._branch(mosaic_id)
        if branch is None:
            return
        branch.listing = Listing.KNOWN
        wanted = self.deleted.without(images)
        for image in [held for held in branch.images if held.id not in wanted]:
            self.remove_image(image.id)
        for row, held in enumerate(branch.images):
            self._replace_image(branch, row, wanted.pop(held.id))
        self._append_images(branch, list(wanted.values()))
        self._set_note(branch, branch.note_of(skipped))
        self._sort_images(branch)
        self.put_mosaic(branch.counted())

    def put_image(self, image: Image) -> None:
        """Replace an image that is listed."""
        index = self.index_of(image.id)
        branch = self._by_number.get(index.internalId()) if index.isValid() else None
        if branch is not None:
            self._replace_image(branch, index.row(), replace(image, mosaic_id=branch.mosaic.id))
            self._sort_images(branch)

    def remove_image(self, image_id: str) -> None:
        """Take an image out."""
        branch = self._branch(self._mosaic_of.pop(image_id, ""))
        if branch is None:
            return
        row = next(row for row, held in enumerate(branch.images) if held.id == image_id)
        self.beginRemoveRows(self.index(self._row_of[branch.mosaic.id], 0), row, row)
        del branch.images[row]
        self.endRemoveRows()
        if branch.listing is Listing.KNOWN:
            self.put_mosaic(branch.counted())
            if not branch.images and branch.note is None:
                self._set_note(branch, branch.note_of(0))

    def set_failed(self, mosaic_id: str, sentence: str) -> None:
        """Say in place that the images of a mosaic could not be had; those that are known stay."""
        branch = self._branch(mosaic_id)
        if branch is not None:
            branch.listing = Listing.FAILED
            self._set_note(branch, Note(sentence, is_error=True))

    def set_asked(self, mosaic_id: str) -> None:
        """Say in place that the images of a mosaic are on their way; those that are known stay."""
        branch = self._branch(mosaic_id)
        if branch is not None:
            branch.listing = Listing.ASKED
            if not branch.images:
                self._set_note(branch, Note(translate("Tree", "Loading the images…")))

    def set_doing(self, node_id: str, doing: Optional[Doing]) -> None:
        """Show in its row what is being done with a mosaic or image; None ends that."""
        if doing is None:
            self._doing.pop(node_id, None)
        else:
            self._doing[node_id] = doing
        index = self.index_of(node_id)
        if index.isValid():
            self.dataChanged.emit(index, index, [int(Role.DOING), int(Role.SUMMARY)])

    def set_order(self, order: Order) -> None:
        """Sort mosaics, and the images in each, by `order`."""
        self._order = order
        self._sort_mosaics()
        for branch in self._branches:
            self._sort_images(branch)

    # what others ask

    @property
    def order(self) -> Order:
        """What it is sorted by."""
        return self._order

    def mosaics(self) -> tuple[Mosaic, ...]:
        """All mosaics, in the order they are sorted by."""
        return tuple(branch.mosaic for branch in self._branches)

    def mosaic(self, mosaic_id: str) -> Optional[Mosaic]:
        """The mosaic of that id, if it is listed."""
        branch = self._branch(mosaic_id)
        return None if branch is None else branch.mosaic

    def images(self, mosaic_id: str) -> tuple[Image, ...]:
        """The images of a mosaic, as far as they are known."""
        branch = self._branch(mosaic_id)
        return () if branch is None else tuple(branch.images)

    def listing(self, mosaic_id: str) -> Listing:
        """Whether the images of a mosaic are known."""
        branch = self._branch(mosaic_id)
        return Listing.NOT_ASKED if branch is None else branch.listing

    def image(self, image_id: str) -> Optional[Image]:
        """The image of that id, if it is listed."""
        images = self.images(self._mosaic_of.get(image_id, ""))
        return next((image for image in images if image.id == image_id), None)

    def pixel_metres(self, image: Image) -> Optional[float]:
        """An image's pixel on the ground in metres; None where it is not known."""
        key = f"{image.id} {image.pixel_size} {image.crs} {len(image.footprint)}"
        if key not in self._pixels:
            self._pixels[key] = self._measure(image)
        return self._pixels[key]

    def index_of(self, node_id: str) -> QModelIndex:
        """The index of a mosaic or image; invalid where it is not listed."""
        row = self._row_of.get(node_id)
        if row is not None:
            return self.index(row, 0)
        branch = self._branch(self._mosaic_of.get(node_id, ""))
        if branch is None:
            return QModelIndex()
        rows = (row for row, image in enumerate(branch.images) if image.id == node_id)
        return self.createIndex(next(rows), 0, branch.number)

    # QAbstractItemModel

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Qt: the index of a row."""
        if column != 0 or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        number = self._branches[parent.row()].number if parent.isValid() else _NO_PARENT
        return self.createIndex(row, column, number)

    def parent(self, index: QModelIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Qt: the mosaic of an image."""
        branch = self._by_number.get(index.internalId()) if index.isValid() else None
        if branch is None:
            return QModelIndex()
        return self.createIndex(self._row_of[branch.mosaic.id], 0, _NO_PARENT)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many mosaics, or images and notes of one."""
        if not parent.isValid():
            return len(self._branches)
        return self._branches[parent.row()].count if parent.internalId() == _NO_PARENT else 0

    def columnCount(self, _parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: all is in one column."""
        return 1

    def hasChildren(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: N802, B008 - Qt's signature
        """Qt: a mosaic can always be opened; what is in it may not be known yet."""
        return bool(self._branches) if not parent.isValid() else parent.internalId() == _NO_PARENT

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether opening a mosaic asks for its images."""
        is_mosaic = parent.isValid() and parent.internalId() == _NO_PARENT
        return is_mosaic and self._branches[parent.row()].listing is Listing.NOT_ASKED

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: a mosaic was opened. No row changes here: Qt may be in the midst of telling of other changes."""
        if self.canFetchMore(parent):
            branch = self._branches[parent.row()]
            branch.listing = Listing.ASKED
            self.images_wanted.emit(branch.mosaic.id)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: names can be typed anew; a note cannot be chosen."""
        node = self._node(index)
        if node is None:
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        flags = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsEditable
        if isinstance(node, Note):
            flags = flag.ItemIsEnabled | flag.ItemNeverHasChildren
        elif isinstance(node, Image):
            flags |= flag.ItemNeverHasChildren
        return flags  # type: ignore[return-value]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a row says under `role`."""
        node = self._node(index)
        if node is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return title(node)
        if role == Role.NODE:
            return node
        if role == Role.DOING:
            return None if isinstance(node, Note) else self._doing.get(node.id)
        pixel = self.pixel_metres(node) if isinstance(node, Image) else None
        if role == Role.SUMMARY:
            return summary(node, pixel)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(node, pixel)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            doing = None if isinstance(node, Note) else self._doing.get(node.id)
            return spoken(node, pixel, doing)
        return None

    def setData(  # noqa: N802 - Qt's name
        self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Qt: ask for another name; blanks are tidied, nothing is not a name."""
        node = self._node(index)
        name = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or node is None or isinstance(node, Note):
            return False
        if not name or name == node.name:
            return False
        self.rename_asked.emit(node, name)
        return True

    # inside

    def _node(self, index: QModelIndex) -> Optional[Node]:
        if not index.isValid():
            return None
        if index.internalId() == _NO_PARENT:
            return self._branches[index.row()].mosaic if index.row() < len(self._branches) else None
        branch = self._by_number.get(index.internalId())
        return None if branch is None else branch.node(index.row())

    def _branch(self, mosaic_id: str) -> Optional[Branch]:
        row = self._row_of.get(mosaic_id)
        return None if row is None else self._branches[row]

    def _append(self, mosaics: Sequence[Mosaic]) -> None:
        if not mosaics:
            return
        first = len(self._branches)
        self.beginInsertRows(QModelIndex(), first, first + len(mosaics) - 1)
        for mosaic in sorted(mosaics, key=self._order.key):
            self._last_number += 1
            branch = Branch(self._last_number, mosaic)
            self._branches.append(branch)
            self._by_number[branch.number] = branch
        self._renumber()
        self.endInsertRows()

    def _replace(self, row: int, mosaic: Mosaic) -> None:
        branch = self._branches[row]
        told = branch.told(mosaic)
        if told != branch.mosaic:
            branch.mosaic = told
            self._changed(self.index(row, 0))

    def _remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)
        for branch in self._branches[first : last + 1]:
            del self._by_number[branch.number]
            for image in branch.images:
                self._mosaic_of.pop(image.id, None)
        del self._branches[first : last + 1]
        self._renumber()
        self.endRemoveRows()

    def _replace_image(self, branch: Branch, row: int, image: Image) -> None:
        problem = branch.images[row].problem  # asked for by itself: a listing does not tell
        if problem and image.preparation is Preparation.FAILED and not image.problem:
            image = replace(image, problem=problem)
        if branch.images[row] != image:
            branch.images[row] = image
            self._changed(self.createIndex(row, 0, branch.number))

    def _append_images(self, branch: Branch, images: Sequence[Image]) -> None:
        if not images:
            return
        first = len(branch.images)
        parent = self.index(self._row_of[branch.mosaic.id], 0)
        self.beginInsertRows(parent, first, first + len(images) - 1)
        branch.images.extend(sorted(images, key=self._order.key))
        self._mosaic_of.update({image.id: branch.mosaic.id for image in images})
        self.endInsertRows()
        self._changed(parent)  # a filter that hid the mosaic looks at it again

    def _set_note(self, branch: Branch, note: Optional[Note]) -> None:
        parent, row = self.index(self._row_of[branch.mosaic.id], 0), len(branch.images)
        if branch.note is None and note is not None:
            self.beginInsertRows(parent, row, row)
            branch.note = note
            self.endInsertRows()
        elif branch.note is not None and note is None:
            self.beginRemoveRows(parent, row, row)
            branch.note = None
            self.endRemoveRows()
        elif branch.note != note:
            branch.note = note
            self._changed(self.index(row, 0, parent))

    def _sort_mosaics(self) -> None:
        wanted = sorted(self._branches, key=lambda branch: self._order.key(branch.mosaic))
        numbers = [branch.number for branch in wanted]
        if numbers != [branch.number for branch in self._branches]:
            rows = {number: row for row, number in enumerate(numbers)}
            self._move(_NO_PARENT, [rows[branch.number] for branch in self._branches], wanted, self._branches)

    def _sort_images(self, branch: Branch) -> None:
        wanted = sorted(branch.images, key=self._order.key)
        if wanted != branch.images:
            rows = {image.id: row for row, image in enumerate(wanted)}
            self._move(branch.number, [rows[image.id] for image in branch.images], wanted, branch.images)

    def _move(self, number: int, places: Sequence[int], wanted: list[T], held: list[T]) -> None:
        """Put `held` into the order `wanted`: of the rows with that internal id, each goes to its place of `places`."""
        self.layoutAboutToBeChanged.emit()
        kept = [index for index in self.persistentIndexList() if index.internalId() == number]
        before = [index for index in kept if index.row() < len(places)]  # a note stays where it is
        held[:] = wanted
        if number == _NO_PARENT:
            self._renumber()
        after = [self.createIndex(places[index.row()], 0, number) for index in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _changed(self, index: QModelIndex) -> None:
        self.dataChanged.emit(index, index)

    def _renumber(self) -> None:
        self._row_of = {branch.mosaic.id: row for row, branch in enumerate(self._branches)}
