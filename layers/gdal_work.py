"""How work of GDAL in a worker thread reports, stops and fails."""

from __future__ import annotations

from typing import Callable

_LONGEST_DETAIL = 2000

Report = Callable[[float], bool]  # takes a fraction; False means stop


class ConversionError(Exception):
    """It did not work: a sentence for the user, and the details."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail[:_LONGEST_DETAIL]


class ConversionCancelledError(Exception):
    """The user did not want it any more."""
