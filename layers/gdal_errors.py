"""How work of GDAL in a worker thread reports its progress, is stopped, and fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

from osgeo import gdal

_MOST_COLLECTED = 20
_LONGEST_DETAIL = 2000  # characters
_OBJECT_SIZE = "OGR_GEOJSON_MAX_OBJ_SIZE"
_LARGEST_OBJECT_MB = "2000"  # in memory: some 25 times what it takes in the file

# takes the fraction that is done, from 0 to 1; returns False to stop the work
Report = Callable[[float], bool]


class ConversionError(Exception):
    """A conversion did not work. `sentence` is for the user, `detail` is what GDAL said."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail[:_LONGEST_DETAIL]


class ConversionCancelledError(Exception):
    """The user stopped the conversion."""


@contextmanager
def large_objects() -> Iterator[None]:
    """Let GDAL read objects of GeoJSON with millions of corners: by itself it gives up at some 10 MB of one."""
    set_option = getattr(gdal, "SetThreadLocalConfigOption", gdal.SetConfigOption)
    set_option(_OBJECT_SIZE, _LARGEST_OBJECT_MB)
    try:
        yield
    finally:
        set_option(_OBJECT_SIZE, None)


@contextmanager
def collect_gdal_errors() -> Iterator[list[str]]:
    """Give a list in which GDAL's errors of this thread are collected; without it they go to the console."""
    errors: list[str] = []

    # GDAL's binding calls it without arguments where the message is no text, as of a name cut within a letter
    def on_error(severity: int = gdal.CE_None, _number: int = 0, message: str = "") -> None:
        if severity >= gdal.CE_Failure and len(errors) < _MOST_COLLECTED:
            errors.append(message)

    gdal.PushErrorHandler(on_error)
    try:
        yield errors
    finally:
        gdal.PopErrorHandler()
