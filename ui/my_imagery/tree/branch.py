"""A mosaic in the tree with what hangs on it, and the order of both."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Optional, Union

from ....api.imagery_records import Image, Mosaic, count_images
from ....jobs.imagery.known import Listing
from ....text.translation import translate
from .nodes import Node, Note

if TYPE_CHECKING:
    from ....api.http.errors import ApiError


class Order(enum.Enum):
    """What mosaics, and the images in each, are sorted by."""

    NAME = "name"
    NEWEST = "newest"
    LARGEST = "largest"

    def key(self, node: Union[Mosaic, Image]) -> tuple[float, str, str]:
        """The key that mosaics, or images, are sorted by; the name decides between equal ones."""
        first = 0.0
        if self is Order.LARGEST:
            first = -float(node.size or 0)
        elif self is Order.NEWEST:
            moment = node.created if isinstance(node, Mosaic) else node.uploaded
            first = -moment.timestamp() if moment is not None else 0.0
        return first, node.name.casefold(), node.id


@dataclass
class Branch:
    """A mosaic, its images in their order, and the note below them; `number` is its own for good."""

    number: int
    mosaic: Mosaic
    images: list[Image] = field(default_factory=list)
    note: Optional[Note] = None
    listing: Listing = Listing.NOT_ASKED
    untold: Optional[ApiError] = None  # why the service did not say which images are not ready

    @property
    def count(self) -> int:
        """How many rows hang on it."""
        return len(self.images) + (self.note is not None)

    def node(self, row: int) -> Optional[Node]:
        """What its row `row` stands for."""
        if row < len(self.images):
            return self.images[row]
        return self.note if row == len(self.images) else None

    def row_of(self, image_id: str) -> int:
        """Which row an image is that hangs on it."""
        return next(row for row, image in enumerate(self.images) if image.id == image_id)

    def told_image(self, row: int, image: Image) -> Image:
        """Add to `image` why it failed, if that is known already: a list of images does not say it."""
        problem = self.images[row].problem
        if problem and image.is_failed and not image.problem:
            return replace(image, problem=problem)
        return image

    def counted(self) -> Mosaic:
        """The record of the mosaic with the number, the size and the states of its listed images.

        If images that are not ready cannot be listed, the number that the service tells stays.
        """
        counts, said = count_images(self.images), self.mosaic.counts
        if self.untold is not None and said is not None and said.is_told and counts.ready == counts.total:
            return self.mosaic
        sizes = [image.size for image in self.images if image.size is not None]
        size = sum(sizes) if len(sizes) == len(self.images) else self.mosaic.size
        is_worth_saying = said is not None or counts.ready < counts.total
        return replace(
            self.mosaic, image_count=counts.total, size=size, counts=counts if is_worth_saying else None
        )

    def told(self, mosaic: Mosaic) -> Mosaic:
        """Fill in what a newer record of the mosaic does not say, from the older one."""
        known = self.mosaic
        count = known.image_count if mosaic.image_count is None else mosaic.image_count
        size = known.size if mosaic.size is None else mosaic.size
        return replace(mosaic, image_count=count, size=size, counts=mosaic.counts or known.counts)

    def note_of(self, skipped: int) -> Optional[Note]:
        """What is to be said below the images, `skipped` of which could not be read."""
        if self.untold is not None and not self.untold.is_unsupported:
            text = translate(
                "Tree", "Which images are not ready could not be found out. {reason} Press F5 to ask again."
            )
            return Note(text.format(reason=self.untold.sentence), is_error=True)
        if skipped:
            return Note(
                translate(
                    "Tree",
                    "%Ln images could not be read and are left out.",
                    "One image could not be read and is left out.",
                    skipped,
                )
            )
        if not self.images:
            return Note(translate("Tree", "No images yet: press Upload, or drop files on this mosaic."))
        return None
