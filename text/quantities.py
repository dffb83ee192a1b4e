"""Numbers, areas, credits and times as the user reads them: in the locale of QGIS, in local time.

No line ends between a number and its unit: a no-break space stands there, and `copied` makes it an ordinary one again.
`more` asks a function for so many decimals more than usual: `apart` uses it for figures that are to be compared.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from typing import Callable, Optional, TypeVar

from qgis.PyQt.QtCore import QDateTime, QLocale

from .translation import grouping_locale, plural_of, translate

_M2_PER_KM2 = 1_000_000.0
_M_PER_KM = 1_000.0
_MOST_MORE = 6  # what differs by less is one figure for people
_MOST_DECIMALS = 6  # a smaller share of a credit is none
_HUGE_KM2 = 100_000.0
_UNKNOWN = "–"
_Number = TypeVar("_Number", bound=float)
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_UNBROKEN = "\u00a0"  # a space that no line ends at
_BESIDE_NUMBER = re.compile(r"(?<=\d) | (?=\d)")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:[cmk]?m²?|%|credits?|[KMGT]i?B|min|h|s)(?:\W|$))")
_BESIDE_UNIT = re.compile(rf"(?<=\d){_UNBROKEN}(?=\D)|(?<=\D){_UNBROKEN}(?=\d)")


def number_text(value: float, decimals: int = 2) -> str:
    """`value` with at most `decimals` decimals, grouped as the locale groups, trailing zeros dropped."""
    if not math.isfinite(value):
        return _UNKNOWN
    locale = grouping_locale()
    rounded = round(value, decimals) + 0.0  # the sum turns -0.0 into 0.0
    text = str(locale.toString(rounded, "f", decimals))
    if decimals > 0:
        text = text.rstrip(locale.zeroDigit()).rstrip(locale.decimalPoint())
    return text


def whole(text: str) -> str:
    """`text` in one piece: no line ends within it."""
    return text.replace(" ", _UNBROKEN)


def with_unit(text: str) -> str:
    """`text`, a number beside its unit, so that no line ends between the two."""
    return _BESIDE_NUMBER.sub(_UNBROKEN, text)


def with_units(text: str) -> str:
    """A sentence of the service, so that no line ends between a number and its unit."""
    return _BEFORE_UNIT.sub(_UNBROKEN, text)


def copied(text: str) -> str:
    """`text` as another program takes it, which may not know the space between a number and its unit for one."""
    return _BESIDE_UNIT.sub(" ", text)


def figure_text(value: float) -> str:
    """A measured `value` of any magnitude to three digits, as people round."""
    if not math.isfinite(value):
        return _UNKNOWN
    return _three_digits(value) if abs(value) >= 1 else str(QLocale().toString(float(value), "g", 3))


def percent_text(percent: float) -> str:
    """A percentage, 0..100, without decimals."""
    return with_unit(translate("Text", "{percent} %").format(percent=number_text(percent, 0)))


def apart(text: Callable[[_Number, int], str], *values: _Number) -> tuple[str, ...]:
    """`values` as `text(value, more)` writes them, with more decimals where different ones would read the same."""
    texts: tuple[str, ...] = ()
    for more in range(_MOST_MORE + 1):
        texts = tuple(text(value, more) for value in values)
        if len(set(texts)) == len(set(values)):
            break
    return texts


def area_text(area_m2: Optional[float], more: int = 0) -> str:
    """An area given in m²: in km² from a hundredth of one upwards, in m² below."""
    if area_m2 is None or not math.isfinite(area_m2):
        return _UNKNOWN
    if abs(area_m2) < 0.01 * _M2_PER_KM2:
        is_tiny = 0 < abs(area_m2) < 1
        area = figure_text(area_m2) if is_tiny else number_text(area_m2, more)
        return with_unit(translate("Text", "{area} m²").format(area=area))
    km2 = area_m2 / _M2_PER_KM2
    is_huge = abs(km2) >= _HUGE_KM2 and not more  # more digits tell nobody anything
    area = _three_digits(km2) if is_huge else number_text(km2, (2 if abs(km2) < 1000 else 1) + more)
    return with_unit(translate("Text", "{area} km²").format(area=area))


def credits_text(amount: Optional[float], more: int = 0) -> str:
    """An amount of credits; fractions are shown to a hundredth, and smaller amounts to two digits."""
    if amount is None or not math.isfinite(amount):
        return _UNKNOWN
    decimals = 2 + more
    if 0 < amount < 0.01:
        decimals = max(decimals, min(1 - math.floor(math.log10(amount)), _MOST_DECIMALS))
    text = translate("Text", "{amount} credits", "{amount} credit", plural_of(round(amount, decimals)))
    return with_unit(text.format(amount=number_text(amount, decimals)))


def size_text(size: Optional[int], more: int = 0) -> str:
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
    decimals = 1 if step and amount < 100 else 0
    return with_unit(units[step].format(size=number_text(amount, decimals + more if step else 0)))


def length_text(metres: Optional[float], more: int = 0) -> str:
    """A length on the ground, to three digits: in metres from half of one on, in centimetres, in whole millimetres."""
    if metres is None or not math.isfinite(metres) or metres <= 0:
        return _UNKNOWN
    if metres < 0.01:
        millimetres = metres * 1000
        length = round(millimetres, more) if millimetres >= 1 else float(f"{millimetres:.{1 + more}g}")
        return with_unit(translate("Text", "{length} mm").format(length=number_text(length, 6 + more)))
    if float(f"{metres:.3g}") < 0.5:  # a pixel of half a metre is seldom measured as that to the last digit
        return with_unit(translate("Text", "{length} cm").format(length=_three_digits(metres * 100, more)))
    return with_unit(translate("Text", "{length} m").format(length=_three_digits(metres, more)))


def distance_text(metres: Optional[float]) -> str:
    """A way on the ground: in km from one on, to a hundredth; in whole metres below."""
    if metres is None or not math.isfinite(metres):
        return _UNKNOWN
    if abs(metres) < _M_PER_KM:
        return with_unit(translate("Text", "{length} m").format(length=number_text(metres, 0)))
    return with_unit(translate("Text", "{length} km").format(length=number_text(metres / _M_PER_KM, 2)))


def local_date_text(moment: Optional[datetime]) -> str:
    """The day of a moment (aware, or UTC when naive) by the user's own clock."""
    if moment is None:
        return _UNKNOWN
    when = QDateTime.fromSecsSinceEpoch(int(_aware(moment).timestamp()))
    return str(QLocale().toString(when.date(), QLocale.FormatType.ShortFormat))


