"""Images of the catalog by their ids, as a processing names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ...api.catalog.search import image
from ...api.http.errors import ApiError, Fault
from ...layers.footprints.placing import placed
from ..job import Job
from .search import FoundImage

if TYPE_CHECKING:
    from ...api.catalog.records import CatalogImage
    from ...api.http.client import Client

MOST_NAMED = 500  # images asked for; a processing has few
_AT_ONCE = 4


@dataclass(frozen=True)
class NamedImages:
    """Those that are in the catalog, in the order they were named, and how many of the named ones are not."""

    found: tuple[FoundImage, ...]
    gone: int


class NamedImagesLookUp(Job):
    """Asks for each of `ids` (GET /meta/{id}), a few at a time; succeeds with the NamedImages.

    `provider` is whose they are, "" where that is not known.
    """

    def __init__(self, client: Client, provider: str, ids: Sequence[str]) -> None:
        super().__init__()
        self._client = client
        self._provider = provider
        self._ids = tuple(dict.fromkeys(ids))[:MOST_NAMED]
        self._asked = 0
        self._answered = 0
        self._found: dict[str, FoundImage] = {}

    def _begin(self) -> None:
        if not self._ids:
            self._succeed(NamedImages((), 0))
        for _ in range(min(_AT_ONCE, len(self._ids))):
            self._ask_next()

    def _ask_next(self) -> None:
        if self._asked == len(self._ids):
            return
        image_id = self._ids[self._asked]
        self._asked += 1
        reply = image(self._client, image_id, self._provider)
        self._follow(reply, partial(self._take, image_id), self._on_failed)

    def _take(self, image_id: str, told: CatalogImage) -> None:
        self._found[image_id] = FoundImage(told, placed(told.footprint))
        self._go_on()

    def _on_failed(self, error: ApiError) -> None:
        if error.fault is Fault.NOT_FOUND:
            self._go_on()
            return
        self._replies.abort()
        self._fail_with(error)

    def _go_on(self) -> None:
        self._answered += 1
        if self._answered < len(self._ids):
            self._ask_next()
            return
        found = tuple(self._found[each] for each in self._ids if each in self._found)
        self._succeed(NamedImages(found, len(self._ids) - len(found)))
