"""Where chosen imagery lies, as far as that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsGeometry

from ...layers.footprints.outlines import mosaic_outline, outline_of_all

if TYPE_CHECKING:
    from .choice import Choice
    from .tree.model import ImageryTree


def ground_of(tree: ImageryTree, choice: Choice) -> QgsGeometry:
    """The ground of the chosen imagery (EPSG:4326); empty where nothing is known of it."""
    parts = [mosaic_outline(mosaic, tree.known.images(mosaic.id)) for mosaic in choice.mosaics]
    parts.append(outline_of_all(choice.images))
    parts = [part for part in parts if not part.isEmpty()]
    return QgsGeometry.unaryUnion(parts) if parts else QgsGeometry()
