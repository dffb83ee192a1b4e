"""The area to process: read from a layer or a drawing, checked against the service's limits, repaired on request.

`Area.geometry` is exactly what is sent: longitude and latitude rounded to 8 decimals. So the outline that is checked,
measured and shown is the outline the user pays for. Parts that overlap or share an edge are merged, since the service
charges ground twice that is in two parts. Broken outlines are reported; only `repaired` changes them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsGeometry,
    QgsMultiPolygon,
    QgsPolygon,
    QgsRectangle,
    QgsWkbTypes,
)

from ...text.quantities import apart, area_text, number_text
from ...text.translation import translate
from .geojson import (
    DECIMALS,
    Numbers,
    multipolygon_to_geojson,
    polygons_of,
    ring_from_points,
    ring_points,
    rings_of,
    without_repeats,
)
from .measure import box_area, ellipsoidal_area
from .transform import BeyondGlobeError, ToLongitudeLatitude, UnplaceableError

MAX_VERTICES = 50_000  # to check so many takes 0.1 s; areas of layers are checked in a task
MAX_SENTENCES = 3


@dataclass(frozen=True)
class AreaProblem:
    """Why an area cannot be processed, in a sentence for the user; `fixable` when `repaired` may help.

    `place` is where on the map that can be seen, as longitude and latitude.
    """

    sentence: str
    fixable: bool
    place: Optional[tuple[float, float]] = None


@dataclass(frozen=True)
class Area:
    """Ground to process: a multi-polygon in EPSG:4326 without Z, split at the antimeridian, with its areas in m²."""

    geometry: QgsGeometry
    parts: int
    area_m2: float
    bbox_areas_m2: tuple[float, ...]
    problems: tuple[AreaProblem, ...]
    before: Optional[QgsGeometry] = None  # how it was until it was repaired
    is_rough: bool = False  # it is far over the limit, so its exact outline was not computed

    @property
    def is_usable(self) -> bool:
        """Whether the area can be sent as it is."""
        return self.parts > 0 and not self.problems

    def to_geojson(self) -> dict[str, object]:
        """Return a GeoJSON Polygon or MultiPolygon: closed, exterior anticlockwise, at most 8 decimals, no Z."""
        return multipolygon_to_geojson(self.geometry)


def area_from_geometries(
    geometries: Iterable[QgsGeometry],
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext,
    area_limit_m2: float = math.inf,
    is_of_map: bool = False,
) -> Area:
    """Return the area covered by polygons of one coordinate system; never raises, its `problems` say what is wrong.

    An area with a part larger than `area_limit_m2` (m²) is refused at once, and nothing else is checked.
    `is_of_map`: they were drawn on the map, or are what it shows, so that the system is the project's.
    """
    if not crs.isValid():
        return unusable(_no_system(is_of_map))
    try:
        transform = ToLongitudeLatitude(crs, context, area_limit_m2)
        polygons = _straight_polygons(geometries)
        placed = [_polygon(rings) for rings in map(transform.rings, polygons) if rings]
    except BeyondGlobeError as error:
        return unusable(_beyond_globe() if is_of_map else str(error))
    except UnplaceableError as error:
        return unusable(str(error))
    if not placed:
        return unusable(translate("Areas", "The area is empty: it holds no polygon."))
    return _too_large(placed, area_limit_m2) if transform.is_rough else _measured(placed)


def _no_system(is_of_map: bool) -> str:
    if is_of_map:
        return translate(
            "Areas",
            "The project has no coordinate system, so that nothing says where the map lies. Set one in Project > "
            "Properties > CRS.",
        )
    return translate("Areas", "The area has no coordinate system. Set one in the layer's properties.")


def _beyond_globe() -> str:
    return translate(
        "Areas",
        "What was drawn, or what the map shows, reaches beyond the globe. Zoom in, or draw a smaller area.",
    )


def repaired(area: Area) -> Area:
    """Return the area with its broken outlines made valid. This may change its shape, so ask the user before."""
    if not any(problem.fixable for problem in area.problems):
        return area
    lasting = tuple(problem for problem in area.problems if not problem.fixable)
    mended: list[QgsPolygon] = []
    for polygon in polygons_of(area.geometry):
        mended.extend(_made_valid(QgsGeometry(polygon.clone())))
    result = (
        _measured(mended)
        if mended
        else unusable(translate("Areas", "Nothing is left of the area once it is repaired."))
    )
    # to repair it a second time would not help
    still = tuple(replace(problem, fixable=False) for problem in result.problems)
    return replace(result, problems=lasting + still, before=QgsGeometry(area.geometry))


def limit_problems(area: Area, area_limit_m2: float, max_parts: int) -> tuple[AreaProblem, ...]:
    """Return the account's limits the area breaks: its size in m², the box of each part in m², the number of parts."""
    problems = []
    if area.parts > max_parts:
        sentence = translate(
            "Areas",
            "The area has %Ln separate parts; your account allows {limit} in one processing.",
            "The area has 1 part; your account allows {limit} in one processing.",
            area.parts,
        )
        problems.append(sentence.format(limit=number_text(max_parts, 0)))
    if area.area_m2 > area_limit_m2:
        sentence = translate("Areas", "The area is {area}; your account allows {limit} in one processing.")
        size, limit = apart(area_text, area.area_m2, area_limit_m2)
        problems.append(sentence.format(area=size, limit=limit))
    else:
        widest = max(area.bbox_areas_m2, default=0.0)
        if widest > area_limit_m2:
            sentence = translate(
                "Areas",
                "A part of the area spans a rectangle of {area}; your account allows {limit}. "
                "Split long or slanted shapes into smaller parts.",
            )
            size, limit = apart(area_text, widest, area_limit_m2)
            problems.append(sentence.format(area=size, limit=limit))
    return tuple(AreaProblem(sentence, fixable=False) for sentence in problems)


