"""The imagery that is known so far, while more of it is being loaded."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Protocol

if TYPE_CHECKING:
    from ...api.imagery_records import Image, Mosaic


class Listing(enum.Enum):
    """Whether the images of a mosaic are known."""

    NOT_ASKED = 0
    ASKED = 1
    KNOWN = 2
    FAILED = 3


class KnownImagery(Protocol):
    """Holds the mosaics and images that are known. Its owner puts in each answer as soon as it comes."""

    def mosaics(self) -> Sequence[Mosaic]:
        """All mosaics, in the order they are shown."""

    def mosaic(self, mosaic_id: str) -> Optional[Mosaic]:
        """The mosaic of that id, if it is listed."""

    def images(self, mosaic_id: str) -> Sequence[Image]:
        """The images of a mosaic, as far as they are known."""

    def listing(self, mosaic_id: str) -> Listing:
        """Whether the images of a mosaic are known."""
