"""Layers for the tests of summaries: GeoPackages of squares whose area is known."""

from __future__ import annotations

from osgeo import ogr, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsRectangle, QgsVectorLayer

from mapflow_dock.layers.summary.source import Scope, request_of
from mapflow_dock.layers.summary.summing import sum_up

ONE = 12309.072079  # m² of a square of a thousandth of a degree at the equator, by pyproj
SIDE = 0.001
WGS84 = QgsCoordinateReferenceSystem("EPSG:4326")


def go_on(_fraction):
    return True


def square(west, south=0.0, side=SIDE):
    east, north = west + side, south + side
    return f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"


def written(
    path, rows, name="buildings", kind=ogr.wkbUnknown, fields=(("class_id", ogr.OFTString),), epsg=4326
):
    """Write a GeoPackage; each of `rows` is a geometry as text, or None, and the values of its fields."""
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = data.CreateLayer(name, system, kind)
    for field, type_ in fields:
        layer.CreateField(ogr.FieldDefn(field, type_))
    for wkt, *values in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        for (field, _type), value in zip(fields, values, strict=True):
            if value is not None:
                feature.SetField(field, value)
        if wkt:
            feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)
    layer = data = None
    return QgsVectorLayer(f"{path}|layername={name}", name, "ogr")


def summed(*layers, scope=Scope.WHOLE, view=None):
    shown = QgsGeometry.fromRect(QgsRectangle(*view)) if view else None
    return sum_up(request_of(layers, scope, shown, WGS84), go_on)


def classes(layer):
    return {each.code: each.totals.count for each in layer.classes}
