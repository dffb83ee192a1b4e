"""Previews of found images on the map: tiles as they are, pictures laid where their scene lies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.processings import TileSet
from ...jobs.catalog.preview import ScenePreview
from ...jobs.catalog.search import FoundImage
from ...jobs.job import Job
from ...jobs.queue import JobQueue
from ...jobs.tile_login import TileLogin, TileLoginCheck
from ...layers.footprints.catalog_preview import catalog_preview_of, describe_catalog_preview, scene_layer
from ...layers.footprints.preview import tiles_layer
from ...layers.mapflow_group import add_imagery, show_imagery
from ...layers.tiles.checked import mark_checked
from ...layers.tiles.provider import DEEPEST_ZOOM
from ...layers.tiles.vector import TileMatrix
from ...text.translation import translate
from ..options.preferences import results_folder
from ..widgets.notice import Notice, from_job_error
from .found.words import title_of

if TYPE_CHECKING:
    from pathlib import Path

    from ...api.session import Session

MOST_PREVIEWS = 12  # more layers at once help nobody
_AT_ONCE = 4
_PICTURES = "previews"  # folder of the pictures, beside the downloaded results


class FoundPreviews(QObject):
    """Adds preview layers to the project; a layer that is there already is only made visible."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._queue = JobQueue(_AT_ONCE, parent=self)

    def show(self, chosen: Sequence[FoundImage]) -> None:
        """Put these on the map."""
        shown = [each for each in chosen if each.image.preview_url or each.image.preview_parts]
        if len(shown) > MOST_PREVIEWS:
            text = translate(
                "Search", "That is too much to preview at once: choose at most %Ln.", None, MOST_PREVIEWS
            )
            self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))
            return
        project, server = QgsProject.instance(), self._session.client.server
        for found in reversed(shown):  # the first of the list ends up on top
            layer = catalog_preview_of(project, found.key, server)
            if layer is not None:
                show_imagery(project, layer)
            elif found.image.has_preview_tiles:
                self._queue.add(found.key, partial(self._tiles_job, found))
            else:
                self._queue.add(found.key, partial(self._scene_job, found))

    def close(self) -> None:
        """Drop what was asked for."""
        self._queue.close()

    def _tiles_job(self, found: FoundImage) -> Job:
        session = self._session
        job = TileLoginCheck(session.client, found.image.preview_url, session.tile_authcfg, _matrix(found))
        job.succeeded.connect(partial(self._add_tiles, found))
        job.failed.connect(lambda error: self.notice.emit(from_job_error(error)))
        return job

    def _add_tiles(self, found: FoundImage, login: TileLogin) -> None:
        session = self._session
        layer = tiles_layer(
            TileSet(found.image.preview_url),
            title_of(found.image),
            session.client.server,
            login.authcfg,
            found.ground,
            _matrix(found),
        )
        if login.why_missing:
            self.notice.emit(Notice(login.why_missing, Qgis.MessageLevel.Warning))
        if layer is not None:
            mark_checked(layer)
        self._add(layer, found)

    def _scene_job(self, found: FoundImage) -> Job:
        job = ScenePreview(self._session.client, found, self._path_of(found))
        job.succeeded.connect(lambda path: self._add(scene_layer(path, title_of(found.image)), found))
        job.failed.connect(lambda error: self.notice.emit(from_job_error(error)))
        return job

    def _path_of(self, found: FoundImage) -> Path:
        """Where the picture is kept: a name made of what tells the image from all others, whatever is in that."""
        told = "\n".join((self._session.client.server, *found.key))
        name = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
        return results_folder() / _PICTURES / f"{name}.tif"

    def _add(self, layer: Optional[QgsRasterLayer], found: FoundImage) -> None:
        if layer is None or not layer.isValid():
            text = translate("Search", "The preview of this image cannot be shown on the map.")
            self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))
            return
        describe_catalog_preview(layer, found.key, self._session.client.server)
        add_imagery(QgsProject.instance(), layer)


def _matrix(found: FoundImage) -> TileMatrix:
    box = found.ground.boundingBox()
    bounds = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
    zoom = found.image.zoom
    return TileMatrix((0, DEEPEST_ZOOM if zoom is None else zoom), None if box.isEmpty() else bounds)
