"""The tables of a result's file: what a conversion has made, and what becomes a layer."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Optional


class Family(enum.Enum):
    """Geometry types that share a layer."""

    POLYGONS = "polygons"
    LINES = "lines"
    POINTS = "points"


@dataclass(frozen=True)
class Table:
    """One table of a file. `classes` are the values of `class_field`; empty where these are too many to be classes.

    With `has_plain_classes`, they stand so in the file. `numbers` are those of the `fields` that hold nothing else.
    `object_type` is what the service calls the objects, where it says so and all of them are of one type; with
    `is_one_of_types`, the result has others in other layers.
    """

    path: Path
    name: str
    family: Optional[Family]
    count: int
    geometry_column: str = ""
    fields: tuple[str, ...] = ()
    class_field: str = ""
    classes: tuple[str, ...] = ()
    object_type: str = ""
    is_one_of_types: bool = False
    has_plain_classes: bool = False
    numbers: tuple[str, ...] = ()
