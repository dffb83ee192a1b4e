"""Which mosaics and images the tree shows."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QSortFilterProxyModel

from ....api.imagery_records import Image, Mosaic
from .model import Role
from .nodes import Node, Note


class ImageryFilter(QSortFilterProxyModel):
    """Filters by words (all have to occur in the names of an image and its mosaic, or the mosaic's tags) and by tag.

    A mosaic is shown with those of its images that fit, or with all where it fits itself.
    """

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._tag = ""
        self.setDynamicSortFilter(True)

    @property
    def is_filtering(self) -> bool:
        """Whether anything could be hidden."""
        return bool(self._words) or bool(self._tag)

    def set_text(self, text: str) -> None:
        """Show only what holds every word of `text`, in upper or lower case."""
        self._words = tuple(text.casefold().split())
        self.invalidateFilter()

    def set_tag(self, tag: str) -> None:
        """Show only mosaics with `tag`; "" for all."""
        self._tag = tag
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether a row of the source passes."""
        source = self.sourceModel()
        if source is None:
            return False
        if not self.is_filtering:
            return True
        index = source.index(source_row, 0, source_parent)
        node = index.data(int(Role.NODE))
        if isinstance(node, Mosaic):
            return self._has_tag(node) and (self._fits(_text(node)) or self._has_fitting_image(index))
        mosaic = source_parent.data(int(Role.NODE))
        own = _text(mosaic) if isinstance(mosaic, Mosaic) else ""
        if isinstance(node, Image):
            return self._fits(f"{own}\n{_text(node)}")
        return isinstance(node, Note) and self._fits(own)

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


def _text(node: Node) -> str:
    if isinstance(node, Mosaic):
        return "\n".join((node.name, *node.tags)).casefold()
    return node.name.casefold() if isinstance(node, Image) else ""
