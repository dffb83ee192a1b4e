"""Numbers, areas, credits and times as the user reads them: in the locale of QGIS, in local time."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Optional

from qgis.PyQt.QtCore import QDateTime, QLocale

from .translation import plural_of, translate

_M2_PER_KM2 = 1_000_000.0
_UNKNOWN = "–"
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def number_text(value: float, decimals: int = 2) -> str:
    """`value` with at most `decimals` decimals, grouped as the locale groups, trailing zeros dropped."""
    if not math.isfinite(value):
        return _UNKNOWN
    locale = QLocale()
    rounded = round(value, decimals) + 0.0  # the sum turns -0.0 into 0.0
    text = str(locale.toString(rounded, "f", decimals))
    if decimals > 0:
        text = text.rstrip(locale.zeroDigit()).rstrip(locale.decimalPoint())
    return text


def figure_text(value: float) -> str:
    """A measured `value` of any magnitude to three digits, as people round."""
    if not math.isfinite(value):
        return _UNKNOWN
    return _three_digits(value) if abs(value) >= 1 else str(QLocale().toString(float(value), "g", 3))


def percent_text(percent: float) -> str:
    """A percentage, 0..100, without decimals."""
    return translate("Text", "{percent} %").format(percent=number_text(percent, 0))


def area_text(area_m2: Optional[float]) -> str:
    """An area given in m²: in km² from a hundredth of one upwards, in m² below."""
    if area_m2 is None or not math.isfinite(area_m2):
        return _UNKNOWN
    if abs(area_m2) < 0.01 * _M2_PER_KM2:
        return translate("Text", "{area} m²").format(area=number_text(area_m2, 0))
    km2 = area_m2 / _M2_PER_KM2
    return translate("Text", "{area} km²").format(area=number_text(km2, 2 if abs(km2) < 1000 else 1))


def credits_text(amount: Optional[float]) -> str:
    """An amount of credits; fractions are shown to a hundredth."""
    if amount is None or not math.isfinite(amount):
        return _UNKNOWN
    text = translate("Text", "{amount} credits", "{amount} credit", plural_of(round(amount, 2)))
    return text.format(amount=number_text(amount))


def size_text(size: Optional[int]) -> str:
    """A number of bytes in the unit that fits, 1 KiB being 1024 bytes."""
    if size is None or size < 0:
        return _UNKNOWN
    units = (
        translate("Text", "{size} B"),
        translate("Text", "{size} KiB"),
        translate("Text", "{size} MiB"),
        translate("Text", "{size} GiB"),
        translate("Text", "{size} TiB"),
    )
    step = min(len(units) - 1, max(0, (size.bit_length() - 1) // 10))
    amount = size / 1024**step
    return units[step].format(size=number_text(amount, 1 if step and amount < 100 else 0))


def length_text(metres: Optional[float]) -> str:
    """A length on the ground, to three digits: in metres from half of one on, in centimetres, in whole millimetres."""
    if metres is None or not math.isfinite(metres) or metres <= 0:
        return _UNKNOWN
    if metres < 0.01:
        millimetres = metres * 1000
        return translate("Text", "{length} mm").format(
            length=number_text(round(millimetres) if millimetres >= 1 else float(f"{millimetres:.1g}"), 6)
        )
    if metres < 0.5:
        return translate("Text", "{length} cm").format(length=_three_digits(metres * 100))
    return translate("Text", "{length} m").format(length=_three_digits(metres))


def local_date_text(moment: Optional[datetime]) -> str:
    """The day of a moment (aware, or UTC when naive) by the user's own clock."""
    if moment is None:
        return _UNKNOWN
    when = QDateTime.fromSecsSinceEpoch(int(_aware(moment).timestamp()))
    return str(QLocale().toString(when.date(), QLocale.FormatType.ShortFormat))


def local_time_text(moment: Optional[datetime]) -> str:
    """A moment (aware, or UTC when naive) as date and time of the user's own clock."""
    if moment is None:
        return _UNKNOWN
    when = QDateTime.fromSecsSinceEpoch(int(_aware(moment).timestamp()))
    return str(QLocale().toString(when, QLocale.FormatType.ShortFormat))


def age_text(moment: Optional[datetime], now: Optional[datetime] = None) -> str:
    """How long ago `moment` was; the date itself once that is more than a week."""
    if moment is None:
        return _UNKNOWN
    present = datetime.now(timezone.utc) if now is None else _aware(now)
    seconds = (present - _aware(moment)).total_seconds()
    if seconds < _MINUTE:  # a server's clock may run ahead of this one
        return translate("Text", "just now")
    if seconds < _HOUR:
        return minutes_ago(int(seconds // _MINUTE))
    if seconds < _DAY:
        return translate("Text", "%n h ago", "1 h ago", int(seconds // _HOUR))
    if seconds < 7 * _DAY:
        return translate("Text", "%n days ago", "1 day ago", int(seconds // _DAY))
    when = QDateTime.fromSecsSinceEpoch(int(_aware(moment).timestamp()))
    return str(QLocale().toString(when.date(), QLocale.FormatType.ShortFormat))


def minutes_ago(minutes: int) -> str:
    """An age of less than an hour."""
    return translate("Text", "%n min ago", "1 min ago", minutes)


def _three_digits(value: float) -> str:
    return number_text(float(f"{value:.3g}"))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
