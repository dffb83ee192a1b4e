"""The outline of an image's valid pixels in longitude and latitude."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import rasterio
import shapely
from affine import Affine
from pyproj import Transformer
from rasterio.features import shapes
from rasterio.io import DatasetReader
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from ..tiles.matrix import to_3857
from .masks import valid_pixels

EMPTY = "MULTIPOLYGON EMPTY"
_MASK_PX = 1024
_SPECK = 0.0005  # share of the image below which a hole or an island is left out
_EDGE_SPLIT = 16  # edges are split, since a straight one is bent in another CRS
_STRAIGHT_PX = 0.05
_DECIMALS = 8
_SPARE = 4 / _MASK_PX


def footprint_of(cog: Path) -> str | None:
    """WKT of where the image has pixels, a POLYGON or MULTIPOLYGON in EPSG:4326; None where it has none."""
    with rasterio.open(cog) as dataset:
        outline = _outline(dataset)
        if outline.is_empty:
            return None
        project = Transformer.from_crs(dataset.crs.to_wkt(), "EPSG:4326", always_xy=True).transform
        pixel = min(abs(dataset.transform.a), abs(dataset.transform.e))
        split = shapely.segmentize(outline, max(*_size(outline)) / _EDGE_SPLIT)
    placed = shapely.transform(split, lambda points: np.column_stack(project(points[:, 0], points[:, 1])))
    degrees = _STRAIGHT_PX * pixel * _scale(outline, placed)
    plain = shapely.make_valid(placed.simplify(degrees))
    return str(shapely.to_wkt(_polygons(plain), rounding_precision=_DECIMALS))


@lru_cache(maxsize=1024)
def union_of(footprints: tuple[str, ...]) -> str:
    """WKT of the MULTIPOLYGON of several footprints; an empty one for none."""
    if not footprints:
        return EMPTY
    merged = _polygons(unary_union([shapely.from_wkt(each) for each in footprints]))
    parts = merged.geoms if isinstance(merged, MultiPolygon) else [merged]
    return str(shapely.to_wkt(MultiPolygon(list(parts)), rounding_precision=_DECIMALS))


@lru_cache(maxsize=4096)
def bounds_3857(footprint: str) -> tuple[float, float, float, float]:
    """The box around a footprint in EPSG:3857, a little wider, since footprints are simplified."""
    west, south, east, north = shapely.from_wkt(footprint).bounds
    corners = to_3857(np.array([[west, south], [east, north]]))
    (left, bottom), (right, top) = corners
    spare = _SPARE * max(right - left, top - bottom)
    return left - spare, bottom - spare, right + spare, top + spare


def _outline(dataset: DatasetReader) -> BaseGeometry:
    """The valid pixels' outline in the dataset's own CRS, specks left out."""
    step = max(1.0, max(dataset.width, dataset.height) / _MASK_PX)
    rows, columns = max(1, round(dataset.height / step)), max(1, round(dataset.width / step))
    valid = valid_pixels(dataset, (rows, columns))
    if valid.all():
        drawn: BaseGeometry = box(0, 0, columns, rows)
    else:
        found = [shape(each) for each, _value in shapes(valid.astype(np.uint8), mask=valid)]
        drawn = _without_specks(unary_union(found), _SPECK * rows * columns).simplify(1.0)
    to_map = dataset.transform * Affine.scale(dataset.width / columns, dataset.height / rows)
    return affinity.affine_transform(drawn, [to_map.a, to_map.b, to_map.d, to_map.e, to_map.c, to_map.f])


def _without_specks(drawn: BaseGeometry, least: float) -> BaseGeometry:
    parts: list[Polygon] = sorted(getattr(drawn, "geoms", [drawn]), key=lambda part: -part.area)
    kept = [
        Polygon(part.exterior, [hole for hole in part.interiors if Polygon(hole).area >= least])
        for part in parts
        if part.area >= least or part is parts[0]  # however small, the largest part is the image
    ]
    return MultiPolygon([part for part in kept if not part.is_empty])


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The areas of a geometry: a Polygon where there is one, else a MultiPolygon; exteriors anticlockwise."""
    parts = [
        shapely.geometry.polygon.orient(part)
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _size(geometry: BaseGeometry) -> tuple[float, float]:
    west, south, east, north = geometry.bounds
    return east - west, north - south


def _scale(outline: BaseGeometry, placed: BaseGeometry) -> float:
    """Degrees in a unit of the image's CRS."""
    return max(_size(placed)) / max(_size(outline))
