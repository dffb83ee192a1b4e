"""One's imagery on the map: previews, outlines, and the canvas moved to where it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional, Union

from qgis.core import Qgis, QgsGeometry, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...api import imagery
from ...api.http.errors import ApiError, Fault
from ...api.imagery import PreviewSize
from ...api.imagery_records import Image, Mosaic
from ...layers.areas.measure import wgs84
from ...layers.footprints.outlines import mosaic_outline, outline, outline_of_all, outlines_layer
from ...layers.footprints.preview import (
    describe_preview,
    needs_missing_login,
    picture_layer,
    preview_of,
    tiles_layer,
    zooms_of,
)
from ...layers.tiles.vector import TileMatrix, read_tilejson
from ...text.server_text import bounded
from ...text.translation import translate
from ..options.preferences import results_folder
from ..widgets.canvas import zoom_to
from ..widgets.notice import Notice, from_error
from .choice import Choice
from .images_first import ImagesFirst

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.http.reply import ApiReply
    from ...api.session import Session
    from .tree.model import ImageryTree

TILEJSON_WAIT_MS = 2_000  # then the tiles are shown without knowing their zooms and bounds
_NO_TILES = frozenset({Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REJECTED})  # QGIS would show nothing, silently
_MOST_PREVIEWS = 12  # more layers at once help nobody
_PICTURES = "previews"  # folder of the pictures, beside the downloaded results


class ImageryOnMap(QObject):
    """Adds layers and moves the canvas. What is on its way is dropped by `close`."""

    notice = pyqtSignal(object)  # Notice

    def __init__(
        self, session: Session, tree: ImageryTree, canvas: QgsMapCanvas, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._tree = tree
        self._canvas = canvas
        self._first = ImagesFirst(session, tree, self)
        self._first.notice.connect(self.notice)
        self._replies: list[ApiReply] = []

    def preview(self, choice: Choice) -> None:
        """Put the chosen mosaics and images on the map, and show where they are."""
        shown = [node for node in choice.nodes if isinstance(node, Mosaic) or node.is_usable]
        if len(shown) > _MOST_PREVIEWS:
            text = translate(
                "MyImagery",
                "That is too much to preview at once: choose at most %n, or their mosaic.",
                None,
                _MOST_PREVIEWS,
            )
            self._warn(text)
            return
        self._preview(shown)

    def add_outlines(self, choice: Choice) -> None:
        """Add a layer of outlines for each chosen mosaic, or of the chosen images."""
        ids = [mosaic.id for mosaic in choice.mosaics]
        self._first.then(
            ids, translate("MyImagery", "Looking for its images"), partial(self._add_outlines, choice)
        )

    def zoom(self, choice: Choice) -> None:
        """Show the ground of the chosen imagery on the canvas."""
        self.with_ground(choice, self._zoom_to)

    def with_ground(self, choice: Choice, act: Callable[[QgsGeometry], None]) -> None:
        """Call `act` with the ground of the chosen imagery (EPSG:4326), once it is known; says so where it is not."""
        silent = [mosaic.id for mosaic in choice.mosaics if outline(mosaic.footprint).isEmpty()]

        def found() -> None:
            ground = self._ground(choice)
            if ground.isEmpty():
                self._warn(
                    translate(
                        "MyImagery",
                        "The service does not say where this imagery lies. Try again once it is ready.",
                    )
                )
            else:
                act(ground)

        self._first.then(silent, translate("MyImagery", "Looking for its images"), found)

    def close(self) -> None:
        """Drop what was asked for."""
        self._first.close()
        replies, self._replies = self._replies, []
        for reply in replies:
            reply.abort()

    # where it lies

    def _ground(self, choice: Choice) -> QgsGeometry:
        parts = [mosaic_outline(mosaic, self._tree.images(mosaic.id)) for mosaic in choice.mosaics]
        parts.append(outline_of_all(choice.images))
        parts = [part for part in parts if not part.isEmpty()]
        return QgsGeometry.unaryUnion(parts) if parts else QgsGeometry()

    def _zoom_to(self, ground: QgsGeometry) -> None:
        if not ground.isEmpty():
            zoom_to(self._canvas, ground.boundingBox(), wgs84())

    def _add_outlines(self, choice: Choice) -> None:
        project, server = QgsProject.instance(), self._session.client.server
        asked: list[tuple[Mosaic, Sequence[Image]]] = [
            (mosaic, self._tree.images(mosaic.id)) for mosaic in choice.mosaics
        ]
        for mosaic_id in dict.fromkeys(image.mosaic_id for image in choice.images):
            mosaic = self._tree.mosaic(mosaic_id) or Mosaic(mosaic_id, mosaic_id)
            asked.append((mosaic, [image for image in choice.images if image.mosaic_id == mosaic_id]))
        layers = [outlines_layer(mosaic, images, server) for mosaic, images in asked]
        filled = [layer for layer in layers if layer.featureCount() > 0]
        if not filled:
            self._warn(
                translate(
                    "MyImagery",
                    "The service does not say where these images lie. Try again once they are ready.",
                )
            )
        for layer in filled:
            project.addMapLayer(layer)
        if filled:
            self.zoom(choice)

    # previews

    def _preview(self, nodes: Sequence[Union[Mosaic, Image]]) -> None:
        server, authcfg = self._session.client.server, self._session.tile_authcfg
        self._zoom_to(self._ground(Choice.of(nodes)))
        without_tiles = []
        for node in nodes:
            layer = preview_of(QgsProject.instance(), node, server, authcfg)
            tiles = node.tiles
            if layer is not None:
                _show_in_tree(layer)
            elif tiles is None or needs_missing_login(tiles, server, authcfg):
                without_tiles.append(node)
            elif tiles.tilejson_url:
                self._ask_tilejson(node, tiles.tilejson_url)
            else:
                self._add_tiles(node, None)
        self._preview_as_pictures(without_tiles)

    def _ask_tilejson(self, node: Union[Mosaic, Image], url: str) -> None:
        zooms = zooms_of(self._images_of(node))
        reply = self._session.client.get(url, lambda value: read_tilejson(value, zooms))
        self._follow(reply, partial(self._add_tiles, node), partial(self._on_no_tilejson, node))
        patience = QTimer(self)
        patience.setSingleShot(True)
        patience.timeout.connect(partial(self._stop_waiting, reply, node))
        reply.finished.connect(patience.deleteLater)
        patience.start(TILEJSON_WAIT_MS)

    def _stop_waiting(self, reply: ApiReply, node: Union[Mosaic, Image]) -> None:
        if reply.is_running:
            reply.abort()
            self._add_tiles(node, None)

    def _on_no_tilejson(self, node: Union[Mosaic, Image], error: ApiError) -> None:
        if error.fault in _NO_TILES:
            self._preview_as_pictures([node])
        else:
            self._add_tiles(node, None)

    def _add_tiles(self, node: Union[Mosaic, Image], matrix: Optional[TileMatrix]) -> None:
        if node.tiles is None:
            return
        session = self._session
        known = matrix or TileMatrix(zooms_of(self._images_of(node)))
        ground = self._ground(Choice.of((node,)))
        layer = tiles_layer(node.tiles, node.name, session.client.server, session.tile_authcfg, ground, known)
        if layer is None:
            self._preview_as_pictures([node])
        else:
            self._add(layer, node)

    def _preview_as_pictures(self, nodes: Sequence[Union[Mosaic, Image]]) -> None:
        """Where there are no tiles a layer could ask for, the large preview is laid where the image is."""
        for image in (node for node in nodes if isinstance(node, Image)):
            reply = imagery.preview(self._session.client, image.id, PreviewSize.LARGE)
            self._follow(reply, partial(self._add_picture, image), self._tell)
        mosaics = [node for node in nodes if isinstance(node, Mosaic)]
        if mosaics:
            ids = [mosaic.id for mosaic in mosaics]
            self._first.then(
                ids,
                translate("MyImagery", "Looking for its images"),
                partial(self._preview_all_images, mosaics),
            )

    def _preview_all_images(self, mosaics: Sequence[Mosaic]) -> None:
        for mosaic in mosaics:
            self._preview_images(mosaic)

    def _preview_images(self, mosaic: Mosaic) -> None:
        usable = [image for image in self._tree.images(mosaic.id) if image.is_usable]
        if not usable:
            text = translate("MyImagery", "“{name}” has no images to preview yet.").format(
                name=bounded(mosaic.name, 80)
            )
            self.notice.emit(Notice(text, Qgis.MessageLevel.Info))
            return
        self._preview(usable[:_MOST_PREVIEWS])
        if len(usable) > _MOST_PREVIEWS:
            text = translate(
                "MyImagery",
                "The first %n images of “{name}” are shown; choose others to see them.",
                None,
                _MOST_PREVIEWS,
            )
            shown = text.format(name=bounded(mosaic.name, 80))
            self.notice.emit(Notice(shown, Qgis.MessageLevel.Info))

    def _add_picture(self, image: Image, picture: bytes) -> None:
        try:
            layer = picture_layer(image, picture, results_folder() / _PICTURES)
        except OSError as problem:
            text = translate(
                "MyImagery",
                "The preview could not be written in {folder}: {reason}. Choose another folder in the settings.",
            )
            self._warn(text.format(folder=results_folder(), reason=problem.strerror or str(problem)))
            return
        if layer is None:
            text = translate(
                "MyImagery",
                "“{name}” cannot be previewed here: the service does not say exactly where its picture lies. "
                "Add its outline instead.",
            )
            again = partial(self.add_outlines, Choice((), (image,)))
            shown = text.format(name=bounded(image.name, 80))
            self.notice.emit(
                Notice(shown, Qgis.MessageLevel.Warning, "", translate("MyImagery", "Add Outline"), again)
            )
            return
        self._add(layer, image)

    def _add(self, layer: QgsRasterLayer, node: Union[Mosaic, Image]) -> None:
        describe_preview(layer, node, self._session.client.server)
        project = QgsProject.instance()
        if project.addMapLayer(layer, False) is not None:
            _insert_above_rasters(layer)

    def _images_of(self, node: Union[Mosaic, Image]) -> tuple[Image, ...]:
        return self._tree.images(node.id) if isinstance(node, Mosaic) else (node,)

    # what goes wrong

    def _tell(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))

    def _warn(self, text: str) -> None:
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))

    def _follow(
        self, reply: ApiReply, succeeded: Callable[..., None], failed: Callable[[ApiError], None]
    ) -> None:
        self._replies = [held for held in self._replies if held.is_running]
        self._replies.append(reply)
        reply.succeeded.connect(succeeded)
        reply.failed.connect(failed)


def _show_in_tree(layer: QgsRasterLayer) -> None:
    node = QgsProject.instance().layerTreeRoot().findLayer(layer)
    if node is not None:
        node.setItemVisibilityCheckedParentRecursive(True)


def _insert_above_rasters(layer: QgsRasterLayer) -> None:
    """Below what is drawn, above base maps: before the first raster layer of the tree's top."""
    root = QgsProject.instance().layerTreeRoot()
    rows: Iterable[int] = (
        row
        for row, node in enumerate(root.children())
        if isinstance(getattr(node, "layer", lambda: None)(), QgsRasterLayer)
    )
    root.insertLayer(next(iter(rows), len(root.children())), layer)
