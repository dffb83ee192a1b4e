"""Every error code the service is known to send, in plain words: what happened, the figures, what to do next.

The figures are left out where the server did not send all of them. The codes of the stages of a processing are in
`stage_sentences`.
"""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from typing import Any, Optional

from .stage_sentences import Parts, loading_sentences, source_sentences
from .translation import tr

_M2_PER_KM2 = 1_000_000.0
_MIB = 1024.0 * 1024.0
_LONGEST = 200  # letters of a parameter that the server sent as text


def known_sentence(code: str, params: Mapping[str, object]) -> Optional[str]:
    """The sentence for `code` with `params` filled in; None for an unknown code."""
    parts = known_sentences().get(code.strip())
    if parts is None:
        return None
    what, figures, advice = parts
    return " ".join(part for part in (what, _filled(figures, params), advice) if part)


def known_sentences() -> Mapping[str, Parts]:
    """All of them by code, in the user's language as it is now."""
    return {**source_sentences(), **loading_sentences(), **_processing_api(), **_data_api()}


def _processing_api() -> dict[str, Parts]:
    return {
        "TOO_LARGE_PROCESSING": (
            tr("The area is larger than your account may process at once."),
            tr("It has {area:km2} km², and {aoiAreaLimit:km2} km² are allowed."),
            tr("Draw a smaller area, or split it into several processings."),
        ),
        "ProviderMinAreaError": (
            tr("The area is smaller than the imagery provider sells."),
            tr("It has {aoiArea:km2} km², and {providerName} asks for at least {providerMinArea:km2} km²."),
            tr("Draw a larger area, or choose other imagery."),
        ),
        "BAD_REQUEST": (
            tr("The service did not accept the request."),
            tr("It said: {message:said}."),
            tr("Check the area, the model and the imagery, and try again."),
        ),
        "geometry.Invalid": (
            tr("The area is not a valid polygon."),
            "",
            tr("Repair the area (it may cross itself) or draw it again."),
        ),
    }


def _data_api() -> dict[str, Parts]:
    return {
        "FileCheckFailed": (
            tr("The image did not pass the service's check."),
            tr("It said: {message:said}."),
            tr("Use a georeferenced GeoTIFF with 1, 3 or 4 bands."),
        ),
        "FileValidationFailed": (
            tr("The image is not one the service can use."),
            tr("It said: {message:said}."),
            tr("Use a georeferenced GeoTIFF with 1, 3 or 4 bands."),
        ),
        "MemoryLimitExceeded": (
            tr("There is not enough storage left in your account."),
            tr("{available_memory:mib} MiB are free, and {memory_requested:mib} MiB are needed."),
            tr("Delete images you no longer need, or ask for more storage."),
        ),
        "FileTooBig": (
            tr("The file is larger than may be uploaded."),
            tr("It has {file_size:mib} MiB, and {max_file_size:mib} MiB are allowed."),
            tr("Cut it into smaller images, or compress it."),
        ),
        "ItemNotFound": (
            tr("The image or mosaic is not there any more."),
            "",
            tr("Refresh the list and choose another one."),
        ),
        "AccessDenied": (
            tr("Your account may not use this item."),
            "",
            tr("Ask its owner to share it, or choose another one."),
        ),
        "ImageOutOfBounds": (
            tr("The image lies outside the area the service covers."),
            "",
            tr("Check the image's coordinate reference system and its position."),
        ),
        "FileOpenError": (
            tr("The service could not open the file."),
            "",
            tr("Check that it is a whole GeoTIFF by opening it in QGIS, and upload it again."),
        ),
        "ImageExtentTooBig": (
            tr("The image covers too large an area."),
            "",
            tr("Cut it into smaller images and upload those."),
        ),
    }


def _filled(template: str, params: Mapping[str, object]) -> str:
    """`template` with `params`, or nothing at all where one of those it names is missing or no figure."""
    try:
        return _Figures().vformat(template, (), params) if template else ""
    except (KeyError, ValueError):
        return ""


class _Figures(string.Formatter):
    """Fills {name}; {name:km2} turns m² into km², {name:mib} bytes into MiB; {name:said} has no full stop."""

    def format_field(self, value: Any, format_spec: str) -> str:
        scale = {"km2": _M2_PER_KM2, "mib": _MIB}.get(format_spec)
        if scale is not None:
            return f"{_figure(value) / scale:.4g}"
        if value is None or value == "":
            raise ValueError("nothing to fill in")
        if format_spec == "said":
            return _short(value).rstrip(". ")
        if isinstance(value, float):
            return f"{value:.6g}"
        if isinstance(value, (list, tuple)):
            return ", ".join(_short(part) for part in value)
        return _short(value)

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        """Take names only: no attribute or index of what the server sent."""
        del args
        return kwargs[field_name], field_name


def _figure(value: object) -> float:
    number = float(value) if isinstance(value, (int, float, str)) else math.nan
    if not math.isfinite(number):
        raise ValueError("not a figure")
    return number


def _short(value: object) -> str:
    line = " ".join(str(value).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
