"""My Imagery: the mosaics and images one has uploaded, and the storage they take (Data API: mosaics, images, storage).

What is said of them is read by `imagery_records`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional, TypeVar

from qgis.PyQt.QtCore import QUrl

from ..text.translation import translate
from .answers.expected import Expected, FileKind
from .http.addresses import path_segment
from .http.errors import ApiError, Fault, MalformedReply
from .http.fields import listed, readable
from .http.reply import ApiReply
from .http.request import drop_from_cache
from .imagery_records import (
    DownloadLink,
    Image,
    ImageListing,
    MosaicListing,
    MosaicStatus,
    Preparation,
    read_image,
    read_image_status,
    read_link,
    read_mosaic,
    read_mosaic_status,
    read_storage,
)

if TYPE_CHECKING:
    from .http.client import Client

MOSAICS = "/rasters/mosaic"
_IMAGES = "/rasters/image"
_LINK_EXPIRED = frozenset({401, 403, 410})
_previewed: set[tuple[str, str]] = set()  # server and image id of each preview that may be in QGIS's cache

T = TypeVar("T")


class PreviewSize(enum.Enum):
    """The two sizes of preview: 256 and 1024 pixels a side at most."""

    SMALL = "s"
    LARGE = "l"


# mosaics


def list_mosaics(client: Client, tags: Sequence[str] = ()) -> ApiReply:
    """Ask for one's mosaics, all or those with `tags` (GET /rasters/mosaic); succeeds with a `MosaicListing`."""

    def read_listing(value: object) -> MosaicListing:
        return MosaicListing(*readable(listed(value, "mosaics"), read_mosaic))

    return client.get(MOSAICS, read_listing, tuple(("tags", tag) for tag in tags))


def fetch_mosaic(client: Client, mosaic_id: str) -> ApiReply:
    """Ask for one mosaic (GET /rasters/mosaic/{id}); succeeds with a `Mosaic`."""
    return client.get(_mosaic(mosaic_id), read_mosaic)


def update_mosaic(
    client: Client, mosaic_id: str, name: Optional[str] = None, tags: Optional[Sequence[str]] = None
) -> ApiReply:
    """Rename a mosaic or replace its tags (PUT /rasters/mosaic/{id}); succeeds with it, or None if not told."""
    body: dict[str, object] = {}
    if name is not None:
        body["name"] = name
    if tags is not None:
        body["tags"] = list(tags)
    return client.send("PUT", _mosaic(mosaic_id), _if_any(read_mosaic), body, repeatable=True)


def delete_mosaic(client: Client, mosaic_id: str) -> ApiReply:
    """Delete a mosaic with all its images (DELETE /rasters/mosaic/{id}); succeeds with None."""
    return client.send("DELETE", _mosaic(mosaic_id), _nothing)


# images


def list_images(client: Client, mosaic_id: str) -> ApiReply:
    """Ask for the images of a mosaic (GET /rasters/mosaic/{id}/image); succeeds with an `ImageListing`."""

    def read_one(record: object) -> Image:
        return read_image(record, mosaic_id)

    def read_listing(value: object) -> ImageListing:
        return ImageListing(*readable(listed(value, "images"), read_one))

    return client.get(f"{_mosaic(mosaic_id)}/image", read_listing)


def mosaic_status(client: Client, mosaic_id: str) -> ApiReply:
    """Ask how far all images of a mosaic are (GET /rasters/mosaic/{id}/status); succeeds with a `MosaicStatus`."""
    return client.get(f"{_mosaic(mosaic_id)}/status", lambda value: read_mosaic_status(value, mosaic_id))


def list_all_images(client: Client, mosaic_id: str) -> ApiReply:
    """Ask for the images of a mosaic, those that are not ready included; succeeds with an `ImageListing`.

    The deployed service lists only images that are ready; of the others its status tells. The status is asked for
    first, so that an image that becomes ready in between is in the list. A service without the status, or one that
    does not answer it, costs nothing but `untold`.
    """

    def list_with(status: MosaicStatus) -> None:
        reply.follow(
            list_images(client, mosaic_id), lambda listing: reply.succeed(_with_unready(listing, status))
        )

    def list_without(error: ApiError) -> None:
        reply.follow(
            list_images(client, mosaic_id), lambda listing: reply.succeed(replace(listing, untold=error))
        )

    reply = client.keep(ApiReply())
    reply.follow(mosaic_status(client, mosaic_id), list_with, list_without)
    return reply


def clear_failed(client: Client, mosaic_id: str) -> ApiReply:
    """Delete the images of a mosaic that failed (DELETE /rasters/mosaic/{id}/failed); succeeds with None."""
    return client.send("DELETE", f"{_mosaic(mosaic_id)}/failed", _nothing)


def fetch_image(client: Client, image_id: str) -> ApiReply:
    """Ask for one image (GET /rasters/image/{id}); succeeds with an `Image`."""
    return client.get(_image(image_id), read_image)


def rename_image(client: Client, image_id: str, name: str) -> ApiReply:
    """Give an image another name (PUT /rasters/image/{id}?name=); succeeds with it, or None if not told."""
    query = (("name", name),)
    return client.send("PUT", _image(image_id), _if_any(read_image), query=query, repeatable=True)


