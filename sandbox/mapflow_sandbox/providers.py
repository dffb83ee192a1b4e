"""The imagery providers of the sandbox: its one painted scene, offered at two qualities."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True)
class Provider:
    """A provider as `dataProviders` in GET /user/status lists it; `prices` is zoom -> credits per km²."""

    name: str
    display_name: str
    prices: tuple[tuple[int, float], ...]
    min_area_km2: float

    @property
    def id(self) -> str:
        """An id that stays."""
        return str(uuid5(NAMESPACE_URL, f"mapflow-sandbox/providers/{self.name}"))

    @property
    def max_zoom(self) -> int:
        """The finest zoom it has tiles of."""
        return max(zoom for zoom, _ in self.prices)

    def price(self, zoom: int) -> float:
        """Credits per km² at `zoom`; the nearest listed zoom's where it is not listed."""
        return min(self.prices, key=lambda listed: (abs(listed[0] - zoom), listed[0]))[1]


ORTHOPHOTO = Provider(
    name="sandbox_orthophoto",
    display_name="Sandbox orthophoto",
    prices=((17, 1.0), (18, 2.0), (19, 4.0)),
    min_area_km2=0.0001,
)
OVERVIEW = Provider(
    name="sandbox_overview",
    display_name="Sandbox overview (1.2 m)",
    prices=((16, 0.0), (17, 0.0)),
    min_area_km2=0.05,
)
PROVIDERS: tuple[Provider, ...] = (ORTHOPHOTO, OVERVIEW)

# The providers the API reference's samples name: the sandbox answers them with its own imagery, so that samples run.
_SAMPLE_NAMES = ("mapbox", "arcgis_world_imagery")


def find(name: str) -> Provider | None:
    """The provider a request names."""
    if name.lower() in _SAMPLE_NAMES:
        return ORTHOPHOTO
    return next((provider for provider in PROVIDERS if provider.name == name), None)
