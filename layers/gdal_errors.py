"""How work of GDAL in a worker thread reports its progress, is stopped, and fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

from osgeo import gdal

_MOST_COLLECTED = 20
_LONGEST_DETAIL = 2000  # characters

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
