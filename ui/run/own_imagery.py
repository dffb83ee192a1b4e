"""One's own imagery on the Run page: it is chosen here or comes from its tab, and its outline can be the area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...api.imagery_records import Image, Mosaic
from ...layers.areas.measure import wgs84
from ...layers.footprints.outlines import mosaic_outline, outline_of_all
from ...text.server_text import bounded
from ...text.translation import translate
from ..my_imagery.choice import Choice
from ..my_imagery.chooser import OwnImagery
from ..my_imagery.map_layers import ImageryOnMap

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session
    from ..my_imagery.loading import ImageryLoading
    from .area_section import AreaSection


class RunOwnImagery(QObject):
    """Connects `chooser`, which picks the imagery, with the area and with the map that previews it."""

    notice = pyqtSignal(object)  # Notice

    def __init__(
        self,
        session: Session,
        loading: ImageryLoading,
        canvas: QgsMapCanvas,
        area: AreaSection,
        form: QWidget,
    ) -> None:
        super().__init__(form)
        self._loading = loading
        self._area = area
        self._map = ImageryOnMap(session, loading.tree, canvas, self)
        self._map.notice.connect(self.notice)
        self._ground: tuple[object, Optional[QgsGeometry]] = (None, None)
        self.chooser = OwnImagery(loading, form)
        self.chooser.preview_wanted.connect(self._map.preview)
        self.chooser.area_wanted.connect(self._use_ground_of)

    @property
    def ground(self) -> Optional[QgsGeometry]:
        """What the chosen imagery covers (EPSG:4326), as far as that is known; None where it is not."""
        known = (self.chooser.mosaic, self.chooser.picked, self.chooser.images)
        if known != self._ground[0]:
            self._ground = (known, self._known_ground())
        return self._ground[1]

    def use(self, mosaic: Mosaic, images: Sequence[Image]) -> None:
        """Choose imagery; where no area is chosen yet, its outline becomes the area."""
        self.chooser.choose(mosaic, images)
        if self._area.area is None:
            self._use_ground_of(Choice((), tuple(images)) if images else Choice((mosaic,)))

    def use_ground(self, ground: QgsGeometry, mosaic: Mosaic, images: Sequence[Image]) -> None:
        """Choose imagery, and the ground it covers as the area."""
        self.chooser.choose(mosaic, images)
        self._take(ground, Choice((), tuple(images)) if images else Choice((mosaic,)))

    def close(self) -> None:
        """Wait for no answer any more."""
        self._map.close()

    def _known_ground(self) -> Optional[QgsGeometry]:
        mosaic, picked = self.chooser.mosaic, self.chooser.picked
        if picked:
            ground = outline_of_all(picked)
        elif mosaic is not None:
            ground = mosaic_outline(mosaic, self._loading.tree.known.images(mosaic.id))
        else:
            return None
        return None if ground.isEmpty() else ground

    def _use_ground_of(self, choice: Choice) -> None:
        self._map.with_ground(choice, lambda ground: self._take(ground, choice))

    def _take(self, ground: QgsGeometry, choice: Choice) -> None:
        only = choice.only
        if only is not None:
            origin = translate("Run", "Outline of {name}").format(name=bounded(only.name, 60))
        else:
            origin = translate("Run", "Outline of %Ln images", None, len(choice.nodes))
        self._area.use_ground(ground, wgs84(), origin)
