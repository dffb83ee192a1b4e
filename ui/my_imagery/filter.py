"""Which mosaics and images the tree shows, and in what order."""

from __future__ import annotations

import enum
from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QSortFilterProxyModel

from ...api.imagery_records import Image, Mosaic
from .nodes import Node, Note
from .tree import Role


class Order(enum.Enum):
    """What the tree is sorted by."""

    NAME = "name"
    NEWEST = "newest"
    LARGEST = "largest"


class ImageryFilter(QSortFilterProxyModel):
    """Filters by words (all have to occur in the names of an image and its mosaic, or the mosaic's tags) and by tag.

    A mosaic is shown with those of its images that fit, or with all where it fits itself.
    """

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._tag = ""
        self._order = Order.NAME
        self.setDynamicSortFilter(True)
        self.sort(0)

    @property
    def is_filtering(self) -> bool:
        """Whether anything could be hidden."""
        return bool(self._words) or bool(self._tag)

    @property
    def order(self) -> Order:
        """What it is sorted by."""
        return self._order

    def set_text(self, text: str) -> None:
        """Show only what holds every word of `text`, in upper or lower case."""
        self._words = tuple(text.casefold().split())
        self.invalidateFilter()

    def set_tag(self, tag: str) -> None:
        """Show only mosaics with `tag`; "" for all."""
        self._tag = tag
        self.invalidateFilter()

    def set_order(self, order: Order) -> None:
        """Sort by `order`."""
        self._order = order
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether a row of the source passes."""
        source = self.sourceModel()
        if source is None:
            return False
        index = source.index(source_row, 0, source_parent)
        node = index.data(int(Role.NODE))
        if isinstance(node, Mosaic):
            return self._has_tag(node) and (self._fits(_text(node)) or self._has_fitting_image(index))
        mosaic = source_parent.data(int(Role.NODE))
        own = _text(mosaic) if isinstance(mosaic, Mosaic) else ""
        if isinstance(node, Image):
            return self._fits(f"{own}\n{_text(node)}")
        return isinstance(node, Note) and self._fits(own)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: the order of two rows; a note stays below the images."""
        one, other = left.data(int(Role.NODE)), right.data(int(Role.NODE))
        return self._key(one) < self._key(other)

    def _has_tag(self, mosaic: Mosaic) -> bool:
        return not self._tag or self._tag in mosaic.tags

    def _fits(self, text: str) -> bool:
        return all(word in text for word in self._words)

    def _has_fitting_image(self, mosaic: QModelIndex) -> bool:
        source = self.sourceModel()
        return any(
            self.filterAcceptsRow(row, mosaic)
            for row in range(source.rowCount(mosaic))
            if isinstance(source.index(row, 0, mosaic).data(int(Role.NODE)), Image)
        )

    def _key(self, node: Optional[Node]) -> tuple[bool, float, str, str]:
        if node is None or isinstance(node, Note):
            return True, 0.0, "", ""
        first = 0.0
        if self._order is Order.LARGEST:
            first = -float(node.size or 0)
        elif self._order is Order.NEWEST:
            moment = node.created if isinstance(node, Mosaic) else node.uploaded
            first = -moment.timestamp() if moment is not None else 0.0
        return False, first, node.name.casefold(), node.id


def _text(node: Node) -> str:
    if isinstance(node, Mosaic):
        return "\n".join((node.name, *node.tags)).casefold()
    return node.name.casefold() if isinstance(node, Image) else ""
