"""Where a processing's pixels come from: what a request names becomes raster files, and those become pixels."""

from __future__ import annotations

from .own import Uploads
from .raster import Pixels, bounds_3857, pixel_m, read
from .source import Imagery, Source, SourceParams

__all__ = ["Imagery", "Pixels", "Source", "SourceParams", "Uploads", "bounds_3857", "pixel_m", "read"]
