"""What the form of the Search page asks of the catalog, and whether the list is still the answer to it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QDate

from ...jobs.catalog.search import CatalogSearch
from ...text.quantities import apart, area_text
from ...text.translation import translate
from .filters import SearchFilters
from .found.list import FoundList

if TYPE_CHECKING:
    from ...api.catalog.search import CatalogQuery
    from ...api.session import Session
    from ...layers.areas.area import Area
    from ..run.area_section import AreaSection
    from .filter_values import FilterValues


_MOST_STEPS = 50  # by which filters are made tighter one after the other


@dataclass(frozen=True)
class _Searched:
    """What the form said when a question was put."""

    query: CatalogQuery
    area: Area
    values: FilterValues


class Question:
    """Puts the area and the filters to `search`."""

    def __init__(
        self,
        session: Session,
        area: AreaSection,
        filters: SearchFilters,
        search: CatalogSearch,
        found: FoundList,
    ) -> None:
        self._session = session
        self._area = area
        self._filters = filters
        self._search = search
        self._found = found
        self._searched: deque[_Searched] = deque(maxlen=_MOST_STEPS)  # the list of one before may come back

    @property
    def problem(self) -> str:
        """Why nothing can be searched now; "" when it can."""
        if not self._area.is_drawing and not self._session.is_reachable:
            return translate("Search", "You can search once Mapflow answers again.")
        return self._obstacle

    @property
    def _obstacle(self) -> str:
        """Why nothing could be searched even if Mapflow answered; "" when it could."""
        if self._area.is_drawing:
            return translate("Search", "Finish drawing, or press Esc.")
        area, account = self._area.area, self._session.account
        if area is None:
            return translate("Search", "Choose an area first.")
        if not area.is_usable:
            return area.problems[0].sentence if area.problems else translate("Search", "The area is empty.")
        limit = None if account is None else account.search_area_limit_m2
        if limit is not None and area.area_m2 > limit:
            size, most = apart(area_text, area.area_m2, limit)
            sentence = translate("Search", "The area is {area}; your account can search {limit} at once.")
            return sentence.format(area=size, limit=most)
        return self._filters.values.problem

    @property
    def outdated(self) -> str:
        """What to say of a list that is not of what the form asks for; "" where it is."""
        shown, area = self._of_shown(), self._area.area
        if shown is None:
            return ""
        if area is None or not area.geometry.equals(shown.area.geometry):
            return translate("Search", "The area was changed after this search. Press Search for its images.")
        if shown.values != self._filters.values:
            return translate("Search", "The filters were changed after this search. Press Search again.")
        return ""

    def ask(self, is_new: bool = False) -> None:
        """Search, as far as one can; with `is_new` even where what is there is the answer."""
        area = self._area.area
        if area is None or self._obstacle:
            return
        values, former = self._filters.values, self._search.query
        query = values.query(area.to_geojson(), QDate.currentDate().toPyDate())
        if not self._session.is_reachable and (is_new or not self._search.may_narrow(query)):
            return
        if former is not None and query == former and not is_new and self._search.error is None:
            self._searched = deque([_Searched(former, area, values)], _MOST_STEPS)
            return  # what is new is sorted here
        self._searched.append(_Searched(query, area, values))
        is_resorted = former is not None and query == replace(
            former, sort=query.sort, ascending=query.ascending
        )
        if is_resorted:
            self._found.await_chosen()
        else:
            self._found.await_none()
        self._search.search(query, is_new)

    def _of_shown(self) -> Optional[_Searched]:
        """What was searched for what is listed; None where no search found it."""
        return next((each for each in self._searched if each.query is self._search.query), None)