def unusable(sentence: str) -> Area:
    """Return an area of nothing; `sentence` says why."""
    return Area(QgsGeometry(QgsMultiPolygon()), 0, 0.0, (), (AreaProblem(sentence, fixable=False),))


def _straight_polygons(geometries: Iterable[QgsGeometry]) -> list[QgsPolygon]:
    """Return straight polygons; missing and empty geometries are passed over."""
    polygons: list[QgsPolygon] = []
    vertices = 0
    for geometry in geometries:
        if geometry.isNull() or geometry.isEmpty():
            continue
        if geometry.type() != QgsWkbTypes.GeometryType.PolygonGeometry:
            raise UnplaceableError(
                translate("Areas", "The area has something that is not a polygon. Choose polygons only.")
            )
        _check_count(vertices + geometry.constGet().nCoordinates())
        straight = geometry.constGet().segmentize()
        vertices += straight.nCoordinates()
        _check_count(vertices)
        polygons.extend(polygons_of(QgsGeometry(straight)))
    return polygons


def _check_count(vertices: int) -> None:
    if vertices > MAX_VERTICES:
        raise UnplaceableError(
            translate("Areas", "The area has more than %Ln vertices. Simplify it first.", None, MAX_VERTICES)
        )


def _polygon(rings: list[Numbers]) -> QgsPolygon:
    polygon = QgsPolygon()
    polygon.setExteriorRing(ring_from_points(rings[0]))
    for hole in rings[1:]:
        polygon.addInteriorRing(ring_from_points(hole))
    return polygon


def _rounded(polygons: Iterable[QgsPolygon]) -> list[QgsPolygon]:
    """Round to the decimals that are sent; rings smaller than that, about a millimetre, are dropped."""
    kept = []
    for polygon in polygons:
        rings = [without_repeats(np.round(ring_points(ring), DECIMALS)) for ring in rings_of(polygon)]
        if len(rings[0]):
            kept.append(_polygon([ring for ring in rings if len(ring)]))
    return kept


def _too_large(polygons: list[QgsPolygon], area_limit_m2: float) -> Area:
    area = _area(_rounded(polygons), ())
    problems = limit_problems(area, area_limit_m2, area.parts)
    return replace(area, problems=problems, is_rough=True)


