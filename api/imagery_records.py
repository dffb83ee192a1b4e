"""What the Data API says of mosaics, images and storage, read in either shape it is known to come in."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Optional

from .http.errors import ApiError, MalformedReply
from .http.fields import Fields, as_number, as_text, readable
from .processings import TileSet

DEFAULT_MAX_UPLOAD = 1024**3  # bytes, where the account names no limit
DEFAULT_MAX_PIXELS = 65_535  # a side, where the account names no limit
_MAX_OUTLINE = 2_000_000  # characters of a footprint
_MAX_TAGS = 1_000
_SHA1 = re.compile("[0-9a-f]{40}")
_READY = "READY"  # how an image's record puts COMPLETED
_NOT_READY = ("pending", "in_progress", "loading")  # what a summary calls images that are awaited


class Preparation(enum.Enum):
    """How far the service is with an uploaded image."""

    NONE = "NONE"
    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"

    @property
    def is_running(self) -> bool:
        """Whether the image is not ready yet."""
        return self in {Preparation.PENDING, Preparation.IN_PROGRESS}


@dataclass(frozen=True)
class ImageCounts:
    """How many images of a mosaic are ready, are still awaited, failed, and are in a state that nobody knows.

    `is_told` is true if the service said so, and false if listed images were counted.
    """

    ready: int = 0
    awaited: int = 0
    failed: int = 0
    unclear: int = 0
    is_told: bool = True

    @property
    def total(self) -> int:
        """All of them."""
        return self.ready + self.awaited + self.failed + self.unclear


@dataclass(frozen=True)
class Mosaic:
    """A collection of images; time in UTC, size in bytes. None and "" stand for what the service does not say.

    `footprint` is WKT in longitude and latitude.
    """

    id: str
    name: str
    tags: tuple[str, ...] = ()
    created: Optional[datetime] = None
    image_count: Optional[int] = None
    size: Optional[int] = None
    footprint: str = ""
    tiles: Optional[TileSet] = None
    counts: Optional[ImageCounts] = None

    @property
    def is_ready(self) -> bool:
        """Whether all of its images are ready, as far as is known."""
        return self.counts is None or self.counts.ready == self.counts.total

    @property
    def is_awaited(self) -> bool:
        """Whether the service is still preparing some of its images."""
        return self.counts is not None and self.counts.awaited > 0

    @property
    def is_usable(self) -> bool:
        """Whether it can be looked at and processed: it surely cannot if it has images, and none is ready."""
        return self.counts is None or self.counts.ready > 0 or self.counts.total == 0


@dataclass(frozen=True)
class Image:
    """An uploaded image; time in UTC, size in bytes, `pixel_size` (x, y) in units of `crs`. None and "" as in `Mosaic`.

    `footprint` is WKT in longitude and latitude; `checksum` the SHA-1 of the file; `problem` why it could not be
    prepared, in the service's words; `has_data` whether its pixels can be had, if the service says so.
    """

    id: str
    name: str
    mosaic_id: str = ""
    size: Optional[int] = None
    uploaded: Optional[datetime] = None
    footprint: str = ""
    crs: str = ""
    width: Optional[int] = None
    height: Optional[int] = None
    bands: Optional[int] = None
    dtypes: tuple[str, ...] = ()
    pixel_size: Optional[tuple[float, float]] = None
    nodata: Optional[float] = None
    checksum: str = ""
    preparation: Preparation = Preparation.UNKNOWN
    can_download: bool = True
    tiles: Optional[TileSet] = None
    problem: str = ""
    has_data: Optional[bool] = None

    @property
    def is_failed(self) -> bool:
        """Whether the service could not prepare it."""
        return self.preparation is Preparation.FAILED

    @property
    def is_awaited(self) -> bool:
        """Whether the service is still preparing it. If the service does not say, an image with an outline is ready.

        Nothing is awaited of an image without pixels that is in a state this version does not know.
        """
        if self.has_data is None:
            unsaid = self.preparation is Preparation.UNKNOWN and not self.footprint
            return self.preparation.is_running or unsaid
        is_known = self.preparation not in {Preparation.FAILED, Preparation.UNKNOWN}
        return is_known and not self.has_data

    @property
    def is_queued(self) -> bool:
        """Whether the service has not begun to prepare it."""
        return self.is_awaited and self.preparation in {Preparation.PENDING, Preparation.NONE}

    @property
    def is_usable(self) -> bool:
        """Whether its pixels can be looked at and processed."""
        return not self.is_awaited and not self.is_failed and self.has_data is not False


@dataclass(frozen=True)
class MosaicListing:
    """One's mosaics; `skipped` records could not be read."""

    mosaics: tuple[Mosaic, ...]
    skipped: int = 0


