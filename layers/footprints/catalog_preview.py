"""Preview layers of the catalog's images: titled, and found again by the image they show."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsProject, QgsRasterLayer

from ...text.server_text import unmarked
from ...text.translation import translate
from ..origin.metadata import LONGEST_TITLE
from ..results.layers import ROLE, SERVER

CATALOG_PREVIEW_ROLE = "catalog preview"
_IMAGE = "mapflow_dock/catalog_image"
_PROVIDER = "mapflow_dock/catalog_provider"


def scene_layer(path: Path, name: str) -> QgsRasterLayer:
    """Return the picture at `path` as a layer."""
    title = translate("Footprints", "{name} (preview)").format(name=unmarked(name, LONGEST_TITLE))
    return QgsRasterLayer(str(path), title, "gdal")


def describe_catalog_preview(layer: QgsRasterLayer, key: tuple[str, str], server: str) -> None:
    """Write in a layer's properties what it shows; `key` is the provider and id of the image."""
    for name, value in _properties(key, server).items():
        layer.setCustomProperty(name, value)


def catalog_preview_of(project: QgsProject, key: tuple[str, str], server: str) -> Optional[QgsRasterLayer]:
    """Return the layer of `project` that shows the image of that provider and id; None where there is none."""
    wanted = _properties(key, server)
    for layer in project.mapLayers().values():
        is_it = all(layer.customProperty(name) == value for name, value in wanted.items())
        if is_it and isinstance(layer, QgsRasterLayer) and layer.isValid():
            return layer
    return None


def _properties(key: tuple[str, str], server: str) -> dict[str, str]:
    provider, image_id = key
    return {_PROVIDER: provider, _IMAGE: image_id, SERVER: server, ROLE: CATALOG_PREVIEW_ROLE}
