"""What the cells of the table of found images say, and what the rows are sorted by here."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Optional

from ....api.catalog.records import CatalogImage
from ....text.quantities import area_text, local_date_text, number_text, percent_text
from ....text.server_text import bounded
from ....text.translation import translate

_LONGEST = 120  # letters of a cell


class Column(enum.IntEnum):
    """The model's columns, in their order. The rows of two lines are the first one, which the table does not show."""

    IMAGE = 0
    DATE = 1
    SENSOR = 2
    RESOLUTION = 3
    CLOUD = 4
    COVERS = 5
    OFF_NADIR = 6
    PROVIDER = 7
    KIND = 8
    ZOOM = 9
    BANDS = 10
    LEAST_AREA = 11
    ID = 12


SHOWABLE = tuple(column for column in Column if column is not Column.IMAGE)
_NUMBERS = frozenset(
    {Column.RESOLUTION, Column.CLOUD, Column.COVERS, Column.OFF_NADIR, Column.ZOOM, Column.LEAST_AREA}
)


def column_title(column: Column) -> str:
    """The header of `column`."""
    return {
        Column.IMAGE: translate("Found", "Image"),
        Column.DATE: translate("Found", "Date"),
        Column.SENSOR: translate("Found", "Sensor"),
        Column.RESOLUTION: translate("Found", "Resolution"),
        Column.CLOUD: translate("Found", "Cloud"),
        Column.COVERS: translate("Found", "Covers"),
        Column.OFF_NADIR: translate("Found", "Off Nadir"),
        Column.PROVIDER: translate("Found", "Provider"),
        Column.KIND: translate("Found", "Kind"),
        Column.ZOOM: translate("Found", "Zoom"),
        Column.BANDS: translate("Found", "Bands"),
        Column.LEAST_AREA: translate("Found", "Smallest Area"),
        Column.ID: translate("Found", "ID"),
    }[column]


def is_number(column: Column) -> bool:
    """Whether the cells of `column` are figures, which stand at the far side."""
    return column in _NUMBERS


def cell_text(image: CatalogImage, column: Column, provider_titles: Mapping[str, str]) -> str:
    """What the cell says; "" where it is not known."""
    if column is Column.DATE:
        return local_date_text(image.acquired) if image.acquired is not None else ""
    if column is Column.RESOLUTION:
        return metres_text(image.resolution_m) if image.resolution_m is not None else ""
    if column is Column.CLOUD:
        return _percent(image.cloud_percent)
    if column is Column.COVERS:
        return _percent(image.overlap_percent)
    if column is Column.OFF_NADIR:
        return f"{number_text(image.off_nadir, 1)}°" if image.off_nadir is not None else ""
    if column is Column.ZOOM:
        return number_text(image.zoom, 0) if image.zoom is not None else ""
    if column is Column.LEAST_AREA:
        return area_text(image.min_area_m2) if image.min_area_m2 else ""
    return bounded(_name(image, column, provider_titles), _LONGEST)


def metres_text(metres: float) -> str:
    """A length in metres, whatever it is: in a column of several units one reads the wrong ones first."""
    return translate("Found", "{metres}\u00a0m").format(metres=number_text(metres, 2))


def sort_value(image: CatalogImage, column: Column, provider_titles: Mapping[str, str]) -> Any:
    """What rows are sorted by in `column`, of one type for each column; None where it is not known."""
    known: dict[Column, Any] = {
        Column.DATE: image.acquired,
        Column.RESOLUTION: image.resolution_m,
        Column.CLOUD: image.cloud_percent,
        Column.COVERS: image.overlap_percent,
        Column.OFF_NADIR: image.off_nadir,
        Column.ZOOM: image.zoom,
        Column.LEAST_AREA: image.min_area_m2,
    }
    if column in known:
        return known[column]
    return _name(image, column, provider_titles).casefold() or None


def _name(image: CatalogImage, column: Column, provider_titles: Mapping[str, str]) -> str:
    if column is Column.SENSOR:
        return image.sensor
    if column is Column.PROVIDER:
        return provider_titles.get(image.provider, image.provider)
    if column is Column.KIND:
        return translate("Found", "Mosaic") if image.is_mosaic else translate("Found", "Scene")
    return image.band_order if column is Column.BANDS else image.id


def _percent(share: Optional[float]) -> str:
    return percent_text(share) if share is not None else ""
