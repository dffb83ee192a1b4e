"""Which mosaic images are of, where only their ids are known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Callable

from ...api.http.errors import Fault
from ...api.http.replies import LatestReply
from ...api.imagery import fetch_image, list_images, list_mosaics
from ...text.translation import translate

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.imagery_records import Image, ImageListing
    from ...api.session import Session

Ids = tuple[str, ...]


class HomeOfImages:
    """Asks the service; the latest question counts. The mosaic goes to `found`, why there is none to `told`."""

    def __init__(
        self, session: Session, found: Callable[[str, Ids], None], told: Callable[[str], None]
    ) -> None:
        self._session = session
        self._found = found
        self._told = told
        self._reply = LatestReply()

    def ask(self, image_ids: Sequence[str]) -> None:
        """Find the mosaic of these images."""
        self._ask(tuple(image_ids), tuple(image_ids))

    def give_up(self) -> None:
        """Want no answer any more."""
        self._reply.abort()

    def _ask(self, image_ids: Ids, untried: Ids) -> None:
        first, *others = untried
        self._reply.follow(
            fetch_image(self._session.client, first),
            partial(self._on_image, image_ids),
            partial(self._on_no_image, image_ids, tuple(others)),
        )

    def _on_image(self, image_ids: Ids, image: Image) -> None:
        if image.mosaic_id:
            self._found(image.mosaic_id, image_ids)
            return
        # a service that does not say whose it is has to be asked for the images of each mosaic
        self._reply.follow(
            list_mosaics(self._session.client),
            lambda listing: self._look_into(image_ids, image.id, [each.id for each in listing.mosaics]),
            self._on_failed,
        )

    def _look_into(self, image_ids: Ids, image_id: str, mosaic_ids: Sequence[str]) -> None:
        if not mosaic_ids:
            self._told(unknown_home())
            return
        first, *others = mosaic_ids

        def listed(listing: ImageListing) -> None:
            if any(image.id == image_id for image in listing.images):
                self._found(first, image_ids)
            else:
                self._look_into(image_ids, image_id, others)

        self._reply.follow(list_images(self._session.client, first), listed, self._on_failed)

    def _on_no_image(self, image_ids: Ids, untried: Ids, error: ApiError) -> None:
        if error.fault is not Fault.NOT_FOUND:
            self._on_failed(error)
        elif untried:
            self._ask(image_ids, untried)
        else:
            self._told(
                translate("UsedImagery", "The images that were used are not among your imagery any more.")
            )

    def _on_failed(self, error: ApiError) -> None:
        self._told(error.sentence)


def unknown_home() -> str:
    """What to say of images that no mosaic has."""
    return translate(
        "UsedImagery", "The service does not say which mosaic the images are of. Choose them under Imagery."
    )
