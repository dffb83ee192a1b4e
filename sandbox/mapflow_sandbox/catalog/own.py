"""An account's own uploads as pictures of the catalog: it alone finds them, and little is known of them."""

from __future__ import annotations

import shapely

from ..rasters.footprint import union_of
from ..store import Database, images, mosaics
from ..store.images import Image
from ..store.mosaics import Mosaic
from .offers import OWN_IMAGES, OWN_MOSAICS
from .records import CatalogRecord, Preview


def own_records(database: Database, account_id: str) -> list[CatalogRecord]:
    """The account's images that are ready, and its mosaics that have such images."""
    ready: dict[str, list[Image]] = {}
    for image in images.of_account(database, account_id):
        if image.is_ready and image.footprint:
            ready.setdefault(image.mosaic_id, []).append(image)
    found = [_image(image) for group in ready.values() for image in group]
    found += [
        _mosaic(each, ready[each.id]) for each in mosaics.of_account(database, account_id) if each.id in ready
    ]
    return found


def _image(image: Image) -> CatalogRecord:
    return _record(image.id, Preview.OWN_IMAGE, image.footprint or "", image.facts.pixel_m)


def _mosaic(mosaic: Mosaic, group: list[Image]) -> CatalogRecord:
    outline = union_of(tuple(image.footprint for image in group if image.footprint))
    return _record(mosaic.id, Preview.OWN_MOSAIC, outline, max(image.facts.pixel_m for image in group))


def _record(identifier: str, preview: Preview, outline: str, resolution: float) -> CatalogRecord:
    is_mosaic = preview is Preview.OWN_MOSAIC
    return CatalogRecord(
        id=identifier,
        provider=(OWN_MOSAICS if is_mosaic else OWN_IMAGES).name,
        product_type="MOSAIC" if is_mosaic else "IMAGE",
        is_mosaic=is_mosaic,
        acquired=None,
        sensor=None,
        resolution=resolution,
        cloud_cover=None,
        off_nadir=None,
        bands=None,
        zoom=None,
        min_area_km2=None,
        is_available=True,
        needs_order=False,
        preview=preview,
        seed=0,
        footprint=shapely.to_wkb(shapely.from_wkt(outline)),
    )
