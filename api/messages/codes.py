"""Every error code the service is known to send, in plain words: what happened, the figures, what to do next.

The figures are left out where the server did not send all of them. The codes of the stages of a processing are in
`stages`.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Callable, Optional

from ...text.quantities import area_text, length_text, number_text, size_text, with_unit
from ...text.server_text import bounded
from ...text.translation import translate
from .stages import Parts, loading_sentences, source_sentences

_M2_PER_KM2 = 1_000_000.0
_LONGEST = 200  # letters of a parameter that the server sent as text
_MOST_MORE = 6  # digits that are added to tell two figures apart
_FRACTION = re.compile(r"[-+]?\d+\.\d+(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)


def known_sentence(code: str, params: Mapping[str, object]) -> Optional[str]:
    """The sentence for `code` with `params` filled in; None for an unknown code."""
    parts = known_sentences().get(code.strip())
    if parts is None:
        return None
    what, figures, advice = parts
    return " ".join(part for part in (what, _filled(figures, params), advice) if part)


def known_sentences() -> Mapping[str, Parts]:
    """Return all sentences by code, in the language that QGIS uses now."""
    return {**source_sentences(), **loading_sentences(), **_processing_api(), **_data_api()}


def _processing_api() -> dict[str, Parts]:
    return {
        "TOO_LARGE_PROCESSING": (
            translate("Messages", "The area is larger than your account may process at once."),
            translate("Messages", "It has {area:area}, and {aoiAreaLimit:area} are allowed."),
            translate("Messages", "Draw a smaller area, or split it into several processings."),
        ),
        "ProviderMinAreaError": (
            translate("Messages", "The area is smaller than the imagery provider sells."),
            translate(
                "Messages",
                "It has {aoiArea:area}, and {providerName} asks for at least {providerMinArea:area}.",
            ),
            translate("Messages", "Draw a larger area, or choose other imagery."),
        ),
        "BAD_REQUEST": (
            translate("Messages", "The service did not accept the request."),
            translate("Messages", "It said: {message:said}."),
            translate("Messages", "Check the area, the model and the imagery, and try again."),
        ),
        "geometry.Invalid": (
            translate("Messages", "The area is not a valid polygon."),
            "",
            translate("Messages", "Repair the area (it may cross itself) or draw it again."),
        ),
    }


def _data_api() -> dict[str, Parts]:
    return {
        "FileCheckFailed": (
            translate("Messages", "The image did not pass the service's check."),
            translate("Messages", "It said: {message:said}."),
            translate("Messages", "Use a georeferenced GeoTIFF with 1, 3 or 4 bands."),
        ),
        "FileValidationFailed": (
            translate("Messages", "The image is not one the service can use."),
            translate("Messages", "It said: {message:said}."),
            translate("Messages", "Use a georeferenced GeoTIFF with 1, 3 or 4 bands."),
        ),
        "MemoryLimitExceeded": (
            translate("Messages", "There is not enough storage left in your account."),
            translate(
                "Messages", "{available_memory:size} are free, and {memory_requested:size} are needed."
            ),
            translate("Messages", "Delete images you no longer need, or ask for more storage."),
        ),
        "FileTooBig": (
            translate("Messages", "The file is larger than may be uploaded."),
            translate("Messages", "It has {file_size:size}, and {max_file_size:size} are allowed."),
            translate("Messages", "Cut it into smaller images, or compress it."),
        ),
        "ItemNotFound": (
            translate("Messages", "The image or mosaic is not there any more."),
            "",
            translate("Messages", "Refresh the list and choose another one."),
        ),
        "AccessDenied": (
            translate("Messages", "Your account may not use this item."),
            "",
            translate("Messages", "Ask its owner to share it, or choose another one."),
        ),
        "ImageOutOfBounds": (
            translate("Messages", "The image lies outside the area the service covers."),
            "",
            translate("Messages", "Check the image's coordinate reference system and its position."),
        ),
        "FileOpenError": (
            translate("Messages", "The service could not open the file."),
            "",
            translate(
                "Messages", "Check that it is a whole GeoTIFF by opening it in QGIS, and upload it again."
            ),
        ),
        "ImageExtentTooBig": (
            translate("Messages", "The image covers too large an area."),
            "",
            translate("Messages", "Cut it into smaller images and upload those."),
        ),
    }


def _filled(template: str, params: Mapping[str, object]) -> str:
    """Return `template` with `params` filled in; "" when one of them is missing or is no number."""
    text = ""
    for more in range(_MOST_MORE + 1):
        figures = _Figures(more)
        try:
            text = figures.vformat(template, (), params)
        except (LookupError, ValueError, TypeError, ArithmeticError, RecursionError):
            return ""
        if figures.are_apart:
            break
    return text


class _Figures(string.Formatter):
    """Fills in {name}. Numbers are rounded as a person would write them, or to `more` digits than that.

    {name:area}, {name:length} and {name:size} turn m², metres and bytes into the unit that fits, and name it.
    {name:said} has no full stop.
    """

    def __init__(self, more: int) -> None:
        self._more = more
        self._shown: dict[float, str] = {}

    @property
    def are_apart(self) -> bool:
        """Whether figures that differ read differently: "It has 1.2 m, and at most 1.2 m is possible" says nothing."""
        return len(set(self._shown.values())) == len(self._shown)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "area":
            return self._measured(_figure(value), _area_text)
        if format_spec == "size":
            return self._measured(round(_figure(value)), size_text)
        if value is None or value == "":
            raise ValueError("nothing to fill in")
        if format_spec == "length":
            with suppress(ValueError):
                return self._measured(_figure(value), length_text)
        if format_spec == "said":
            return _short(value).rstrip(". ")
        if _is_fraction(value):
            return self._measured(_figure(value), _rounded)
        return _short(_plain(value, self._more))

    def _measured(self, number: Any, text: Callable[[Any, int], str]) -> str:
        self._shown[number] = text(number, self._more)
        return self._shown[number]

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        """Accept names only. A format string could otherwise reach into what the server sent."""
        del args
        return kwargs[field_name], field_name


def _figure(value: object) -> float:
    number = float(value) if isinstance(value, (int, float, str)) else math.nan
    if not math.isfinite(number):
        raise ValueError("not a figure")
    return number


def _plain(value: object, more: int) -> str:
    """Return what the server sent as a person would write it: a list with commas, fractions rounded."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(each, more)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(each, more) for each in value)
    return _rounded(_figure(value), more) if _is_fraction(value) else str(value)


def _is_fraction(value: object) -> bool:
    """Whether `value` is a number that may have too many decimals, also one that was sent as text."""
    if isinstance(value, str):
        return len(value) < _LONGEST and _FRACTION.fullmatch(value.strip()) is not None
    return isinstance(value, float)


def _area_text(area_m2: float, more: int) -> str:
    """Return an area (m²) as in the form, with four digits where it is many km²."""
    if abs(area_m2) < 0.01 * _M2_PER_KM2:
        return area_text(area_m2, more)
    return with_unit(translate("Messages", "{area} km²").format(area=_rounded(area_m2 / _M2_PER_KM2, more)))


def _rounded(number: float, more: int) -> str:
    """Return a number with four digits or `more`, without an exponent and without zeros at the end."""
    return number_text(float(f"{number:.{4 + more}g}"), 6 + more)


def _short(value: object) -> str:
    return bounded(str(value), _LONGEST)
