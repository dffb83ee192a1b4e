"""What is to be run once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from qgis.core import QgsGeometry

    from ....api.processings import Processing


@dataclass(frozen=True)
class Duplicated:
    """A processing to run as `name`; `ground` is its area in EPSG:4326, None where the service does not tell it."""

    processing: Processing
    ground: Optional[QgsGeometry]
    name: str
