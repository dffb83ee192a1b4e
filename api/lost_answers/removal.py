"""Deletes the image that the service made of a file which changed while it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ..http.reply import ApiReply
from ..imagery import delete_image
from ..imagery_records import Image
from .image_search import LOOKS, Arrival, Expected, ImageSearch
from .poll_until_known import Look, PollUntilKnown
from .sentences import of_leftover, of_possible_leftover

if TYPE_CHECKING:
    from ..http.client import Client


class Removal(ApiReply):
    """Deletes `image`; if it is None, searches for the image of the expected upload and deletes that.

    Other people may upload to the mosaic, too: an image is deleted only if it can be no other one. This reply always
    succeeds: with a sentence that tells the user what to delete, or with "" if nothing is left.
    """

    def __init__(self, client: Client, expected: Expected, image: Optional[Image]) -> None:
        super().__init__()
        self._client = client
        self._expected = expected
        if image is not None:
            self._delete(image)
        else:
            search = PollUntilKnown(client, lambda: ImageSearch(client, expected), _any_alike, LOOKS)
            self.follow(search, on_success=self._found)

    def _found(self, look: Look) -> None:
        alike: tuple[Image, ...] = look.found or ()
        size = self._expected.size
        if not alike:
            self.succeed("")
        elif len(alike) == 1 and size is not None and alike[0].size == size:
            self._delete(alike[0])
        else:
            self.succeed(of_possible_leftover(self._expected.file_name))

    def _delete(self, image: Image) -> None:
        self.follow(
            delete_image(self._client, image.id),
            on_success=lambda _nothing: self.succeed(""),
            on_failure=lambda _error: self.succeed(of_leftover(image.name)),
        )


def _any_alike(arrival: Arrival) -> Look:
    return Look(arrival.alike or None, arrival.is_certain)