def delete_image(client: Client, image_id: str) -> ApiReply:
    """Delete an image from storage (DELETE /rasters/image/{id}); succeeds with None."""
    return client.send("DELETE", _image(image_id), _nothing)


def image_status(client: Client, image_id: str) -> ApiReply:
    """Ask how far the service is with an image (GET /rasters/image/{id}/status); succeeds with an `ImageStatus`."""
    return client.get(f"{_image(image_id)}/status", read_image_status)


def preview(client: Client, image_id: str, size: PreviewSize = PreviewSize.SMALL) -> ApiReply:
    """Ask for a preview (GET /rasters/image/{id}/preview/{size}); succeeds with the bytes of a JPEG.

    QGIS's network cache answers where it has it: the pixels of an image never change.
    """
    _previewed.add((client.server, image_id))
    return client.picture(f"{_image(image_id)}/preview/{size.value}")


def forget_previews() -> None:
    """Let QGIS's network cache forget all previews that were asked for since QGIS started, of either size."""
    while _previewed:
        server, image_id = _previewed.pop()
        for size in PreviewSize:
            drop_from_cache(QUrl(f"{server}{_image(image_id)}/preview/{size.value}"))


# the original file


def image_download_link(client: Client, image_id: str) -> ApiReply:
    """Ask where an image's file can be had (GET /rasters/image/{id}/download); succeeds with a `DownloadLink`."""

    def explain(error: ApiError) -> None:
        reply.fail(_why_no_link(error))

    reply = client.keep(ApiReply())
    reply.follow(client.get(f"{_image(image_id)}/download", read_link), on_failure=explain)
    return reply


def download(
    client: Client, image_id: str, destination: Path, checksum: str = "", size: Optional[int] = None
) -> ApiReply:
    """Download an image's file to `destination`; succeeds with the Path, and nothing is left behind otherwise.

    It fails when what came has another SHA-1 than `checksum`, or, where that is "", another `size` in bytes.

    The link is presigned: the login does not go along, and one that has expired meanwhile is asked for anew, once.
    """

    def stream(link: DownloadLink, on_failure: Callable[[ApiError], None]) -> None:
        expected = Expected(FileKind.PICTURE, checksum, size)
        step = client.download(link.url, destination, with_login=False, expected=expected)
        reply.follow(step, on_failure=on_failure)

    def ask_again(error: ApiError) -> None:
        if error.status not in _LINK_EXPIRED:
            reply.fail(error)
            return
        second = image_download_link(client, image_id)
        reply.follow(second, on_success=lambda link: stream(link, refused))

    def refused(error: ApiError) -> None:
        if error.status in _LINK_EXPIRED:
            sentence = translate(
                "Api", "The storage did not accept the download link. Try again in a moment."
            )
            error = replace(error, fault=Fault.REJECTED, sentence=sentence)
        reply.fail(error)

    reply = client.keep(ApiReply())
    reply.follow(image_download_link(client, image_id), on_success=lambda link: stream(link, ask_again))
    return reply


# storage


def storage(client: Client) -> ApiReply:
    """Ask what storage is used and left, and what a file may have (GET /rasters/memory); succeeds with a `Storage`."""
    return client.get("/rasters/memory", read_storage)


def _with_unready(listing: ImageListing, status: MosaicStatus) -> ImageListing:
    """The listing, and the images of the status that are not ready; the list is newer."""
    told = {image.id: image for image in status.images}
    listed = {image.id for image in listing.images}
    unready = (image for image in told.values() if image.id not in listed and not image.is_usable)
    # a record of the status that cannot be read may be that of an image in the list
    missing = status.skipped - len(listed - told.keys())
    images = (*(_told_more(image, told.get(image.id)) for image in listing.images), *unready)
    return ImageListing(images, max(listing.skipped, missing))


def _told_more(image: Image, told: Optional[Image]) -> Image:
    """The image of a list, which does not say why it failed, or at all how far an image without an outline is."""
    if told is None or image.is_usable:
        return image
    if image.preparation is Preparation.UNKNOWN:
        return replace(image, preparation=told.preparation, has_data=told.has_data, problem=told.problem)
    return replace(image, problem=image.problem or told.problem) if image.is_failed else image


def _mosaic(mosaic_id: str) -> str:
    return f"{MOSAICS}/{path_segment(mosaic_id)}"


def _image(image_id: str) -> str:
    return f"{_IMAGES}/{path_segment(image_id)}"


def _nothing(_value: object) -> None:
    return None


def _if_any(read: Callable[[object], T]) -> Callable[[object], Optional[T]]:
    """Return a reader that gives None when the answer is no record: some services answer with a message only."""

    def read_if_any(value: object) -> Optional[T]:
        try:
            return read(value) if isinstance(value, Mapping) and "id" in value else None
        except MalformedReply:
            return None

    return read_if_any


def _why_no_link(error: ApiError) -> ApiError:
    if error.code:
        return error
    if error.status == 403:
        return replace(
            error,
            sentence=translate(
                "Api", "The service does not hand out the file of this image; ask its owner for it."
            ),
        )
    if error.status == 409:
        sentence = translate(
            "Api", "The service is still preparing this image. Download it when it is ready."
        )
        return replace(error, sentence=sentence)
    return error
