"""Mosaics, images and storage as the deployed service shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from ...rasters.footprint import union_of
from ...rasters.inspection import MAX_SIDE_PX
from ...settings import Settings
from ...store.images import Image
from ...store.mosaics import Mosaic
from ..rasters import (
    SummaryBody,
    TileAddresses,
    cog_uri,
    image_uri,
    mosaic_uri,
    preview_url,
    summary_of,
    tile_addresses,
)


class TilesBody(BaseModel):
    """Where tiles and their TileJSON are; both empty where there is nothing to show yet."""

    tileUrl: str
    tileJsonUrl: str


class NewMosaicBody(BaseModel):
    """A mosaic that was just made."""

    id: UUID
    name: str
    tags: list[str]
    created_at: str


class MosaicBody(NewMosaicBody):
    """A mosaic; `footprint` is the WKT of a MULTIPOLYGON in EPSG:4326."""

    rasterLayer: TilesBody
    footprint: str
    sizeInBytes: int
    status_summary: SummaryBody


class UploadBody(BaseModel):
    """The answer to an upload: the image's id is not in it."""

    message: str
    mosaic_id: UUID


class MetaBody(BaseModel):
    """What a raster file says of itself; `pixel_size` in units of `crs`."""

    crs: str
    count: int
    width: int
    height: int
    dtypes: list[str]
    nodata: float | None
    pixel_size: tuple[float, float]


class ImageBody(BaseModel):
    """An image; `file_size` in bytes and `checksum` (SHA-1) are of the file as it was uploaded."""

    id: UUID
    mosaic_id: UUID
    image_url: str
    preview_url_l: str
    preview_url_s: str
    uploaded_at: str
    file_size: int
    footprint: str | None
    filename: str
    checksum: str
    meta_data: MetaBody
    cog_link: str | None
    available_for_download: bool
    state: str
    rasterLayer: TilesBody


class MemoryBody(BaseModel):
    """The account's storage in bytes, null where it is unlimited; `maxPixelCount` is of pixels a side."""

    memoryLimit: int | None
    memoryUsed: int
    memoryFree: int | None
    maxUploadFileSize: int
    maxPixelCount: int


class DeployedRasters:
    """Shapes of the data API of the deployed service."""

    NewMosaicModel: ClassVar[type[BaseModel]] = NewMosaicBody
    MosaicModel: ClassVar[type[BaseModel]] = MosaicBody
    UploadModel: ClassVar[type[BaseModel]] = UploadBody
    ListedImageModel: ClassVar[type[BaseModel]] = ImageBody
    ImageModel: ClassVar[type[BaseModel]] = ImageBody
    MemoryModel: ClassVar[type[BaseModel]] = MemoryBody
    lists_unready = False

    def new_mosaic(self, mosaic: Mosaic) -> BaseModel:
        """A mosaic that was just made."""
        return NewMosaicBody(
            id=UUID(mosaic.id), name=mosaic.name, tags=list(mosaic.tags), created_at=mosaic.created
        )

    def mosaic(self, mosaic: Mosaic, images: Sequence[Image], base: str) -> BaseModel:
        """A mosaic with the state of its images."""
        shown = any(image.is_ready for image in images)
        return MosaicBody(
            id=UUID(mosaic.id),
            name=mosaic.name,
            tags=list(mosaic.tags),
            created_at=mosaic.created,
            rasterLayer=_tiles(tile_addresses(mosaic_uri(mosaic.id), base) if shown else TileAddresses()),
            footprint=union_of(tuple(image.footprint for image in images if image.footprint)),
            sizeInBytes=sum(image.file_size for image in images),
            status_summary=summary_of(images),
        )

    def upload(self, image: Image) -> BaseModel:
        """The answer to an upload."""
        return UploadBody(message="File successfully uploaded to a mosaic", mosaic_id=UUID(image.mosaic_id))

    def listed_image(self, image: Image, base: str, downloads: bool) -> BaseModel:
        """An image in a list: as it is alone."""
        return self.image(image, base, downloads)

    def image(self, image: Image, base: str, downloads: bool) -> BaseModel:
        """An image."""
        facts = image.facts
        tiles = tile_addresses(cog_uri(image), base) if image.is_ready else TileAddresses()
        return ImageBody(
            id=UUID(image.id),
            mosaic_id=UUID(image.mosaic_id),
            image_url=image_uri(image),
            preview_url_l=preview_url(image, "l", base),
            preview_url_s=preview_url(image, "s", base),
            uploaded_at=image.uploaded,
            file_size=image.file_size,
            footprint=image.footprint,
            filename=image.filename,
            checksum=image.checksum,
            meta_data=MetaBody(
                crs=facts.crs,
                count=facts.count,
                width=facts.width,
                height=facts.height,
                dtypes=list(facts.dtypes),
                nodata=facts.nodata,
                pixel_size=facts.pixel_size,
            ),
            cog_link=cog_uri(image) if image.is_ready else None,
            available_for_download=downloads and image.is_ready,
            state=image.state.value,
            rasterLayer=_tiles(tiles),
        )

    def memory(self, used: int, settings: Settings) -> BaseModel:
        """The account's storage and the limits of an upload."""
        limit = settings.memory_limit
        return MemoryBody(
            memoryLimit=limit,
            memoryUsed=used,
            memoryFree=None if limit is None else max(0, limit - used),
            maxUploadFileSize=settings.max_upload_bytes,
            maxPixelCount=MAX_SIDE_PX,
        )


def _tiles(addresses: TileAddresses) -> TilesBody:
    return TilesBody(tileUrl=addresses.tiles, tileJsonUrl=addresses.tilejson)