def _measured(polygons: list[QgsPolygon]) -> Area:
    rounded = _rounded(polygons)
    if not rounded:
        return unusable(translate("Areas", "The area is too small to be processed."))
    problems = _ring_problems(rounded)
    if not problems:
        settled = _merged(_split_at_antimeridian(rounded))
        if not settled:
            return unusable(
                translate(
                    "Areas",
                    "The area could not be cut at the 180° meridian. Draw the parts on both sides of it by themselves.",
                )
            )
        if settled is not rounded:
            rounded = settled
            problems = _ring_problems(rounded)
    return _area(rounded, problems)


def _area(polygons: list[QgsPolygon], problems: tuple[AreaProblem, ...]) -> Area:
    geometry = _collected(polygons)
    return Area(
        geometry=geometry,
        parts=len(polygons),
        area_m2=ellipsoidal_area(geometry),
        bbox_areas_m2=tuple(box_area(polygon.boundingBox()) for polygon in polygons),
        problems=problems,
    )


def _collected(polygons: Iterable[QgsPolygon]) -> QgsGeometry:
    return QgsGeometry.collectGeometry([QgsGeometry(polygon.clone()) for polygon in polygons])


def _ring_problems(polygons: list[QgsPolygon]) -> tuple[AreaProblem, ...]:
    """Return where outlines are broken. Only a few places are named: the map shows the others."""
    sentences = []
    broken = 0
    for polygon in polygons:
        errors = QgsGeometry(polygon.clone()).validateGeometry(Qgis.GeometryValidationEngine.Geos)
        if not errors:
            continue
        broken += 1
        if broken > MAX_SENTENCES:
            continue
        if errors[0].hasWhere():
            where = errors[0].where()
            sentence = translate(
                "Areas",
                "The outline crosses or touches itself near {latitude}°, {longitude}° (latitude, longitude).",
            )
            text = sentence.format(latitude=f"{where.y():.6f}", longitude=f"{where.x():.6f}")
            place: Optional[tuple[float, float]] = (where.x(), where.y())
        else:
            text, place = translate("Areas", "An outline of the area is broken."), None
        sentences.append(AreaProblem(text, True, place))
    if broken > MAX_SENTENCES:
        left = broken - MAX_SENTENCES
        more = translate("Areas", "%Ln more outlines are broken.", "1 more outline is broken.", left)
        sentences.append(AreaProblem(more, fixable=True))
    return tuple(sentences)


def _split_at_antimeridian(polygons: list[QgsPolygon]) -> list[QgsPolygon]:
    """Cut polygons that go past 180° in two; the eastern piece starts at -180°. Without any, return the same list."""
    if all(polygon.boundingBox().xMaximum() <= 180 for polygon in polygons):
        return polygons
    pieces: list[QgsPolygon] = []
    for polygon in polygons:
        if polygon.boundingBox().xMaximum() <= 180:
            pieces.append(polygon)
            continue
        whole = QgsGeometry(polygon.clone())
        for start in (-180.0, 180.0):
            piece = whole.intersection(QgsGeometry.fromRect(QgsRectangle(start, -90, start + 360, 90)))
            if piece.isNull():  # it is not known how much of the area that is
                return []
            shift = np.array((-180.0 - start, 0.0))
            pieces.extend(
                _polygon([ring_points(ring) + shift for ring in rings_of(part)])
                for part in polygons_of(piece)
            )
    return _rounded(pieces)


def _merged(polygons: list[QgsPolygon]) -> list[QgsPolygon]:
    """Merge parts that overlap or share an edge. Where all lie apart, return the same list."""
    if len(polygons) < 2 or _collected(polygons).isGeosValid():
        return polygons
    union = QgsGeometry.unaryUnion([QgsGeometry(polygon.clone()) for polygon in polygons])
    return polygons if union.isNull() else _rounded(polygons_of(union))


def _made_valid(geometry: QgsGeometry) -> list[QgsPolygon]:
    """Return the polygons of the repaired geometry; the lines and points a repair leaves have no area."""
    for _attempt in range(2):  # to round what the first repair made can break it again
        valid = geometry.makeValid()
        polygons = _rounded(polygons_of(valid))
        geometry = _collected(polygons)
        if geometry.isGeosValid():
            break
    return polygons
