"""What else of a processing can be put on the map: tiles in place of the file, and rasters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Callable

from ....layers.results.in_project.rasters import RasterKind
from ....text.translation import translate

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QAction

    from ....api.processings import Processing


class LayerActions:
    """The entries, enabled by what the service offers of the one that is chosen; `make` makes an action of the list."""

    def __init__(self, make: Callable[[str, str, str], QAction]) -> None:
        self.tiles = make(
            "addAsTilesAction", translate("Results", "Add as &Tiles"), "mActionAddVectorTileLayer.svg"
        )
        self.imagery = make(
            "addSourceImageryAction", translate("Results", "Add Source Ima&gery"), "mActionAddRasterLayer.svg"
        )
        self.raster = make(
            "addResultRasterAction", translate("Results", "Add Resu&lt Raster"), "mActionAddRasterLayer.svg"
        )

    @property
    def all(self) -> tuple[QAction, ...]:
        """All of them, in the order of the menu."""
        return (self.tiles, self.imagery, self.raster)

    def update(self, chosen: Sequence[Processing], has_result: bool) -> None:
        """Enable what there is of `chosen`; `has_result` says that there may be one."""
        one = chosen[0] if len(chosen) == 1 else None
        has_tiles = one is not None and has_result and one.vector is not None
        self.tiles.setEnabled(has_tiles)
        self.tiles.setToolTip(
            translate("Results", "Show the tiles of the service alone: nothing is downloaded")
            if has_tiles
            else translate("Results", "The service has no tiles of this")
        )
        for action, kind, tip, missing in (
            (
                self.imagery,
                RasterKind.SOURCE,
                translate("Results", "Show the imagery that was used below the result"),
                translate("Results", "The service does not say where the imagery can be seen"),
            ),
            (
                self.raster,
                RasterKind.RESULT,
                translate("Results", "Show the raster that came of it below the result"),
                translate("Results", "No raster came of it"),
            ),
        ):
            is_there = one is not None and kind.tiles_of(one) is not None
            action.setEnabled(is_there)
            action.setToolTip(tip if is_there else missing)
