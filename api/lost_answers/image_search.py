"""One look for an uploaded image: in its mosaic, or in the mosaic that was to be made for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ..http.errors import ApiError, Fault
from ..http.reply import ApiReply
from ..imagery import list_all_images, list_mosaics
from ..imagery_records import Image, ImageListing, Mosaic, MosaicListing
from .checksum import FileChecksum
from .image_matching import by_checksum, fitting, named

if TYPE_CHECKING:
    from ..http.client import Client

LOOKS = 5  # a service that got the whole file may need a while until it lists the image


@dataclass(frozen=True)
class Expected:
    """An upload that may have arrived.

    `mosaic_id` is "" if a mosaic called `mosaic_name` was to be made for the upload. The known ids are those that were
    listed before the upload was sent; `known_mosaics` is None if the service does not list mosaics. `is_all_known` is
    false if there may have been images that were not ready, and are not among the known ones. `size` is in bytes, None
    if it is not known. `path` is the file; it is read only if its checksum is needed.
    """

    file_name: str
    size: Optional[int] = None
    mosaic_id: str = ""
    mosaic_name: str = ""
    known_images: frozenset[str] = frozenset()
    known_mosaics: Optional[frozenset[str]] = None
    path: Optional[Path] = None
    is_all_known: bool = True


@dataclass(frozen=True)
class Arrival:
    """What was found of an upload: the id of its mosaic, or ""; its image, or None.

    If it `is_certain`, what was not found is surely not there. It is not certain if the service could not list
    everything, or lists an image that may be this one. `alike` are all images that may have its name and are not known
    from before, of any size, newest first. `is_empty` is true if the mosaic surely has no image at all.
    """

    mosaic_id: str = ""
    image: Optional[Image] = None
    is_certain: bool = True
    alike: tuple[Image, ...] = ()
    is_empty: bool = False


class ImageSearch(ApiReply):
    """Looks once; succeeds with an `Arrival`. It fails if the service does not answer, and then nothing is known."""

    def __init__(self, client: Client, expected: Expected) -> None:
        super().__init__()
        self._client = client
        self._expected = expected
        self._mosaic_id = expected.mosaic_id
        self._checksum: Optional[FileChecksum] = None
        if self._mosaic_id:
            self._look_into_mosaic()
        else:
            self.follow(list_mosaics(client), on_success=self._search_mosaics, on_failure=self._no_mosaics)

    def _search_mosaics(self, listing: MosaicListing) -> None:
        """Find the mosaic that is new and has our name, the newest where there are several."""
        known = self._expected.known_mosaics
        if known is None:
            self.succeed(Arrival(is_certain=False))
            return
        alike = (mosaic for mosaic in listing.mosaics if mosaic.name == self._expected.mosaic_name)
        ours = [mosaic for mosaic in alike if mosaic.id not in known]
        if ours:
            self._mosaic_id = max(ours, key=_when_created).id
            self._look_into_mosaic()
        else:
            self.succeed(Arrival(is_certain=listing.skipped == 0))

    def _no_mosaics(self, error: ApiError) -> None:
        if error.is_unsupported:
            self.succeed(Arrival(is_certain=False))
        else:
            self.fail(error)

    def _look_into_mosaic(self) -> None:
        images = list_all_images(self._client, self._mosaic_id)
        self.follow(images, on_success=self._search_images, on_failure=self._no_images)

    def _no_images(self, error: ApiError) -> None:
        if error.fault is Fault.NOT_FOUND and not self._expected.mosaic_id:
            self.succeed(Arrival())  # deleted in between
        else:
            self.fail(error)

    def _search_images(self, listing: ImageListing) -> None:
        expected = self._expected
        alike = named(listing.images, expected.known_images, expected.file_name)
        is_whole = listing.skipped == 0 and listing.is_whole
        is_certain = not alike and is_whole
        is_empty = not listing.images and is_whole
        new = alike if expected.is_all_known else [image for image in alike if image.has_data is None]
        found = fitting(new, expected.size)
        arrival = Arrival(self._mosaic_id, None, is_certain, tuple(alike), is_empty)
        if expected.path is not None and len(found) > 1 and any(image.checksum for image in found):
            self._compare(expected.path, found, arrival)
        else:
            self._tell(arrival, found[0] if found else None)

    def _compare(self, path: Path, found: list[Image], arrival: Arrival) -> None:
        """Choose the image with the checksum of the file, since other people may upload files of that name, too."""
        checksum = FileChecksum(path, self)
        checksum.known.connect(
            self._guarded(lambda known: self._tell(arrival, by_checksum(found, known) or found[0]))
        )
        self._checksum = checksum
        self.when_aborted(checksum.stop)
        checksum.start()

    def _tell(self, arrival: Arrival, image: Optional[Image]) -> None:
        if image is None:
            self.succeed(arrival)
        else:
            self.succeed(Arrival(arrival.mosaic_id, image, alike=arrival.alike))


def look_again(client: Client, expected: Expected) -> ApiReply:
    """Look whether an upload has arrived after all; succeeds with an `Arrival`.

    Asks for the mosaics, if it has to, and for the images of the mosaic, those that are not ready included.
    """
    return client.keep(ImageSearch(client, expected))


def _when_created(mosaic: Mosaic) -> float:
    return mosaic.created.timestamp() if mosaic.created is not None else 0.0
