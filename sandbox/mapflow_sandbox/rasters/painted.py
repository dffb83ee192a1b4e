"""Paints a raster that is ready to be uploaded: a plain GeoTIFF of a town nobody has seen yet."""

from __future__ import annotations

from pathlib import Path

import rasterio
from affine import Affine
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from ..scene.paint import DEFAULT_ORIGIN, render

# East of the scene that the providers show, so that the two do not overlap.
_ORIGIN_3857 = (DEFAULT_ORIGIN[0] + 3_000.0, DEFAULT_ORIGIN[1])


class NoMetres(ValueError):
    """The CRS is not one that counts in metres."""


def paint(path: Path, seed: int, size_px: int, crs: str, pixel_m: float) -> None:
    """Write a square of `size_px` pixels of `pixel_m` metres in `crs`, a projected one; each seed has its own town.

    Raises NoMetres.
    """
    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise NoMetres(f"{crs} is not a CRS.") from error
    if not system.is_projected or {axis.unit_name for axis in system.axis_info} != {"metre"}:
        raise NoMetres(f"{crs} does not count in metres.")
    to_crs = Transformer.from_crs("EPSG:3857", system, always_xy=True)
    left, top = (round(value) for value in to_crs.transform(*_ORIGIN_3857))
    rgb = render(seed, size_px, pixel_m=pixel_m).rgb
    profile = {
        "driver": "GTiff", "width": size_px, "height": size_px, "count": 3, "dtype": "uint8", "photometric": "RGB",
        "crs": crs, "transform": Affine(pixel_m, 0, left, 0, -pixel_m, top),
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", **profile) as target:
        target.write(rgb)
