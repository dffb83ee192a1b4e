"""One's mosaics and their images as an item model: changed by difference, images asked for when a mosaic is opened."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, Qt, pyqtSignal

from ....api.imagery_records import Image, Mosaic
from ....jobs.imagery.known import Listing
from ....text.names import tidy_name
from ....text.translation import translate
from ...widgets.rows.ranges import row_ranges
from .branch import Branch, Order
from .deleted import DeletedImagery
from .nodes import Doing, Note, PixelMetres, spoken, summary, title, tool_tip
from .rows import NO_PARENT, ShelfRows

if TYPE_CHECKING:
    from ....api.http.errors import ApiError


class Role(enum.IntEnum):
    """What an index says beyond Qt's own roles."""

    NODE = int(Qt.ItemDataRole.UserRole) + 1  # Mosaic, Image or Note
    SUMMARY = int(Qt.ItemDataRole.UserRole) + 2  # the second line
    DOING = int(Qt.ItemDataRole.UserRole) + 3  # Doing, or None


class ImageryTree(ShelfRows):
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
        self.pixel_metres = PixelMetres(pixel_metres)
        self._doing: dict[str, Doing] = {}
        self.deleted = DeletedImagery()

    # what is put in

    def set_mosaics(self, mosaics: Iterable[Mosaic]) -> None:
        """List these mosaics: others are taken out, changed ones replaced, new ones added."""
        wanted = self.deleted.without(mosaics)
        gone = [row for row, branch in enumerate(self.known.branches) if branch.mosaic.id not in wanted]
        for first, last in reversed(row_ranges(gone)):
            self.remove(first, last)
        for row in range(len(self.known.branches)):
            self.replace_mosaic(row, wanted.pop(self.known.branches[row].mosaic.id))
        self.append(list(wanted.values()))
        self.sort_rows()

    def put_mosaic(self, mosaic: Mosaic) -> None:
        """Add a mosaic or replace its record; its images stay."""
        row = self.known.row_of(mosaic.id)
        if row is None:
            self.append([mosaic])
        else:
            self.replace_mosaic(row, mosaic)
        self.sort_rows()

    def remove_mosaic(self, mosaic_id: str) -> None:
        """Take a mosaic out with its images."""
        row = self.known.row_of(mosaic_id)
        if row is not None:
            self.remove(row, row)

    def set_images(
        self,
        mosaic_id: str,
        images: Iterable[Image],
        skipped: int = 0,
        untold: Optional[ApiError] = None,
    ) -> None:
        """Make the images of a mosaic be these, by difference; `skipped` records could not be read.

        `untold` is why the service did not say which are not ready, if it did not: those that are known stay then.
        """
        branch = self.known.branch(mosaic_id)
        if branch is None:
            return
        branch.listing = Listing.KNOWN
        branch.untold = untold
        wanted = self.deleted.without(images)
        if untold is not None and not untold.is_unsupported:
            wanted = {**{held.id: held for held in branch.images if held.has_data is False}, **wanted}
        for image in [held for held in branch.images if held.id not in wanted]:
            self.remove_image(image.id)
        for row, held in enumerate(branch.images):
            self._replace_image(branch, row, wanted.pop(held.id))
        self.append_images(branch, list(wanted.values()))
        self.set_note(branch, branch.note_of(skipped))
        self.sort_rows(branch)
        self.put_mosaic(branch.counted())

    def put_image(self, image: Image) -> None:
        """Replace an image that is listed."""
        branch = self.known.branch_of(image.id)
        if branch is not None:
            row = branch.row_of(image.id)
            self._replace_image(branch, row, replace(image, mosaic_id=branch.mosaic.id))
            self.sort_rows(branch)

    def remove_image(self, image_id: str) -> None:
        """Take an image out."""
        branch = self.known.branch_of(image_id)
        if branch is None:
            return
        self.remove_row(branch, branch.row_of(image_id))
        if branch.listing is Listing.KNOWN:
            self.put_mosaic(branch.counted())
            if not branch.images and branch.note is None:
                self.set_note(branch, branch.note_of(0))

    def set_failed(self, mosaic_id: str, sentence: str) -> None:
        """Say below a mosaic that its images could not be loaded; images that are listed stay."""
        branch = self.known.branch(mosaic_id)
        if branch is not None:
            branch.listing = Listing.FAILED
            self.set_note(branch, Note(sentence, is_error=True))

    def set_asked(self, mosaic_id: str) -> None:
        """Say below a mosaic that its images are being loaded; images that are listed stay."""
        branch = self.known.branch(mosaic_id)
        if branch is not None:
            branch.listing = Listing.ASKED
            if not branch.images:
                self.set_note(branch, Note(translate("Tree", "Loading the images…")))

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
        self.known.order = order
        self.sort_rows()
        for branch in self.known.branches:
            self.sort_rows(branch)

    # QAbstractItemModel

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether opening a mosaic asks for its images."""
        is_mosaic = parent.isValid() and parent.internalId() == NO_PARENT
        return is_mosaic and self.known.branches[parent.row()].listing is Listing.NOT_ASKED

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: a mosaic was opened. No row changes here: Qt may be in the midst of telling of other changes."""
        if self.canFetchMore(parent):
            branch = self.known.branches[parent.row()]
            branch.listing = Listing.ASKED
            self.images_wanted.emit(branch.mosaic.id)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: names can be typed anew; a note cannot be chosen."""
        node = self.node(index)
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
        node = self.node(index)
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
        node = self.node(index)
        name = tidy_name(str(value))
        if role != Qt.ItemDataRole.EditRole or node is None or isinstance(node, Note):
            return False
        if not name or name in (node.name, title(node)):
            return False
        self.rename_asked.emit(node, name)
        return True

    # inside

    def _replace_image(self, branch: Branch, row: int, image: Image) -> None:
        told = branch.told_image(row, image)
        if told != branch.images[row]:
            branch.images[row] = told
            self.tell_changed(self.row_index(branch, row))
