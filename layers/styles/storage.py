"""Stores a style in a GeoPackage as QGIS does, so that QGIS shows the layers with it wherever the file is opened.

QgsVectorLayer.saveStyleToDatabase does the same, but only on the GUI thread, where it takes too long for a large file.
"""

from __future__ import annotations

from pathlib import Path

from osgeo import gdal, ogr

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


def store_default_style(path: Path, table: str, geometry_column: str, style: str) -> None:
    """Write `style`, a QML document, into the GeoPackage as the default of one of its tables; for any thread."""
    opened = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"])
    styles = opened.GetLayerByName(TABLE) or _made_table(opened)
    row = ogr.Feature(styles.GetLayerDefn())
    row["f_table_catalog"] = ""
    row["f_table_schema"] = ""
    row["f_table_name"] = table
    row["f_geometry_column"] = geometry_column
    row["styleName"] = STYLE_NAME
    row["styleQML"] = style
    row["useAsDefault"] = 1
    styles.CreateFeature(row)


def _made_table(opened: gdal.Dataset) -> ogr.Layer:
    styles = opened.CreateLayer(TABLE, None, ogr.wkbNone, ["FID=id"])
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