@dataclass(frozen=True)
class ImageListing:
    """The images of a mosaic; `skipped` records could not be read.

    `untold` is why the service did not say which images are not ready, if it was asked and did not.
    """

    images: tuple[Image, ...]
    skipped: int = 0
    untold: Optional[ApiError] = None

    @property
    def is_whole(self) -> bool:
        """Whether all images are listed. A service that does not tell of images that are not ready lists all it has."""
        return self.untold is None or self.untold.is_unsupported


@dataclass(frozen=True)
class MosaicStatus:
    """How far each image of a mosaic is, those that are not ready included; `skipped` records could not be read."""

    images: tuple[Image, ...]
    skipped: int = 0


@dataclass(frozen=True)
class ImageStatus:
    """How far an image is, what went wrong with it in the service's words, and whether its pixels can be used."""

    preparation: Preparation
    problem: str = ""
    is_usable: bool = False


@dataclass(frozen=True)
class DownloadLink:
    """Where a file can be had without a login, for `seconds` from now on (None: not said). The address is a key."""

    url: str
    filename: str = ""
    seconds: Optional[float] = None

    def __repr__(self) -> str:
        return f"DownloadLink({self.filename!r})"


@dataclass(frozen=True)
class Storage:
    """What is stored and what may be, in bytes; None means without limit. `max_pixels` counts a side."""

    used: int
    limit: Optional[int] = None
    free: Optional[int] = None
    max_upload: int = DEFAULT_MAX_UPLOAD
    max_pixels: int = DEFAULT_MAX_PIXELS


def count_images(images: Collection[Image]) -> ImageCounts:
    """How many of `images` are in which state."""
    ready = sum(image.is_usable for image in images)
    awaited = sum(image.is_awaited for image in images)
    failed = sum(image.is_failed for image in images)
    return ImageCounts(ready, awaited, failed, len(images) - ready - awaited - failed, is_told=False)


def read_mosaic(value: object) -> Mosaic:
    """A mosaic in either shape."""
    data = Fields.of(value, "mosaic")
    return Mosaic(
        id=data.required_id("id", "mosaic_id"),
        name=data.required_text("name"),
        tags=_tags(data.data.get("tags")),
        created=data.time("created_at", "createdAt", "created"),
        image_count=_count(_image_count(data)),
        size=_count(data.whole("sizeInBytes", "size_in_bytes")),
        footprint=_outline(data.data.get("footprint")),
        tiles=_tiles(data),
        counts=_counts(data.fields("status_summary")),
    )


def read_image(value: object, mosaic_id: str = "") -> Image:
    """An image in either shape; `mosaic_id` where the record does not say."""
    data = Fields.of(value, "image")
    meta = data.fields("meta_data") or data.fields("metadata") or Fields({}, "image")
    return Image(
        id=data.required_id("id", "image_id"),
        name=data.required_text("filename", "name"),
        mosaic_id=data.id("mosaic_id", "mosaicId") or mosaic_id,
        size=_count(data.whole("file_size", "fileSize", "sizeInBytes")),
        uploaded=data.time("uploaded_at", "uploadedAt", "created_at"),
        footprint=_outline(data.data.get("footprint")),
        crs=meta.text("crs"),
        width=_count(meta.whole("width")),
        height=_count(meta.whole("height")),
        bands=_count(meta.whole("count")),
        dtypes=_dtypes(meta.data.get("dtypes")),
        pixel_size=_pixel_size(meta.data.get("pixel_size")),
        nodata=meta.number("nodata"),
        checksum=_sha1(data.text("checksum")),
        preparation=read_preparation(data.text("preprocessing_status", "state")),
        can_download=data.flag("available_for_download", fallback=True),
        tiles=_tiles(data),
        problem=data.text("preprocessing_error"),
        has_data=data.flag("data_available") if data.has("data_available") else None,
    )


def read_mosaic_status(value: object, mosaic_id: str) -> MosaicStatus:
    """How far each image of a mosaic is; raises MalformedReply if the answer does not list them."""
    data = Fields.of(value, "mosaic status")
    records = data.data.get("images")
    if not isinstance(records, list):
        raise MalformedReply("mosaic status: “images” is missing")

    def read(record: object) -> Image:
        image = read_image(record, mosaic_id)
        is_done = image.preparation is Preparation.COMPLETED
        return image if image.has_data is not None else replace(image, has_data=is_done)

    return MosaicStatus(*readable(records, read))


