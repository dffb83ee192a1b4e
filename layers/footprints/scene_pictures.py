"""Pictures of the catalog's images: where a small one is, and large ones laid where their scene lies."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import numpy as np
from osgeo import gdal, osr
from qgis.core import QgsGeometry, QgsPointXY

from ...text.disk import write_fault
from ...text.translation import translate
from ..areas.geojson import Numbers, polygons_of, ring_points, rings_of, signed_area
from ..gdal_errors import ConversionCancelledError, ConversionError, Report, collect_gdal_errors
from ..tiles.address import sample_tiles, tile_address
from .placing import joined

if TYPE_CHECKING:
    from ...api.catalog.records import CatalogImage

_DEEPEST = 22
_CORNERS = 4
_HALF_TURN = 180.0
_DEGREES = "EPSG:4326"
_OVER_SEAM = "EPSG:3832"  # a Mercator projection around 150° E
_LARGEST_SIDE = 20_000  # pixels of a picture that is read
_LARGEST_WARPED = 4_096  # pixels of a picture that is written


def thumbnail_address(image: CatalogImage, ground: QgsGeometry, server: str) -> str:
    """Return where a small picture of `image`, which covers `ground` (EPSG:4326), is; "" where there is none.

    Of tiles, it is the one that shows the middle of the ground, and most of it.
    """
    if not image.has_preview_tiles:
        return image.preview_url or (image.preview_parts[0].url if image.preview_parts else "")
    box = ground.boundingBox()
    template = tile_address(image.preview_url, server)
    if not template or box.isEmpty():
        return ""
    zoom = max(0, min(_DEEPEST, round(math.log2(360 / box.width()))))
    bounds = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
    return sample_tiles(template, (zoom, zoom), bounds)[0]


def corners_of(ground: QgsGeometry) -> tuple[QgsPointXY, ...]:
    """Return the corners of a scene's picture: north-west, north-east, south-east, south-west.

    () if the scene has several parts. A footprint of four corners has them itself; of any other, they are those of
    the smallest rectangle around it. Of one that was cut at the antimeridian, longitudes go on past 180°.
    """
    polygons = polygons_of(joined(ground))
    if len(polygons) != 1:
        return ()
    ring = ring_points(rings_of(polygons[0])[0])[:-1]
    if len(ring) != _CORNERS:
        around = polygons_of(ground.orientedMinimumBoundingBox()[0])
        if not around:
            return ()
        ring = ring_points(rings_of(around[0])[0])[:-1]
    return _from_north_west(ring) if len(ring) == _CORNERS else ()


def write_scene(parts: Sequence[tuple[bytes, tuple[QgsPointXY, ...]]], path: Path, report: Report) -> Path:
    """Lay pictures between their corners (EPSG:4326), and write them together as a GeoTIFF at `path`.

    It is in EPSG:4326, or, over the antimeridian, in a system that goes on there: QGIS shows it at both ends of a map.
    Raises ConversionError where one is no picture or `path` cannot be written, and ConversionCancelledError. May run in
    any thread.
    """
    folder = f"/vsimem/mapflow_dock_{uuid.uuid4().hex}"
    part = path.with_name(path.name + ".part")
    system = _OVER_SEAM if _is_over_seam(parts) else _DEGREES
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with collect_gdal_errors() as errors:
            sources = [
                _placed(picture, _in_system(corners, system), system, f"{folder}/{number}")
                for number, (picture, corners) in enumerate(parts)
            ]
            options = gdal.WarpOptions(
                format="GTiff",
                dstSRS=system,
                tps=True,
                dstAlpha=True,
                resampleAlg="bilinear",
                width=_width(sources),
                creationOptions=["TILED=YES", "COMPRESS=DEFLATE"],
                callback=lambda done, _message, _data: int(report(done)),
            )
            are_pictures = None not in sources
            made = None if not are_pictures else gdal.Warp(str(part), sources, options=options)
            is_whole = made is not None
            del made, sources  # which closes the file
        if not report(1.0):
            raise ConversionCancelledError
        if not are_pictures:
            sentence = translate("Footprints", "The preview of this image is no picture that can be shown.")
            raise ConversionError(sentence, "\n".join(errors))
        if not is_whole:
            sentence = translate(
                "Footprints", "The preview of this image could not be prepared in “{folder}”."
            )
            raise ConversionError(sentence.format(folder=path.parent), "\n".join(errors))
        part.replace(path)
    except OSError as error:
        raise ConversionError(write_fault(error, path.parent)) from error
    finally:
        gdal.RmdirRecursive(folder)
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def _is_over_seam(parts: Sequence[tuple[bytes, tuple[QgsPointXY, ...]]]) -> bool:
    longitudes = [corner.x() for _picture, corners in parts for corner in corners]
    return max(longitudes) > _HALF_TURN or max(longitudes) - min(longitudes) > _HALF_TURN


def _in_system(corners: Sequence[QgsPointXY], system: str) -> list[tuple[float, float]]:
    told = [(corner.x(), corner.y()) for corner in corners]
    if system == _DEGREES:
        return told
    ends = []
    for name in (_DEGREES, system):
        reference = osr.SpatialReference()
        reference.SetFromUserInput(name)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        ends.append(reference)
    transform = osr.CoordinateTransformation(*ends)
    return [transform.TransformPoint(x, y)[:2] for x, y in told]


def _placed(
    picture: bytes, corners: Sequence[tuple[float, float]], system: str, name: str
) -> Optional[gdal.Dataset]:
    """The picture with its corners tied to the ground; None where it is none."""
    gdal.FileFromMemBuffer(f"{name}.picture", picture)
    opened = gdal.OpenEx(
        f"{name}.picture", gdal.OF_RASTER | gdal.OF_READONLY, ["PNG", "JPEG", "GTiff", "WEBP"]
    )
    if opened is None or max(opened.RasterXSize, opened.RasterYSize) > _LARGEST_SIDE:
        return None
    right, bottom = opened.RasterXSize, opened.RasterYSize
    places = ((0, 0), (right, 0), (right, bottom), (0, bottom))
    ties = [gdal.GCP(*at, 0, x, y) for at, (x, y) in zip(corners, places)]
    is_paletted = opened.GetRasterBand(1).GetColorTable() is not None
    return gdal.Translate(
        f"{name}.vrt",
        opened,
        format="VRT",
        GCPs=ties,
        outputSRS=system,
        rgbExpand="rgb" if is_paletted else None,
    )


def _width(sources: Sequence[Optional[gdal.Dataset]]) -> int:
    """Pixels of the whole: as wide as the widest picture, tilted ones included, within reason."""
    sides = [math.hypot(source.RasterXSize, source.RasterYSize) for source in sources if source is not None]
    return max(1, min(_LARGEST_WARPED, round(max(sides, default=1.0))))


def _from_north_west(ring: Numbers) -> tuple[QgsPointXY, ...]:
    """The corners, clockwise, from the one that is the most to the north-west; of a tilted scene, as it is seen."""
    if _is_anticlockwise(ring):
        ring = ring[::-1]
    west, south = ring.min(axis=0)
    size = ring.max(axis=0) - (west, south)
    wanted = np.array([(0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
    share = (ring - (west, south)) / np.where(size > 0, size, 1.0)
    turns = [np.roll(share, -turn, axis=0) for turn in range(_CORNERS)]
    best = min(range(_CORNERS), key=lambda turn: float(np.abs(turns[turn] - wanted).sum()))
    return tuple(QgsPointXY(*corner) for corner in np.roll(ring, -best, axis=0))


def _is_anticlockwise(ring: Numbers) -> bool:
    return signed_area(np.vstack((ring, ring[:1]))) > 0
