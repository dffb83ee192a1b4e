"""What is chosen in the tree, as the actions need it: images of one mosaic, a mosaic, or a mixture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional, Union

from ...api.imagery_records import Image, Mosaic


@dataclass(frozen=True)
class Choice:
    """The chosen mosaics and images; an image of a chosen mosaic is part of it."""

    mosaics: tuple[Mosaic, ...] = ()
    images: tuple[Image, ...] = ()

    @classmethod
    def of(cls, nodes: Sequence[Union[Mosaic, Image]]) -> Choice:
        """The choice of the rows `nodes`."""
        mosaics = tuple(node for node in nodes if isinstance(node, Mosaic))
        whole = {mosaic.id for mosaic in mosaics}
        images = tuple(node for node in nodes if isinstance(node, Image) and node.mosaic_id not in whole)
        return cls(mosaics, images)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen."""
        return not self.mosaics and not self.images

    @property
    def nodes(self) -> tuple[Union[Mosaic, Image], ...]:
        """All of it, mosaics first."""
        return (*self.mosaics, *self.images)

    @property
    def only(self) -> Optional[Union[Mosaic, Image]]:
        """The one that is chosen; None for none or several."""
        return self.nodes[0] if len(self.nodes) == 1 else None

    @property
    def mosaic_id(self) -> str:
        """The id of the mosaic that all of it belongs to; "" if there is none, or if there are several."""
        ids = {mosaic.id for mosaic in self.mosaics} | {image.mosaic_id for image in self.images}
        return ids.pop() if len(ids) == 1 else ""

    @property
    def can_be_processed(self) -> bool:
        """Whether it is imagery for one processing: a mosaic, or images of one, that are ready."""
        return bool(self.mosaic_id) and all(node.is_usable for node in (self.mosaics or self.images))
