"""The mosaics and images that are known, in the order they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from ....api.imagery_records import Image, Mosaic
from ....jobs.imagery.known import Listing
from .branch import Branch, Order


class Shelf:
    """Holds branches, and finds them and their images by id; a branch's number is its own for good."""

    def __init__(self) -> None:
        self.branches: list[Branch] = []
        self.order = Order.NAME
        self._by_number: dict[int, Branch] = {}
        self._row_of: dict[str, int] = {}
        self._mosaic_of: dict[str, str] = {}  # image id: mosaic id
        self._last_number = 0

    # what is known

    def mosaics(self) -> tuple[Mosaic, ...]:
        """All mosaics, in the order they are sorted by."""
        return tuple(branch.mosaic for branch in self.branches)

    def mosaic(self, mosaic_id: str) -> Optional[Mosaic]:
        """The mosaic of that id, if it is listed."""
        branch = self.branch(mosaic_id)
        return None if branch is None else branch.mosaic

    def images(self, mosaic_id: str) -> tuple[Image, ...]:
        """The images of a mosaic, as far as they are known."""
        branch = self.branch(mosaic_id)
        return () if branch is None else tuple(branch.images)

    def image(self, image_id: str) -> Optional[Image]:
        """The image of that id, if it is listed."""
        branch = self.branch_of(image_id)
        return None if branch is None else branch.images[branch.row_of(image_id)]

    def listing(self, mosaic_id: str) -> Listing:
        """Whether the images of a mosaic are known."""
        branch = self.branch(mosaic_id)
        return Listing.NOT_ASKED if branch is None else branch.listing

    # branches

    def branch(self, mosaic_id: str) -> Optional[Branch]:
        """The branch of a mosaic."""
        row = self._row_of.get(mosaic_id)
        return None if row is None else self.branches[row]

    def branch_of(self, image_id: str) -> Optional[Branch]:
        """The branch an image hangs on."""
        return self.branch(self._mosaic_of.get(image_id, ""))

    def numbered(self, number: int) -> Optional[Branch]:
        """The branch of that number."""
        return self._by_number.get(number)

    def row_of(self, mosaic_id: str) -> Optional[int]:
        """Which row a mosaic is."""
        return self._row_of.get(mosaic_id)

    # what is put in and taken out

    def append(self, mosaics: Iterable[Mosaic]) -> None:
        """Add mosaics below the others."""
        for mosaic in sorted(mosaics, key=self.order.key):
            self._last_number += 1
            branch = Branch(self._last_number, mosaic)
            self.branches.append(branch)
            self._by_number[branch.number] = branch
        self._renumber()

    def remove(self, first: int, last: int) -> None:
        """Take out the mosaics of these rows with their images."""
        for branch in self.branches[first : last + 1]:
            del self._by_number[branch.number]
            for image in branch.images:
                self._mosaic_of.pop(image.id, None)
        del self.branches[first : last + 1]
        self._renumber()

    def append_images(self, branch: Branch, images: Sequence[Image]) -> None:
        """Add images below the others of a branch."""
        branch.images.extend(sorted(images, key=self.order.key))
        self._mosaic_of.update({image.id: branch.mosaic.id for image in images})

    def remove_image(self, branch: Branch, row: int) -> None:
        """Take an image out of a branch."""
        self._mosaic_of.pop(branch.images.pop(row).id, None)

    # the order

    def places(self, branch: Optional[Branch] = None) -> list[int]:
        """The new row of each mosaic, or of each image of a branch; empty if all are in order already."""
        keys = (
            [self.order.key(each.mosaic) for each in self.branches]
            if branch is None
            else [self.order.key(image) for image in branch.images]
        )
        rows = sorted(range(len(keys)), key=keys.__getitem__)
        places = [0] * len(rows)
        for place, row in enumerate(rows):
            places[row] = place
        return [] if rows == list(range(len(rows))) else places

    def rearrange(self, places: Sequence[int], branch: Optional[Branch] = None) -> None:
        """Let each mosaic, or each image of a branch, go to its place."""
        if branch is None:
            self.branches = [each for _place, each in sorted(zip(places, self.branches), key=_place)]
            self._renumber()
        else:
            branch.images = [each for _place, each in sorted(zip(places, branch.images), key=_place)]

    def _renumber(self) -> None:
        self._row_of = {branch.mosaic.id: row for row, branch in enumerate(self.branches)}


def _place(pair: tuple[int, object]) -> int:
    return pair[0]
