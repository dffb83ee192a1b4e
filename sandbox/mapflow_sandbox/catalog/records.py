"""One picture of the catalog, whoever offers it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry


class Preview(enum.StrEnum):
    """How a picture can be looked at before it is used.

    A scene is a PNG, a JPEG that is told as PNG, or a PNG for each of its parts; a mosaic is tiles, counted from the
    north or, with `{-y}`, from the south.
    """

    NONE = "none"
    PICTURE = "picture"
    MISTOLD = "mistold"
    PARTS = "parts"
    TILES = "tiles"
    TILES_FROM_SOUTH = "tiles from the south"
    OWN_IMAGE = "own image"
    OWN_MOSAIC = "own mosaic"


@dataclass(frozen=True)
class CatalogRecord:
    """A scene or a mosaic. None stands for what is not known.

    `product_type` is the deployed service's word for its kind; `acquired` is an instant; `resolution` in metres,
    `cloud_cover` in per cent, `off_nadir` in degrees, negative to the one side; `min_area_km2` the least that is sold;
    `footprint` WKB in degrees. One that is not available cannot be used by this account; one that `needs_order` can be
    processed once it is delivered. `seed` is of the clouds its preview shows.
    """

    id: str
    provider: str
    product_type: str
    is_mosaic: bool
    acquired: str | None
    sensor: str | None
    resolution: float | None
    cloud_cover: float | None
    off_nadir: float | None
    bands: str | None
    zoom: int | None
    min_area_km2: float | None
    is_available: bool
    needs_order: bool
    preview: Preview
    seed: int
    footprint: bytes

    @property
    def geometry(self) -> BaseGeometry:
        """The footprint, a Polygon or MultiPolygon in degrees; one over the antimeridian is cut there."""
        return shapely.from_wkb(self.footprint)
