"""One's imagery on the map: previews, outlines, and the canvas moved to where it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis, QgsGeometry, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.imagery_records import Image, Mosaic
from ...layers.areas.measure import wgs84
from ...layers.footprints.outlines import (
    mosaic_outline,
    outline,
    outline_of_all,
    outlines_layer,
    outlines_of,
)
from ...layers.mapflow_group import add_to_group, group_for_results, show_in_tree
from ...layers.refilling import refill
from ...text.translation import translate
from ..widgets.canvas import zoom_to
from ..widgets.notice import Notice
from .choice import Choice
from .fit import why_not_ready
from .images_first import ImagesFirst
from .previews import MOST_PREVIEWS, ImageryPreviews

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session
    from .tree.model import ImageryTree


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
        self._previews = ImageryPreviews(session, tree, self._ground, self._first, self)
        self._previews.notice.connect(self.notice)
        self._previews.begun.connect(self._zoom_to_known)
        self._previews.outline_wanted.connect(self._show_image_outline)

    def preview(self, choice: Choice) -> None:
        """Put the chosen mosaics and images on the map, and show where they are."""
        shown = [node for node in choice.nodes if isinstance(node, Mosaic) or node.is_usable]
        if not shown and choice.images:
            self._warn(why_not_ready(choice.images))
            return
        if len(shown) > MOST_PREVIEWS:
            text = translate(
                "MyImagery",
                "That is too much to preview at once: choose at most %Ln, or their mosaic.",
                None,
                MOST_PREVIEWS,
            )
            self._warn(text)
            return
        self._previews.show(shown)

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
        self._previews.close()

    # where it lies

    def _ground(self, choice: Choice) -> QgsGeometry:
        parts = [mosaic_outline(mosaic, self._tree.known.images(mosaic.id)) for mosaic in choice.mosaics]
        parts.append(outline_of_all(choice.images))
        parts = [part for part in parts if not part.isEmpty()]
        return QgsGeometry.unaryUnion(parts) if parts else QgsGeometry()

    def _zoom_to_known(self, choice: Choice) -> None:
        self._zoom_to(self._ground(choice))

    def _zoom_to(self, ground: QgsGeometry) -> None:
        if not ground.isEmpty():
            zoom_to(self._canvas, ground.boundingBox(), wgs84())

    def _add_outlines(self, choice: Choice) -> None:
        project, server = QgsProject.instance(), self._session.client.server
        asked: list[tuple[Mosaic, Sequence[Image]]] = [
            (mosaic, self._tree.known.images(mosaic.id)) for mosaic in choice.mosaics
        ]
        for mosaic_id in dict.fromkeys(image.mosaic_id for image in choice.images):
            mosaic = self._tree.known.mosaic(mosaic_id) or Mosaic(mosaic_id, mosaic_id)
            asked.append((mosaic, [image for image in choice.images if image.mosaic_id == mosaic_id]))
        layers = [(mosaic, outlines_layer(mosaic, images, server)) for mosaic, images in asked]
        filled = [(mosaic, layer) for mosaic, layer in layers if layer.featureCount() > 0]
        if not filled:
            self._warn(
                translate(
                    "MyImagery",
                    "The service does not say where these images lie. Try again once they are ready.",
                )
            )
        for mosaic, layer in filled:
            present = outlines_of(project, mosaic.id, server)
            if present is None:
                add_to_group(project, layer, group_for_results(project))
            else:
                refill(present, layer, "image_id", is_whole=mosaic in choice.mosaics)
                show_in_tree(project, present)
        if filled:
            self.zoom(choice)

    def _show_image_outline(self, image: Image) -> None:
        self.add_outlines(Choice((), (image,)))

    def _warn(self, text: str) -> None:
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))
