"""What GDAL complains of, for the details of a message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from osgeo import gdal

_MOST = 20


@contextmanager
def gdal_complaints() -> Iterator[list[str]]:
    """Collect GDAL's errors of this thread, which else go to a console nobody reads."""
    complaints: list[str] = []

    # GDAL's binding calls it without arguments where the message is no text, as of a name cut within a letter
    def on_error(severity: int = gdal.CE_None, _number: int = 0, message: str = "") -> None:
        if severity >= gdal.CE_Failure and len(complaints) < _MOST:
            complaints.append(message)

    gdal.PushErrorHandler(on_error)
    try:
        yield complaints
    finally:
        gdal.PopErrorHandler()
