"""The classes that are found in a table as it is written, so that nobody looks for them in it later.

Made for a worker thread: no Qt, no QGIS objects.
"""

from __future__ import annotations

from typing import Any

from osgeo import ogr

from ..styles.classes import class_text

MOST_CLASSES = 100  # more values than that are no classes
_DISTINCT = (  # names are quoted: SQLite takes no parameters for them
    'SELECT DISTINCT "%(field)s" FROM "%(table)s" WHERE "%(field)s" IS NOT NULL ORDER BY 1 LIMIT %(most)d'
)


def holds_numbers(field: Any) -> bool:
    """Whether a field of GDAL's holds nothing but numbers."""
    is_number = field.GetType() in (ogr.OFTInteger, ogr.OFTInteger64, ogr.OFTReal)
    return is_number and field.GetSubType() != ogr.OFSTBoolean


def classes_in(opened: Any, layer: Any, field: str) -> tuple[tuple[str, ...], bool]:
    """Return values of a class field as text, none where they are too many, and whether they stand so in the file."""
    definition = layer.GetLayerDefn()
    told = definition.GetFieldDefn(definition.GetFieldIndex(field))
    is_flag = told.GetSubType() == ogr.OFSTBoolean
    if told.GetSubType() == ogr.OFSTJSON:  # a list is no class, and QGIS makes none of it
        return (), False
    column, table = field.replace('"', '""'), layer.GetName().replace('"', '""')
    names = {"field": column, "table": table, "most": MOST_CLASSES + 1}
    answer = opened.ExecuteSQL(_DISTINCT % names)
    if answer is None:
        return (), False
    values = [row.GetField(0) for row in answer]
    opened.ReleaseResultSet(answer)
    if len(values) > MOST_CLASSES:
        return (), False
    codes = tuple(dict.fromkeys(class_text(bool(value) if is_flag else value) for value in values))
    is_kept = told.GetType() in (ogr.OFTString, ogr.OFTInteger, ogr.OFTInteger64) and not is_flag
    return codes, is_kept and codes == tuple(map(str, values))
