"""A preview of an image of the catalog: its pictures are fetched, and laid where their parts lie."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ...api.catalog.pictures import picture
from ...layers.footprints.placing import placed
from ...layers.footprints.scene_pictures import corners_of, write_scene
from ...text.translation import translate
from ..job import Job, JobError
from ..task import TaskJob

if TYPE_CHECKING:
    from qgis.core import QgsPointXY

    from ...api.http.client import Client
    from .search import FoundImage

_MOST_PARTS = 100


class ScenePreview(Job):
    """Succeeds with the Path of a GeoTIFF in EPSG:4326, which is `path`."""

    def __init__(self, client: Client, found: FoundImage, path: Path) -> None:
        super().__init__()
        self._client = client
        self._path = path
        image = found.image
        parts = [(part.url, placed(part.footprint)) for part in image.preview_parts]
        if not parts:
            parts = [(image.preview_url, found.ground)]
        self._is_scattered = any(ground.isMultipart() and not corners_of(ground) for _url, ground in parts)
        self._parts = [(url, corners_of(ground)) for url, ground in parts]
        self._came: list[tuple[bytes, tuple[QgsPointXY, ...]]] = []
        self._writing: Optional[TaskJob] = None

    def _begin(self) -> None:
        if len(self._parts) > _MOST_PARTS:
            sentence = translate("Catalog", "The preview of this image has too many parts to be shown.")
            self._fail(JobError(sentence))
            return
        if not all(corners for _url, corners in self._parts):
            self._fail(JobError(self._why_nowhere()))
            return
        self._next()

    def _why_nowhere(self) -> str:
        if self._is_scattered:
            return translate(
                "Catalog",
                "This image has several parts, and the catalog does not say where in its preview each of them is.",
            )
        return translate(
            "Catalog", "The catalog does not say where the preview of this image lies, so it cannot be shown."
        )

    def _next(self) -> None:
        if len(self._came) < len(self._parts):
            url, _corners = self._parts[len(self._came)]
            self._follow(picture(self._client, url), self._take)
            return
        self._writing = TaskJob(
            translate("Catalog", "Preparing a preview"), partial(write_scene, self._came, self._path)
        )
        self._writing.succeeded.connect(self._succeed)
        self._writing.failed.connect(self._fail)
        self._writing.start()

    def _take(self, content: bytes) -> None:
        self._came.append((content, self._parts[len(self._came)][1]))
        self._next()

    def _stop(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