def days_left_text(until: datetime, now: Optional[datetime] = None) -> str:
    """How many days are left until the day of a moment, by the user's own calendar."""
    present = datetime.now(timezone.utc) if now is None else _aware(now)
    today, last = (
        QDateTime.fromSecsSinceEpoch(int(each.timestamp())).date() for each in (present, _aware(until))
    )
    days = int(today.daysTo(last))
    if days < 0:
        return translate("Text", "that day has passed")
    if days == 0:
        return translate("Text", "ends today")
    return with_unit(translate("Text", "%Ln days left", "1 day left", days))


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
        return with_unit(translate("Text", "%Ln h ago", "1 h ago", int(seconds // _HOUR)))
    if seconds < 7 * _DAY:
        return with_unit(translate("Text", "%Ln days ago", "1 day ago", int(seconds // _DAY)))
    when = QDateTime.fromSecsSinceEpoch(int(_aware(moment).timestamp()))
    return str(QLocale().toString(when.date(), QLocale.FormatType.ShortFormat))


def elapsed_text(since: Optional[datetime], now: Optional[datetime] = None) -> str:
    """How long something takes since then, in one unit: minutes, from two hours on hours, from two days on days."""
    if since is None:
        return _UNKNOWN
    present = datetime.now(timezone.utc) if now is None else _aware(now)
    seconds = max(0, int((present - _aware(since)).total_seconds()))
    if seconds < _MINUTE:
        return with_unit(translate("Text", "under 1 min"))
    if seconds < 2 * _HOUR:
        return with_unit(translate("Text", "%Ln min", None, seconds // _MINUTE))
    if seconds < 2 * _DAY:
        return with_unit(translate("Text", "%Ln h", None, seconds // _HOUR))
    return with_unit(translate("Text", "%Ln days", None, seconds // _DAY))


def minutes_ago(minutes: int) -> str:
    """An age of less than an hour."""
    return with_unit(translate("Text", "%Ln min ago", "1 min ago", minutes))


def _three_digits(value: float, more: int = 0) -> str:
    return number_text(float(f"{value:.{3 + more}g}"), 2 + more)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
