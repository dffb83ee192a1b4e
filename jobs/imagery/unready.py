"""Images that are not ready: in which mosaics there may be some, and whether the service tells of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from .known import Listing

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.imagery_records import ImageListing
    from .known import KnownImagery


class UnreadyImages:
    """Says of which mosaics such images are to be asked for. It reads from `known` what is known already."""

    def __init__(self, known: KnownImagery) -> None:
        self._known = known
        self._doubtful: set[str] = set()
        self._no_status: Optional[ApiError] = (
            None  # how the service said that it does not tell of such images
        )

    def doubt(self, mosaic_id: str) -> None:
        """An image came into a mosaic that does not say itself whether all of its images are ready."""
        self._doubtful.add(mosaic_id)

    def may_be_in(self, mosaic_id: str) -> bool:
        """Whether a mosaic may have some, and the service would tell of them."""
        mosaic = self._known.mosaic(mosaic_id)
        is_unready = mosaic is not None and not mosaic.is_ready
        return self._no_status is None and (is_unready or mosaic_id in self._doubtful)

    def next(self) -> Optional[str]:
        """The id of a mosaic that says that some are being prepared, and whose images nobody has asked for."""
        if self._no_status is not None:
            return None
        awaited = (mosaic.id for mosaic in self._known.mosaics() if mosaic.is_awaited)
        return next((each for each in awaited if self._known.listing(each) is Listing.NOT_ASKED), None)

    def awaited(self) -> list[str]:
        """The ids of the mosaics with images that are known to be in preparation."""
        ids = [mosaic.id for mosaic in self._known.mosaics()]
        opened = (each for each in ids if self._known.listing(each) is not Listing.NOT_ASKED)
        return [each for each in opened if any(image.is_awaited for image in self._known.images(each))]

    def take(self, mosaic_id: str, listing: ImageListing) -> ImageListing:
        """Learn from a listing that came; returns it, saying what it does not tell."""
        if listing.untold is not None and listing.is_whole:
            self._no_status = listing.untold
        if listing.is_whole:
            self._doubtful.discard(mosaic_id)
        return listing if listing.untold is not None else replace(listing, untold=self._no_status)

    def clear(self) -> None:
        """Other mosaics come, maybe of another service."""
        self._doubtful.clear()
        self._no_status = None
