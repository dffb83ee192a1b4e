"""Stores a style in a GeoPackage as QGIS does, so that QGIS shows the layers with it wherever the file is opened.

QgsVectorLayer.saveStyleToDatabase does the same, but only on the GUI thread, where it takes too long for a large file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from osgeo import gdal, ogr

from ..gdal_errors import collect_gdal_errors

TABLE = "layer_styles"
STYLE_NAME = "Mapflow"
_TEXTS = (
    ("f_table_catalog", 256),
    ("f_table_schema", 256),
    ("f_table_name", 256),
    ("f_geometry_column", 256),
    ("styleName", 30),
    ("styleQML", 0),
    ("styleSLD", 0),
)
_MORE_TEXTS = (("description", 0), ("owner", 30), ("ui", 30))


def store_default_style(path: Path, table: str, geometry_column: str, style: str) -> str:
    """Write `style`, a QML document, into the GeoPackage as the default of one of its tables; for any thread.

    Returns what GDAL says where it cannot be written, else "".
    """
    with collect_gdal_errors() as errors:
        opened = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"])
        styles = None if opened is None else (opened.GetLayerByName(TABLE) or _made_table(opened))
        is_written = styles is not None
        if styles is not None:
            try:
                _add_row(styles, table, geometry_column, style)
            except RuntimeError as error:  # where another plugin has switched GDAL's exceptions on
                errors.append(str(error))
        styles = opened = None  # closes the file
    return "" if is_written and not errors else "\n".join(errors) or f"{path.name} cannot be opened"


def _add_row(styles: ogr.Layer, table: str, geometry_column: str, style: str) -> None:
    row = ogr.Feature(styles.GetLayerDefn())
    row["f_table_catalog"] = ""
    row["f_table_schema"] = ""
    row["f_table_name"] = table
    row["f_geometry_column"] = geometry_column
    row["styleName"] = STYLE_NAME
    row["styleQML"] = style
    row["useAsDefault"] = 1
    styles.CreateFeature(row)


def _made_table(opened: gdal.Dataset) -> Optional[ogr.Layer]:
    styles = opened.CreateLayer(TABLE, None, ogr.wkbNone, ["FID=id"])
    if styles is None:
        return None
    for name, width in _TEXTS:
        styles.CreateField(_field(name, ogr.OFTString, width))
    flag = _field("useAsDefault", ogr.OFTInteger, 0)
    flag.SetSubType(ogr.OFSTBoolean)
    styles.CreateField(flag)
    for name, width in _MORE_TEXTS:
        styles.CreateField(_field(name, ogr.OFTString, width))
    time = _field("update_time", ogr.OFTDateTime, 0)
    time.SetDefault("CURRENT_TIMESTAMP")
    styles.CreateField(time)
    return styles


def _field(name: str, kind: int, width: int) -> ogr.FieldDefn:
    field = ogr.FieldDefn(name, kind)
    if width:
        field.SetWidth(width)
    return field
