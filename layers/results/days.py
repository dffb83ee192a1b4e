"""Days as the dates they are: a GeoPackage keeps a date as the very text a result has it in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from osgeo import gdal, ogr

from ..gdal_errors import collect_gdal_errors


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written as 2024-05-06 and in no other way."""
    if len(text) != 10 or not text.isascii() or text[4] != "-" or text[7] != "-":
        return False
    try:
        date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return False
    return text.replace("-", "").isdigit()


def declare_days(path: Path, layer_name: str, columns: Iterable[str]) -> None:
    """Declare the `columns` of a GeoPackage's layer to be dates; where that cannot be done, they stay text.

    No value is written anew. Moments stay text: QGIS before 3.32 would show them without their time zone.
    """
    with collect_gdal_errors():
        try:
            opened = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"])
            layer = None if opened is None else opened.GetLayerByName(layer_name)
            if layer is None:
                return
            for name in columns:
                place = layer.GetLayerDefn().GetFieldIndex(name)
                if place >= 0:
                    layer.AlterFieldDefn(place, ogr.FieldDefn(name, ogr.OFTDate), ogr.ALTER_TYPE_FLAG)
            opened = layer = None  # closes the file
        except RuntimeError:  # where someone has switched GDAL's exceptions on
            return
