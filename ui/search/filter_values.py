"""What a search is narrowed by, as the form says it; kept from one start of QGIS to the next."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Optional

from ...api.catalog.search import CatalogQuery
from ...text.quantities import length_text, local_date_text, number_text, percent_text
from ...text.server_text import bounded
from ...text.translation import translate
from .found.orders import Order

ALL_CLOUD, NO_OVERLAP = 100, 0  # per cent
STEEPEST = 90.0  # degrees
COARSEST = 1_000.0  # metres
_LONGEST_STORED = 10_000  # characters


class Span(enum.Enum):
    """When images were taken, as one usually asks."""

    ANY = "any"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    THREE_YEARS = "three years"
    BETWEEN = "between"

    @property
    def days(self) -> Optional[int]:
        """How far back it goes from today; None for no such span."""
        return _DAYS.get(self)

    @property
    def title(self) -> str:
        """What the form calls it."""
        return {
            Span.ANY: translate("Search", "Any Time"),
            Span.MONTH: translate("Search", "Last Month"),
            Span.QUARTER: translate("Search", "Last 3 Months"),
            Span.YEAR: translate("Search", "Last Year"),
            Span.THREE_YEARS: translate("Search", "Last 3 Years"),
            Span.BETWEEN: translate("Search", "Between Dates"),
        }[self]


_DAYS = {Span.MONTH: 31, Span.QUARTER: 92, Span.YEAR: 365, Span.THREE_YEARS: 1_096}


class Product(enum.Enum):
    """The kinds of product; the value is what the service calls them, several of them apart by a comma."""

    ALL = ""
    MOSAICS = "Mosaic"
    SCENES = "Scene,Image"

    @property
    def types(self) -> tuple[str, ...]:
        """What to ask the service for; empty for all."""
        return tuple(self.value.split(",")) if self.value else ()

    @property
    def title(self) -> str:
        """What the form calls it."""
        return {
            Product.ALL: translate("Search", "Scenes and Mosaics"),
            Product.MOSAICS: translate("Search", "Mosaics"),
            Product.SCENES: translate("Search", "Scenes"),
        }[self]


@dataclass(frozen=True)
class FilterValues:
    """One state of the form. Days as ISO dates, "" for none; resolutions in metres, 0 for no bound; shares in per cent.

    Off-nadir angles in degrees, where ±90 set no bound. `span`, `product` and `order` are names of `Span`, `Product`
    and `Order`. `is_available` leaves out what the account may not process.
    """

    span: str = Span.ANY.name
    first_day: str = ""
    last_day: str = ""
    max_cloud: int = ALL_CLOUD
    min_resolution: float = 0.0
    max_resolution: float = 0.0
    min_off_nadir: float = -STEEPEST
    max_off_nadir: float = STEEPEST
    min_overlap: int = NO_OVERLAP
    providers: tuple[str, ...] = ()
    product: str = Product.ALL.name
    is_available: bool = False
    order: str = Order.NEWEST.name

    def query(self, area: Mapping[str, object], today: date) -> CatalogQuery:
        """The search of `area`, GeoJSON in EPSG:4326. Days begin and end by the user's clock, as they are shown."""
        first, last = self._days(today)
        sort, ascending = Order[self.order].asked
        return CatalogQuery(
            area=area,
            acquired_from=_moment(first, time.min),
            acquired_to=_moment(last, time.max),
            min_resolution_m=self.min_resolution or None,
            max_resolution_m=self.max_resolution or None,
            max_cloud_percent=None if self.max_cloud >= ALL_CLOUD else float(self.max_cloud),
            min_off_nadir=None if self.min_off_nadir <= -STEEPEST else self.min_off_nadir,
            max_off_nadir=None if self.max_off_nadir >= STEEPEST else self.max_off_nadir,
            min_overlap_percent=float(self.min_overlap) or None,
            hide_unavailable=self.is_available,
            providers=self.providers,
            product_types=Product[self.product].types,
            sort=sort,
            ascending=ascending,
        )

    @property
    def problem(self) -> str:
        """Why nothing can be found with these, as a sentence; "" where something can."""
        is_between = Span[self.span] is Span.BETWEEN
        if is_between and self.last_day and self.first_day > self.last_day:
            return translate("Search", "The first day is after the last one.")
        if 0 < self.max_resolution < self.min_resolution:
            return translate("Search", "The finest resolution is coarser than the coarsest one.")
        if self.min_off_nadir > self.max_off_nadir:
            return translate("Search", "The smallest off-nadir angle is larger than the largest one.")
        return ""

    def summary(self, provider_titles: Mapping[str, str]) -> str:
        """In one line, what is narrowed; "" where nothing is."""
        told = [self._span_text()]
        if self.max_cloud < ALL_CLOUD:
            told.append(
                translate("Search", "cloud up to {percent}").format(percent=percent_text(self.max_cloud))
            )
        told.append(_range_text(self.min_resolution, self.max_resolution, length_text, 0.0, 0.0))
        angles = _range_text(self.min_off_nadir, self.max_off_nadir, _angle, -STEEPEST, STEEPEST)
        if angles:
            told.append(translate("Search", "off nadir {angles}").format(angles=angles))
        if self.min_overlap:
            covered = percent_text(self.min_overlap)
            told.append(translate("Search", "covers {percent} or more").format(percent=covered))
        told += [bounded(provider_titles.get(name, name), 40) for name in self.providers]
        if Product[self.product] is not Product.ALL:
            told.append(Product[self.product].title)
        if self.is_available:
            told.append(translate("Search", "only what you can process"))
        return " · ".join(text for text in told if text)

    def stored(self) -> str:
        """As a line of text for the settings."""
        return json.dumps(asdict(self))

    @staticmethod
    def of_stored(text: str) -> FilterValues:
        """What `stored` returned; the default for each of them that is not to be read."""
        try:
            told = json.loads(text[:_LONGEST_STORED]) if text else {}
        except ValueError:
            return FilterValues()
        if not isinstance(told, dict):
            return FilterValues()
        read = {name: reader(told[name]) for name, reader in _READERS.items() if name in told}
        return FilterValues(**{name: value for name, value in read.items() if value is not None})

    def _days(self, today: date) -> tuple[Optional[date], Optional[date]]:
        span = Span[self.span]
        if span is Span.BETWEEN:
            return _day(self.first_day), _day(self.last_day)
        return (None if span.days is None else today - timedelta(days=span.days)), None

    def _span_text(self) -> str:
        span = Span[self.span]
        if span is Span.ANY:
            return ""
        if span is not Span.BETWEEN:
            return span.title
        first, last = (_moment(_day(text), time(12)) for text in (self.first_day, self.last_day))
        if first is not None and last is not None:
            return f"{local_date_text(first)} – {local_date_text(last)}"
        if first is not None:
            return translate("Search", "from {day}").format(day=local_date_text(first))
        return (
            translate("Search", "until {day}").format(day=local_date_text(last)) if last is not None else ""
        )


