"""Looks for an upload whose answer was lost, before it is sent again: it may have arrived after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from .. import imagery
from ..http.errors import ApiError, Fault
from ..http.reply import ApiReply
from ..imagery_records import Image, ImageListing, Mosaic, MosaicListing
from .image_matching import fitting, named

if TYPE_CHECKING:
    from ..http.client import Client


@dataclass(frozen=True)
class Expected:
    """An upload that may have arrived.

    `mosaic_id` is "" where a mosaic called `mosaic_name` was to be made for it. The known ids are those of before it
    was sent; `known_mosaics` is None where the service lists none. `size` is in bytes, None where it is not known.
    """

    file_name: str
    size: Optional[int] = None
    mosaic_id: str = ""
    mosaic_name: str = ""
    known_images: frozenset[str] = frozenset()
    known_mosaics: Optional[frozenset[str]] = None


@dataclass(frozen=True)
class Arrival:
    """What is there of it: "" for no mosaic, None for no image.

    Unless `is_certain`, it may be there all the same: the service cannot be asked, or lists what may be it.
    """

    mosaic_id: str = ""
    image: Optional[Image] = None
    is_certain: bool = True


class LateArrivalReply(ApiReply):
    """One look; fails where the service cannot be asked, and then nothing is known."""

    def __init__(self, client: Client, expected: Expected) -> None:
        super().__init__()
        self._client = client
        self._expected = expected
        if expected.mosaic_id:
            self._look_into(expected.mosaic_id)
        else:
            self.follow(
                imagery.list_mosaics(client), on_success=self._search_mosaics, on_failure=self._no_mosaics
            )

    def _search_mosaics(self, listing: MosaicListing) -> None:
        known = self._expected.known_mosaics
        if known is None:
            self.succeed(Arrival(is_certain=False))
            return
        alike = (mosaic for mosaic in listing.mosaics if mosaic.name == self._expected.mosaic_name)
        ours = [mosaic for mosaic in alike if mosaic.id not in known]
        if ours:
            self._look_into(max(ours, key=_when_created).id)
        else:
            self.succeed(Arrival(is_certain=listing.skipped == 0))

    def _no_mosaics(self, error: ApiError) -> None:
        if error.status in imagery.NO_SUCH_QUESTION:
            self.succeed(Arrival(is_certain=False))
        else:
            self.fail(error)

    def _look_into(self, mosaic_id: str) -> None:
        expected = self._expected

        def search(listing: ImageListing) -> None:
            new = named(listing.images, expected.known_images, expected.file_name)
            found = fitting(new, expected.size)
            if found:
                self.succeed(Arrival(mosaic_id, found[0]))
            else:
                self.succeed(Arrival(mosaic_id, is_certain=not new and listing.skipped == 0))

        def could_not(error: ApiError) -> None:
            if error.fault is Fault.NOT_FOUND and not expected.mosaic_id:
                self.succeed(Arrival())  # deleted in between
            else:
                self.fail(error)

        self.follow(imagery.list_images(self._client, mosaic_id), on_success=search, on_failure=could_not)


def look_again(client: Client, expected: Expected) -> ApiReply:
    """Look whether an upload has arrived after all (GET /rasters/mosaic, …/{id}/image); succeeds with an `Arrival`."""
    return client.keep(LateArrivalReply(client, expected))


def _when_created(mosaic: Mosaic) -> float:
    return mosaic.created.timestamp() if mosaic.created is not None else 0.0