def read_image_status(value: object) -> ImageStatus:
    """How far an image is."""
    data = Fields.of(value, "image status")
    return ImageStatus(
        read_preparation(data.required_text("preprocessing_status", "state")),
        data.text("preprocessing_error"),
        data.flag("data_available"),
    )


def read_preparation(name: str) -> Preparation:
    """The step called `name`; UNKNOWN for a name this version does not know."""
    known = {**Preparation.__members__, _READY: Preparation.COMPLETED}
    return known.get(name.upper(), Preparation.UNKNOWN)


def read_link(value: object) -> DownloadLink:
    """A presigned link; raises MalformedReply where it is no web address."""
    data = Fields.of(value, "download link")
    url = data.required_text("download_url")
    if not url.lower().startswith(("https://", "http://")):
        raise MalformedReply("download link: a web address was expected")
    return DownloadLink(url, data.text("filename"), data.number("expires_in"))


def read_storage(value: object) -> Storage:
    """The storage in either shape."""
    data = Fields.of(value, "storage")
    used = max(0, round(data.required_number("memoryUsed", "used_bytes")))
    limit = _count(data.whole("memoryLimit", "limit_bytes"))
    free = _count(data.whole("memoryFree", "free_bytes"))
    if free is None and limit is not None:
        free = max(0, limit - used)
    return Storage(
        used,
        limit,
        free,
        _count(data.whole("maxUploadFileSize")) or DEFAULT_MAX_UPLOAD,
        _count(data.whole("maxPixelCount")) or DEFAULT_MAX_PIXELS,
    )


def _sha1(text: str) -> str:
    """A checksum in lower case; "" for one of another kind, with which nothing can be compared."""
    told = text.strip().lower()
    return told if _SHA1.fullmatch(told) else ""


def _count(value: Optional[int]) -> Optional[int]:
    return value if value is not None and value >= 0 else None


def _image_count(mosaic: Fields) -> Optional[int]:
    summary = mosaic.fields("status_summary") or Fields({}, "mosaic")
    told = mosaic.whole("image_count", "imageCount")
    return summary.whole("total") if told is None else told


def _counts(summary: Optional[Fields]) -> Optional[ImageCounts]:
    """The counts of a summary; None if it has none, or only how many images there are in all."""
    if summary is None:
        return None
    told = {key: _count(summary.whole(key)) for key in ("total", "ready", *_NOT_READY, "failed")}
    if all(told[key] is None for key in ("ready", *_NOT_READY, "failed")):
        return None
    total, failed = told["total"], told["failed"] or 0
    awaited = sum(told[key] or 0 for key in _NOT_READY)
    ready = max(0, (total or 0) - awaited - failed) if told["ready"] is None else told["ready"]
    if total is not None and ready + awaited + failed > total:
        awaited -= told["loading"] or 0  # they are counted among the others, too
    if total is not None:
        awaited = max(awaited, total - ready - failed)  # whatever is not ready and has not failed
    return ImageCounts(ready, awaited, failed)


def _tags(value: object) -> tuple[str, ...]:
    """The tags, each once, in the service's order."""
    given = value if isinstance(value, list) else []
    return tuple(dict.fromkeys(text for text in (as_text(tag) for tag in given[:_MAX_TAGS]) if text))


def _dtypes(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(text for text in (as_text(name) for name in given[:_MAX_TAGS]) if text)


def _pixel_size(value: object) -> Optional[tuple[float, float]]:
    """Width and height of a pixel, given as two numbers or as one for both."""
    given = value if isinstance(value, list) else [value]
    sides = [abs(number) for number in (as_number(side) for side in given[:2]) if number]
    return (sides[0], sides[-1]) if sides and len(sides) == len(given[:2]) else None


def _outline(value: object) -> str:
    """Return the WKT of a footprint; "" when there is none, or when it is empty or too long."""
    if not isinstance(value, str) or len(value) > _MAX_OUTLINE or value.upper().rstrip().endswith("EMPTY"):
        return ""
    return value.strip()


def _tiles(data: Fields) -> Optional[TileSet]:
    layer = data.fields("rasterLayer") or data.fields("raster_layer")
    urls: Mapping[str, object] = layer.data if layer is not None else {}
    tile_url, tilejson_url = as_text(urls.get("tileUrl")), as_text(urls.get("tileJsonUrl"))
    return TileSet(tile_url, tilejson_url) if tile_url or tilejson_url else None
