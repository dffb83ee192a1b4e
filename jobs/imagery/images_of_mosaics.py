"""The images of several mosaics, for whoever can go on only with all of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal

from ...api import imagery
from ..job import Job

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError
    from ...api.imagery_records import ImageListing


class ImagesOfMosaics(Job):
    """Asks for the images of several mosaics, those that are not ready included.

    It succeeds when all have come, and fails when those of one mosaic cannot be had.
    """

    came = pyqtSignal(str, object)  # id of a mosaic, its ImageListing

    def __init__(self, client: Client, mosaic_ids: Iterable[str]) -> None:
        super().__init__()
        self._client = client
        self._missing = dict.fromkeys(mosaic_ids)

    def _begin(self) -> None:
        for mosaic_id in self._missing:
            reply = imagery.list_all_images(self._client, mosaic_id)
            self._follow(reply, partial(self._on_images, mosaic_id), self._on_failed)
        self._end_if_whole()

    def _on_images(self, mosaic_id: str, listing: ImageListing) -> None:
        del self._missing[mosaic_id]
        self.came.emit(mosaic_id, listing)
        self._end_if_whole()

    def _on_failed(self, error: ApiError) -> None:
        self._replies.abort()
        self._fail_with(error)

    def _end_if_whole(self) -> None:
        if not self._missing:
            self._succeed()
