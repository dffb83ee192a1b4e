"""How the found images are sorted: by the service where it can, else here."""

from __future__ import annotations

import enum
from typing import Optional

from ....api.catalog.search import CatalogSort
from ....text.translation import translate
from .cells import Column, column_title

_SERVICE = {
    Column.DATE: CatalogSort.ACQUIRED,
    Column.SENSOR: CatalogSort.SENSOR,
    Column.RESOLUTION: CatalogSort.RESOLUTION,
    Column.CLOUD: CatalogSort.CLOUD_COVER,
    Column.OFF_NADIR: CatalogSort.OFF_NADIR,
    Column.PROVIDER: CatalogSort.PROVIDER,
    Column.ZOOM: CatalogSort.ZOOM,
}


class Order(enum.Enum):
    """By which column, and whether the smallest comes first. The names are kept among the settings."""

    NEWEST = (Column.DATE, False)
    OLDEST = (Column.DATE, True)
    CLEAREST = (Column.CLOUD, True)
    FINEST = (Column.RESOLUTION, True)
    PROVIDER = (Column.PROVIDER, True)
    CLOUDIEST = (Column.CLOUD, False)
    COARSEST = (Column.RESOLUTION, False)
    PROVIDER_FALLING = (Column.PROVIDER, False)
    SENSOR = (Column.SENSOR, True)
    SENSOR_FALLING = (Column.SENSOR, False)
    OFF_NADIR = (Column.OFF_NADIR, True)
    OFF_NADIR_FALLING = (Column.OFF_NADIR, False)
    ZOOM = (Column.ZOOM, True)
    ZOOM_FALLING = (Column.ZOOM, False)
    COVERS = (Column.COVERS, True)
    COVERS_FALLING = (Column.COVERS, False)
    KIND = (Column.KIND, True)
    KIND_FALLING = (Column.KIND, False)
    BANDS = (Column.BANDS, True)
    BANDS_FALLING = (Column.BANDS, False)
    LEAST_AREA = (Column.LEAST_AREA, True)
    LEAST_AREA_FALLING = (Column.LEAST_AREA, False)
    ID = (Column.ID, True)
    ID_FALLING = (Column.ID, False)

    @property
    def column(self) -> Column:
        """By what."""
        column: Column = self.value[0]
        return column

    @property
    def is_rising(self) -> bool:
        """Whether the smallest comes first."""
        return bool(self.value[1])

    @property
    def is_of_service(self) -> bool:
        """Whether the service can sort by it; what it cannot is sorted here, as far as it came."""
        return self.column in _SERVICE

    @property
    def asked(self) -> tuple[CatalogSort, bool]:
        """What to ask the service for: by what, and whether the smallest comes first. The newest, where it cannot."""
        sort = _SERVICE.get(self.column)
        return (CatalogSort.ACQUIRED, False) if sort is None else (sort, self.is_rising)

    @property
    def title(self) -> str:
        """What the form calls it."""
        usual = {
            Order.NEWEST: translate("Found", "Newest First"),
            Order.OLDEST: translate("Found", "Oldest First"),
            Order.CLEAREST: translate("Found", "Clearest First"),
            Order.FINEST: translate("Found", "Finest First"),
            Order.PROVIDER: translate("Found", "By Provider"),
            Order.COVERS_FALLING: translate("Found", "Most Covered First"),
        }.get(self)
        if usual is not None:
            return usual
        text = (
            translate("Found", "{column}, Rising")
            if self.is_rising
            else translate("Found", "{column}, Falling")
        )
        return text.format(column=column_title(self.column))

    @staticmethod
    def of(column: Column, is_rising: bool) -> Optional[Order]:
        """The order by a column; None where there is none by it."""
        return next((order for order in Order if order.value == (column, is_rising)), None)


USUAL = (Order.NEWEST, Order.OLDEST, Order.CLEAREST, Order.FINEST, Order.PROVIDER, Order.COVERS_FALLING)
