"""Footprints of images of the catalog on their way into a file: as GeoJSON, and the style a GeoPackage keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsSingleSymbolRenderer

from ..gdal_errors import ConversionCancelledError, Report
from ..styles.documents import style_document
from .catalog_layer import catalog_attributes, catalog_map_tip
from .outlines import outline_symbol

if TYPE_CHECKING:
    from qgis.core import QgsGeometry

    from ...api.catalog.records import CatalogImage
    from ..tables import Table

_DECIMALS = 9  # of a degree: a tenth of a millimetre
_STEP = 500  # images between two reports


def write_catalog_geojson(
    found: Sequence[tuple[CatalogImage, QgsGeometry]], path: Path, report: Report
) -> Path:
    """Write a feature for each image, with all that is known of it, to `path`; returns that.

    The grounds are in EPSG:4326; those that are not known are null. Raises ConversionCancelledError. May run in any
    thread, as long as nobody else uses the geometries.
    """
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"type": "FeatureCollection", "features": [\n')
        for number, (image, ground) in enumerate(found):
            if number % _STEP == 0 and not report(number / len(found)):
                raise ConversionCancelledError
            stream.write(",\n" if number else "")
            stream.write(_feature(image, ground))
        stream.write("\n]}\n")
    return path


def catalog_style(_table: Table) -> str:
    """Return the style of such a table: outlines, so that imagery below stays visible, and map tips."""
    return style_document(QgsSingleSymbolRenderer(outline_symbol()), catalog_map_tip())


def _feature(image: CatalogImage, ground: QgsGeometry) -> str:
    values = catalog_attributes(image)
    if isinstance(image.acquired, datetime):
        moment = image.acquired.astimezone(timezone.utc)
        values["acquired"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = json.dumps(values)
    place = "null" if ground.isEmpty() else ground.asJson(_DECIMALS)
    return f'{{"type": "Feature", "properties": {told}, "geometry": {place}}}'
