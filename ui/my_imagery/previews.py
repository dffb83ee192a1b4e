"""Previews of imagery on the map: tiles if a layer can ask for them, or else a picture laid where the image lies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional, Union

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...api.imagery import PreviewSize
from ...api.imagery_records import Image, Mosaic
from ...jobs.job import Job, JobError, ReplyJob
from ...jobs.queue import JobQueue
from ...jobs.tile_login import ReadyTiles, TilesRequest
from ...layers.footprints.preview import (
    describe_preview,
    needs_missing_login,
    picture_layer,
    place_of_preview,
    preview_of,
    tiles_layer,
    zooms_of,
)
from ...layers.mapflow_group import Place, add_imagery, show_imagery
from ...layers.tiles.checked import mark_checked
from ...layers.tiles.vector import TileMatrix
from ...text.disk import write_fault
from ...text.server_text import bounded
from ...text.translation import translate
from ..options.preferences import results_folder
from ..widgets.notice import Notice, from_job_error
from .choice import Choice

if TYPE_CHECKING:
    from qgis.core import QgsGeometry, QgsRasterLayer

    from ...api.processings import TileSet
    from ...api.session import Session
    from .images_first import ImagesFirst
    from .tree.model import ImageryTree

MOST_PREVIEWS = 12  # more layers at once help nobody
_PICTURES = "previews"  # folder of the pictures, beside the downloaded results

Node = Union[Mosaic, Image]


class ImageryPreviews(QObject):
    """Adds preview layers to the project; a layer that is there already is only made visible."""

    notice = pyqtSignal(object)  # Notice
    begun = pyqtSignal(object)  # Choice that is going to be on the map
    outline_wanted = pyqtSignal(object)  # Image that cannot be previewed

    def __init__(
        self,
        session: Session,
        tree: ImageryTree,
        ground: Callable[[Choice], QgsGeometry],
        first: ImagesFirst,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._session = session
        self._tree = tree
        self._first = first
        self._queue = JobQueue(MOST_PREVIEWS, parent=self)
        self._places: dict[str, Place] = {}  # where previews were that are made anew, by what they show

    def show(self, nodes: Sequence[Node]) -> None:
        """Put these on the map."""
        self.begun.emit(Choice.of(nodes))
        server, authcfg = self._session.client.server, self._session.tile_authcfg
        without_tiles = []
        for node in nodes:
            project = QgsProject.instance()
            place = place_of_preview(project, node, server)
            layer = preview_of(project, node, server, authcfg)
            tiles = node.tiles
            if layer is None and place is not None:  # it was an older one, which is taken out
                self._places[node.id] = place
            if layer is not None:
                show_imagery(project, layer)
            elif tiles is None or needs_missing_login(tiles, server, authcfg):
                without_tiles.append(node)
            else:
                self._queue.add(("tiles", node.id), partial(self._tiles_job, node, tiles))
        self._show_as_pictures(without_tiles)

    def close(self) -> None:
        """Drop what was asked for."""
        self._queue.close()

    # tiles

    def _tiles_job(self, node: Node, tiles: TileSet) -> Job:
        session = self._session
        box = self._ground(Choice.of((node,))).boundingBox()
        bounds = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
        instead = TileMatrix(zooms_of(self._images_of(node)), None if box.isEmpty() else bounds)
        job = TilesRequest(session.client, tiles, session.tile_authcfg, instead)
        job.succeeded.connect(partial(self._add_tiles, node, tiles))
        job.failed.connect(partial(self._on_no_tiles, node))
        return job

    def _on_no_tiles(self, node: Node, error: JobError) -> None:
        if error.cause is not None and error.cause.status:
            self._show_as_pictures([node])
        else:
            self._tell(error)

    def _add_tiles(self, node: Node, tiles: TileSet, ready: ReadyTiles) -> None:
        if ready.login.why_missing:  # a layer must not name the login, and without it the service refuses
            self.notice.emit(Notice(ready.login.why_missing, Qgis.MessageLevel.Warning))
            self._show_as_pictures([node])
            return
        session = self._session
        known = ready.matrix or TileMatrix(zooms_of(self._images_of(node)))
        ground = self._ground(Choice.of((node,)))
        layer = tiles_layer(tiles, node.name, session.client.server, session.tile_authcfg, ground, known)
        if layer is None:
            self._show_as_pictures([node])
        else:
            mark_checked(layer)
            self._add(layer, node)

    # pictures

    def _show_as_pictures(self, nodes: Sequence[Node]) -> None:
        """Lay the large preview of each image where the image lies, since a layer cannot ask for its tiles."""
        for image in (node for node in nodes if isinstance(node, Image)):
            self._queue.add(("picture", image.id), partial(self._picture_job, image))
        mosaics = [node for node in nodes if isinstance(node, Mosaic)]
        if mosaics:
            self._first.then(
                [mosaic.id for mosaic in mosaics],
                translate("MyImagery", "Looking for its images"),
                partial(self._show_images, mosaics),
            )

    def _picture_job(self, image: Image) -> Job:
        job = ReplyJob(partial(imagery.preview, self._session.client, image.id, PreviewSize.LARGE))
        job.succeeded.connect(partial(self._add_picture, image))
        job.failed.connect(self._tell)
        return job

    def _show_images(self, mosaics: Sequence[Mosaic]) -> None:
        for mosaic in mosaics:
            self._show_images_of(mosaic)

    def _show_images_of(self, mosaic: Mosaic) -> None:
        usable = [image for image in self._tree.known.images(mosaic.id) if image.is_usable]
        if not usable:
            text = translate("MyImagery", "“{name}” has no images to preview yet.").format(
                name=bounded(mosaic.name, 80)
            )
            self.notice.emit(Notice(text, Qgis.MessageLevel.Info))
            return
        self.show(usable[:MOST_PREVIEWS])
        if len(usable) > MOST_PREVIEWS:
            text = translate(
                "MyImagery",
                "The first %Ln images of “{name}” are shown; choose others to see them.",
                None,
                MOST_PREVIEWS,
            )
            shown = text.format(name=bounded(mosaic.name, 80))
            self.notice.emit(Notice(shown, Qgis.MessageLevel.Info))

    def _add_picture(self, image: Image, picture: bytes) -> None:
        try:
            layer = picture_layer(image, picture, results_folder() / _PICTURES)
        except OSError as problem:
            self.notice.emit(Notice(write_fault(problem, results_folder()), Qgis.MessageLevel.Warning))
            return
        if layer is None:
            text = translate(
                "MyImagery",
                "“{name}” cannot be previewed here: the service does not say exactly where its picture lies. "
                "Add its outline instead.",
            )
            again = partial(self.outline_wanted.emit, image)
            shown = text.format(name=bounded(image.name, 80))
            self.notice.emit(
                Notice(shown, Qgis.MessageLevel.Warning, "", translate("MyImagery", "Add Outline"), again)
            )
            return
        self._add(layer, image)

    def _add(self, layer: QgsRasterLayer, node: Node) -> None:
        describe_preview(layer, node, self._session.client.server)
        add_imagery(QgsProject.instance(), layer, self._places.pop(node.id, None))

    def _images_of(self, node: Node) -> tuple[Image, ...]:
        return self._tree.known.images(node.id) if isinstance(node, Mosaic) else (node,)

    def _tell(self, error: JobError) -> None:
        self.notice.emit(from_job_error(error))
