"""What a search is narrowed by, as the form says it; kept from one start of QGIS to the next."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Optional

from ...api.catalog.search import CatalogQuery, CatalogSort
from ...text.quantities import length_text, local_date_text, number_text, percent_text
from ...text.server_text import bounded
from ...text.translation import translate

ALL_CLOUD, NO_OVERLAP = 100, 0  # per cent
STEEPEST = 90.0  # degrees
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


class Order(enum.Enum):
    """How the found images are sorted: by what, and whether the smallest comes first."""

    NEWEST = (CatalogSort.ACQUIRED, False)
    OLDEST = (CatalogSort.ACQUIRED, True)
    CLEAREST = (CatalogSort.CLOUD_COVER, True)
    FINEST = (CatalogSort.RESOLUTION, True)
    PROVIDER = (CatalogSort.PROVIDER, True)

    @property
    def title(self) -> str:
        """What the form calls it."""
        return {
            Order.NEWEST: translate("Search", "Newest First"),
            Order.OLDEST: translate("Search", "Oldest First"),
            Order.CLEAREST: translate("Search", "Clearest First"),
            Order.FINEST: translate("Search", "Finest First"),
            Order.PROVIDER: translate("Search", "By Provider"),
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
        sort, ascending = Order[self.order].value
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
        """What `stored` returned; the default for whatever is not to be read."""
        try:
            told = json.loads(text[:_LONGEST_STORED]) if text else {}
            values = {field.name: told[field.name] for field in fields(FilterValues) if field.name in told}
            if isinstance(values.get("providers"), list):
                values["providers"] = tuple(str(name) for name in values["providers"])
            made = FilterValues(**values)
            made.query({}, datetime.now().astimezone().date())  # which reads every one of them
        except (ValueError, TypeError, KeyError, AttributeError):
            return FilterValues()
        return made

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
