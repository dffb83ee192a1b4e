"""An area beyond the limits of one processing as cells, each an area by itself that keeps to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsCoordinateTransformContext, QgsGeometry

from ...gdal_errors import ConversionCancelledError, Report
from ..area import Area, area_from_geometries, limit_problems, repaired
from ..geojson import polygons_of
from ..measure import wgs84
from .packing import joined, packed
from .pieces import Piece, cut

_CLEARLY_BELOW = (
    0.995  # of the limit: the service may measure edges as geodesics, which bend away towards the poles
)
_CUT_SHARE, _JOINED_SHARE = 0.5, 0.7  # of the whole work


@dataclass(frozen=True)
class Limits:
    """What one processing may be: m² of the area and of the box around each part, and how many parts."""

    area_m2: float
    max_parts: int


@dataclass(frozen=True)
class Cell:
    """What one processing gets of an area.

    `area` is what is sent, overlap included. `core` is the cell's own ground, a polygon or multi-polygon in EPSG:4326:
    those of all cells lie side by side and make up the whole area.
    """

    area: Area
    core: QgsGeometry


def cells_of(area: Area, limits: Limits, overlap_m: float, report: Report) -> list[Cell]:
    """Return `area`, which is usable, in cells that keep to `limits`, from the north to the south; one where it does.

    Neighbouring cells share a strip at least `overlap_m` metres wide, the parts on both sides of the 180° meridian
    none. The same area is always cut in the same way. Raises UnplaceableError where it cannot be cut, and
    ConversionCancelledError.
    """
    if not limit_problems(area, limits.area_m2, limits.max_parts):
        return [Cell(area, QgsGeometry(area.geometry))]
    limit = limits.area_m2 * _CLEARLY_BELOW
    pieces: list[Piece] = []
    polygons = polygons_of(area.geometry)
    for number, polygon in enumerate(polygons):
        _go_on(report, _CUT_SHARE * number / len(polygons))
        found = cut(QgsGeometry(polygon.clone()), limit, overlap_m)
        pieces.extend(joined(found, limit) if len(found) > 1 else found)
    _go_on(report, _JOINED_SHARE)
    groups = packed(pieces, limit, limits.max_parts)
    cells: list[Cell] = []
    for number, group in enumerate(groups):
        _go_on(report, _JOINED_SHARE + (1 - _JOINED_SHARE) * number / len(groups))
        cells.extend(_made(group, Limits(limit, limits.max_parts)))
    return sorted(cells, key=_place)


def _made(group: Sequence[Piece], limits: Limits) -> list[Cell]:
    """Return the pieces as one cell, or as one each where rounding has brought them together beyond the limits."""
    grown = [piece.grown for piece in group]
    found = area_from_geometries(grown, wgs84(), QgsCoordinateTransformContext())
    if any(problem.fixable for problem in found.problems):
        found = repaired(found)  # rounding has broken the outline of what is thinner than a millimetre
    is_within = found.is_usable and not limit_problems(found, limits.area_m2, limits.max_parts)
    if not is_within and len(group) > 1:
        return [cell for piece in group for cell in _made([piece], limits)]
    if not found.is_usable:
        return []  # less than a square millimetre is left of it
    return [Cell(found, QgsGeometry.collectGeometry([piece.core for piece in group]))]


def _place(cell: Cell) -> tuple[float, float, str]:
    box = cell.core.boundingBox()
    return -box.yMaximum(), box.xMinimum(), cell.core.asWkt(8)


def _go_on(report: Report, fraction: float) -> None:
    if not report(fraction):
        raise ConversionCancelledError