def _read_name(of: type[enum.Enum]) -> Callable[[object], Optional[str]]:
    return lambda value: value if isinstance(value, str) and value in of.__members__ else None


def _read_number(least: float, most: float) -> Callable[[object], Optional[float]]:
    def read(value: object) -> Optional[float]:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return float(value) if is_number and least <= value <= most else None  # type: ignore[arg-type,operator]

    return read


def _read_share(value: object) -> Optional[int]:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and NO_OVERLAP <= value <= ALL_CLOUD else None  # type: ignore[operator,return-value]


def _read_day(value: object) -> Optional[str]:
    try:
        return value if isinstance(value, str) and (not value or _moment(_day(value), time(12))) else None
    except (ValueError, OverflowError, OSError):
        return None


def _read_providers(value: object) -> Optional[tuple[str, ...]]:
    if not isinstance(value, list):
        return None
    return tuple(dict.fromkeys(name for name in value if isinstance(name, str) and name))


# How each value is read from the settings, which may have been edited by hand; None for what it cannot be.
_READERS: dict[str, Callable[[object], Any]] = {
    "span": _read_name(Span),
    "first_day": _read_day,
    "last_day": _read_day,
    "max_cloud": _read_share,
    "min_resolution": _read_number(0, COARSEST),
    "max_resolution": _read_number(0, COARSEST),
    "min_off_nadir": _read_number(-STEEPEST, STEEPEST),
    "max_off_nadir": _read_number(-STEEPEST, STEEPEST),
    "min_overlap": _read_share,
    "providers": _read_providers,
    "product": _read_name(Product),
    "is_available": lambda value: value if isinstance(value, bool) else None,
    "order": _read_name(Order),
}


def _day(text: str) -> Optional[date]:
    return date.fromisoformat(text) if text else None


def _moment(day: Optional[date], hour: time) -> Optional[datetime]:
    return None if day is None else datetime.combine(day, hour).astimezone()


def _angle(degrees: float) -> str:
    return f"{number_text(degrees, 0)}°"


def _range_text(
    least: float, most: float, text: Callable[[float], str], no_least: float, no_most: float
) -> str:
    """A range in words; "" where neither end is set."""
    if least != no_least and most != no_most:
        return translate("Search", "{least} to {most}").format(least=text(least), most=text(most))
    if most != no_most:
        return translate("Search", "up to {most}").format(most=text(most))
    return translate("Search", "from {least}").format(least=text(least)) if least != no_least else ""
