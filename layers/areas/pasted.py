"""Polygons written as text: GeoJSON, or well-known text with or without the code of its coordinate system."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsJsonUtils, QgsWkbTypes

from ...text.translation import translate
from .measure import wgs84
from .transform import UnplaceableError

MAX_CHARACTERS = 1_000_000  # QGIS stands still while they are read, for some 50 ms; as a layer it does not
_COPIED = "wkt_geom"  # what begins the table that QGIS copies features as
_WITH_CODE = re.compile(r"\s*SRID\s*=\s*(\d{1,9})\s*;", re.IGNORECASE)


@dataclass(frozen=True)
class Ground:
    """Polygons and the system of their coordinates; not checked yet."""

    geometry: QgsGeometry
    crs: QgsCoordinateReferenceSystem


def ground_from_text(text: str) -> Ground:
    """Return the polygons that `text` writes; raises UnplaceableError, which says what is wrong with it."""
    if not text.strip():
        raise UnplaceableError(
            translate("Areas", "The clipboard holds no text. Copy a polygon as GeoJSON or WKT first.")
        )
    if len(text) > MAX_CHARACTERS:
        raise UnplaceableError(
            translate("Areas", "The clipboard holds too much text for an area. Add it as a layer instead.")
        )
    start = text.lstrip()
    if start.startswith("{"):
        geometries, crs = _from_geojson(text)
    elif start.startswith(_COPIED):
        geometries, crs = _from_copied_features(start)
    else:
        geometries, crs = _from_wkt(text)
    geometries = [piece for geometry in geometries for piece in _pieces(geometry)]
    if not geometries:
        raise UnplaceableError(_no_polygon())
    if any(geometry.type() != QgsWkbTypes.GeometryType.PolygonGeometry for geometry in geometries):
        raise UnplaceableError(
            translate("Areas", "The clipboard holds points or lines, which have no area. Copy polygons only.")
        )
    return Ground(QgsGeometry.collectGeometry(geometries), crs)


def _pieces(geometry: QgsGeometry) -> list[QgsGeometry]:
    """What a collection of several kinds holds; the geometry itself where it is none."""
    if QgsWkbTypes.flatType(geometry.wkbType()) != QgsWkbTypes.Type.GeometryCollection:
        return [geometry]
    return [piece for each in geometry.asGeometryCollection() for piece in _pieces(each)]


def _no_polygon() -> str:
    return translate(
        "Areas", "The clipboard holds no polygon that can be read. Copy one as GeoJSON or WKT, whole."
    )


def _from_geojson(text: str) -> tuple[list[QgsGeometry], QgsCoordinateReferenceSystem]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnplaceableError(_no_polygon()) from error
    geometries = [feature.geometry() for feature in QgsJsonUtils.stringToFeatureList(text)]
    present = [geometry for geometry in geometries if not geometry.isNull() and not geometry.isEmpty()]
    return present, _named_system(value)


def _named_system(value: object) -> QgsCoordinateReferenceSystem:
    """The system an older GeoJSON names; without any it is longitude and latitude."""
    member = value.get("crs") if isinstance(value, dict) else None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if member is None:
        return wgs84()
    crs = QgsCoordinateReferenceSystem.fromOgcWmsCrs(name) if isinstance(name, str) else None
    if crs is None or not crs.isValid():
        raise UnplaceableError(_unknown_system(str(name or "?")[:60]))
    return crs


def _from_copied_features(table: str) -> tuple[list[QgsGeometry], QgsCoordinateReferenceSystem]:
    """The geometries of a table as QGIS copies one; it does not say which system they are in."""
    texts = [line.split("\t", 1)[0] for line in table.splitlines()[1:]]
    read = [_whole_geometry(text) for text in texts if "(" in text]
    geometries = [geometry for geometry in read if geometry is not None]
    if len(geometries) < len(read):
        return [], wgs84()
    if any(map(_cannot_be_degrees, geometries)):
        raise UnplaceableError(
            translate(
                "Areas",
                "The copied features are not in longitude and latitude. Choose their layer instead, with “Selected "
                "features only” ticked.",
            )
        )
    return geometries, wgs84()


def _whole_geometry(text: str) -> Optional[QgsGeometry]:
    geometry = QgsGeometry.fromWkt(text)
    is_whole = text.count("(") == text.count(")")  # QGIS reads what is cut off as far as it goes
    return None if not is_whole or geometry.isNull() or geometry.isEmpty() else geometry


def _from_wkt(text: str) -> tuple[list[QgsGeometry], QgsCoordinateReferenceSystem]:
    crs, body = wgs84(), text.strip()
    with_code = _WITH_CODE.match(body)
    if with_code is not None:
        crs = QgsCoordinateReferenceSystem(f"EPSG:{with_code[1]}")
        body = body[with_code.end() :].strip()
        if not crs.isValid():
            raise UnplaceableError(_unknown_system(f"EPSG:{with_code[1]}"))
    geometry = _whole_geometry(body)
    if geometry is None:
        return [], crs
    if with_code is None and _cannot_be_degrees(geometry):
        raise UnplaceableError(
            translate(
                "Areas",
                "The numbers of the clipboard's polygon are no longitude and latitude. Write the code of their "
                "coordinate system before it, as in SRID=32637;POLYGON(…).",
            )
        )
    return [geometry], crs


def _cannot_be_degrees(geometry: QgsGeometry) -> bool:
    box = geometry.boundingBox()
    return (
        max(abs(box.xMinimum()), abs(box.xMaximum())) > 540
        or max(abs(box.yMinimum()), abs(box.yMaximum())) > 90.000001
    )


def _unknown_system(name: str) -> str:
    return translate(
        "Areas", "QGIS does not know the coordinate system {crs} that the clipboard names."
    ).format(crs=name)
