"""The vector formats a result can become, as GDAL writes them."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Split(enum.Enum):
    """What a format does with several geometry types."""

    LAYERS = enum.auto()  # one file, a layer for each
    FILES = enum.auto()  # a file for each
    NONE = enum.auto()  # all in one layer


@dataclass(frozen=True)
class OutputFormat:
    """A vector format as GDAL writes it; `parts` are the suffixes of the files that make one up."""

    driver: str
    suffix: str
    split: Split
    layer_options: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    keeps_placeless: bool = True  # objects that lie nowhere
    has_json: bool = False  # lists and nested values are an attribute's type of their own
    keeps_days: bool = False  # a day is kept as the text it came in, and is a date all the same
    longest_name: int = 0  # bytes an attribute's name may have; 0 where there is no limit
    longest_text: int = 0  # bytes a text may have
    sidecars: tuple[str, ...] = ()  # indexes others made for a former file of that name


GEOPACKAGE = OutputFormat(
    "GPKG", ".gpkg", Split.LAYERS, ("SPATIAL_INDEX=YES",), has_json=True, keeps_days=True
)
