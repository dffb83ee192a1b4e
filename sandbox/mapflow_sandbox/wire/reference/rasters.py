"""Mosaics, images and storage as the API reference shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from ... import clock
from ...settings import GIB, Settings
from ...store.images import Image
from ...store.mosaics import Mosaic
from ..rasters import cog_uri, preview_url


class NewMosaicBody(BaseModel):
    """API reference, "Create Mosaic"."""

    id: UUID
    name: str
    tags: list[str]
    created_at: str


class MosaicBody(NewMosaicBody):
    """API reference, "Get Mosaic"."""

    image_count: int


class UploadBody(BaseModel):
    """API reference, "Upload Images to Mosaic"; sizes in bytes."""

    id: UUID
    mosaic_id: UUID
    filename: str
    file_size: int
    uploaded_at: str


class ListedMetaBody(BaseModel):
    """What a raster file says of itself, in a list; `pixel_size` in units of `crs`."""

    crs: str
    width: int
    height: int
    count: int
    pixel_size: tuple[float, float]


class MetaBody(ListedMetaBody):
    """What a raster file says of itself."""

    dtypes: list[str]


class ListedImageBody(BaseModel):
    """API reference, "Get Images in Mosaic"; `footprint` is WKT in EPSG:4326, null until the image is ready."""

    id: UUID
    filename: str
    file_size: int
    uploaded_at: str
    footprint: str | None
    preview_url_s: str
    preview_url_l: str
    meta_data: ListedMetaBody


class ImageBody(BaseModel):
    """API reference, "Get Image Metadata"."""

    id: UUID
    filename: str
    file_size: int
    uploaded_at: str
    footprint: str | None
    meta_data: MetaBody
    cog_link: str | None


class MemoryBody(BaseModel):
    """API reference, "Get Storage Usage"; the limits are null where there are none."""

    used_bytes: int
    limit_bytes: int | None
    used_gb: float
    limit_gb: float | None
    usage_percent: float | None


class ReferenceRasters:
    """Shapes of the data API in the API reference."""

    NewMosaicModel: ClassVar[type[BaseModel]] = NewMosaicBody
    MosaicModel: ClassVar[type[BaseModel]] = MosaicBody
    UploadModel: ClassVar[type[BaseModel]] = UploadBody
    ListedImageModel: ClassVar[type[BaseModel]] = ListedImageBody
    ImageModel: ClassVar[type[BaseModel]] = ImageBody
    MemoryModel: ClassVar[type[BaseModel]] = MemoryBody
    lists_unready = True

    def new_mosaic(self, mosaic: Mosaic) -> BaseModel:
        """A mosaic that was just made."""
        return NewMosaicBody(**_mosaic(mosaic))

    def mosaic(self, mosaic: Mosaic, images: Sequence[Image], base: str) -> BaseModel:
        """A mosaic with the number of its images."""
        return MosaicBody(**_mosaic(mosaic), image_count=len(images))

    def upload(self, image: Image) -> BaseModel:
        """An image that has just arrived."""
        return UploadBody(**_file(image), mosaic_id=UUID(image.mosaic_id))

    def listed_image(self, image: Image, base: str, downloads: bool) -> BaseModel:
        """An image in a list."""
        return ListedImageBody(
            **_file(image),
            footprint=image.footprint,
            preview_url_s=preview_url(image, "s", base),
            preview_url_l=preview_url(image, "l", base),
            meta_data=ListedMetaBody(**_meta(image)),
        )

    def image(self, image: Image, base: str, downloads: bool) -> BaseModel:
        """An image."""
        return ImageBody(
            **_file(image),
            footprint=image.footprint,
            meta_data=MetaBody(**_meta(image), dtypes=list(image.facts.dtypes)),
            cog_link=cog_uri(image) if image.is_ready else None,
        )

    def memory(self, used: int, settings: Settings) -> BaseModel:
        """The account's storage."""
        limit = settings.memory_limit
        return MemoryBody(
            used_bytes=used,
            limit_bytes=limit,
            used_gb=round(used / GIB, 2),
            limit_gb=None if limit is None else round(limit / GIB, 2),
            usage_percent=None if not limit else round(100 * used / limit, 1),
        )


def _mosaic(mosaic: Mosaic) -> dict[str, Any]:
    return {
        "id": UUID(mosaic.id),
        "name": mosaic.name,
        "tags": list(mosaic.tags),
        "created_at": clock.to_seconds(mosaic.created),
    }


def _file(image: Image) -> dict[str, Any]:
    return {
        "id": UUID(image.id),
        "filename": image.filename,
        "file_size": image.file_size,
        "uploaded_at": clock.to_seconds(image.uploaded),
    }


def _meta(image: Image) -> dict[str, Any]:
    facts = image.facts
    return {
        "crs": facts.crs,
        "width": facts.width,
        "height": facts.height,
        "count": facts.count,
        "pixel_size": facts.pixel_size,
    }
