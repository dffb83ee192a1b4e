"""Whether one's own source can be used as the form stands: it fits the model, its login is there, and a tile came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject

from ...api.login.store import is_locked
from ...api.models.fit import best_zoom
from ...api.own_sources.granules import cell_of, may_cover
from ...api.own_sources.kinds import SourceKind
from ...api.own_sources.login import login_problem
from ...jobs.own_sources.checks import SourceChecks
from ...layers.tiles.own import tile_under
from ...text.quantities import number_text
from ...text.server_text import bounded
from ...text.translation import translate
from .fit import advice_on, why_unfit

if TYPE_CHECKING:
    from ...api.account import Model
    from ...api.own_sources.source import OwnSource

_MAX_NAME = 60

Place = tuple[float, float]  # longitude and latitude
# Where a tile is looked for, and where else if there is none; whether these are in an area.
Spot = Callable[[], tuple[tuple[Place, ...], bool]]


class SourceReadiness(QObject):
    """Looks at the tile of a source at the spot of the moment; `model` is the one that is to use it."""

    def __init__(self, spot: Spot, parent: QObject) -> None:
        super().__init__(parent)
        self._spot = spot
        self._stopped: tuple[str, ...] = ()  # the tiles whose check the user has stopped
        self.model: Optional[Model] = None
        self.checks = SourceChecks(self)

    def zoom_of(self, source: OwnSource) -> int:
        """The zoom a tile is looked at: the chosen one, or the one the service is most likely to choose."""
        return source.zoom if source.zoom is not None else best_zoom(self.model, source.kind)

    def problem(self, source: OwnSource) -> str:
        """Why the source cannot be used, as a sentence; "" when it can."""
        return self._standing_problem(source) or self._check_problem(source)

    def terms(self, source: OwnSource) -> str:
        """What there is to say of a source that can be used."""
        if not source.kind.is_tiled:
            return translate("OwnSources", "Mapflow looks at this imagery once the processing has begun.")
        result = self.checks.result(source, self._tiles(source))
        if result is None or result.tile is None:
            return translate("OwnSources", "A tile is tried once there is an area.")
        told = translate("OwnSources", "Its tiles can be used: {side} × {side} pixels.")
        side = number_text(result.tile.side, 0)
        told = told.format(side=side)
        return " ".join(each for each in (told, result.tile.doubt, advice_on(source, self.model)) if each)

    def doubt(self, source: OwnSource) -> str:
        """What may be missing in the imagery of a source that can be used; "" where nothing is."""
        result = self.checks.result(source, self._tiles(source)) if source.kind.is_tiled else None
        return "" if result is None or result.tile is None else result.tile.doubt

    def is_checking(self, source: OwnSource) -> bool:
        """Whether its tile is asked for."""
        return source.kind.is_tiled and self.checks.is_checking(source, self._tiles(source))

    def look(self, source: OwnSource) -> None:
        """Try the tile under the area by itself, unless QGIS would ask for its master password out of the blue."""
        if not self._spot()[1] or not source.kind.is_tiled or self._standing_problem(source):
            return
        tiles = self._tiles(source)
        is_known = self.checks.result(source, tiles) is not None or self.checks.is_checking(source, tiles)
        if not is_known and tiles != self._stopped and not (source.authcfg and is_locked()):
            self.checks.check(source, tiles)

    def check_or_stop(self, source: OwnSource) -> None:
        """Try the tile now, whatever is known of it; or stop that."""
        tiles = self._tiles(source) if source.kind.is_tiled else ()
        if tiles and self.checks.is_checking(source, tiles):
            self._stopped = tiles
            self.checks.cancel()
        elif tiles and not login_problem(source.authcfg):
            self._stopped = ()
            self.checks.check(source, tiles)

    def _tiles(self, source: OwnSource) -> tuple[str, ...]:
        """The addresses of the tiles that are looked at, each once; none where there is no place for one."""
        zoom = self.zoom_of(source)
        return tuple(dict.fromkeys(tile_under(source, zoom, *place) for place in self._spot()[0]))

    def _standing_problem(self, source: OwnSource) -> str:
        return why_unfit(source, self.model) or login_problem(source.authcfg) or self._place_problem(source)

    def _place_problem(self, source: OwnSource) -> str:
        """Why a granule is of no use for the area: it is of another part of the Earth."""
        places, is_area = self._spot()
        is_granule = source.kind is SourceKind.SENTINEL_L2A
        if not is_granule or not is_area or may_cover(source.url, *places[0]):
            return ""
        return translate(
            "OwnSources",
            "The granule is of the cell {cell}, and the area lies elsewhere. Choose a granule that covers the area.",
        ).format(cell=cell_of(source.url))

    def _check_problem(self, source: OwnSource) -> str:
        if not source.kind.is_tiled:
            return ""
        tiles, name = self._tiles(source), bounded(source.name, _MAX_NAME)
        result = self.checks.result(source, tiles)
        if result is not None:
            return result.problem
        is_checking = self.checks.is_checking(source, tiles)
        if not is_checking and not self._spot()[1]:  # without an area nothing is started, whatever the source
            return ""
        if not is_checking and tiles == self._stopped:
            return translate("OwnSources", "Press Check, so that a tile of “{name}” is tried.").format(
                name=name
            )
        if not is_checking and source.authcfg and is_locked():
            return translate(
                "OwnSources",
                "Press Check, so that a tile of “{name}” is tried: QGIS will ask for its master password, which its "
                "login is encrypted with.",
            ).format(name=name)
        return translate("OwnSources", "Trying a tile of “{name}”…").format(name=name)
