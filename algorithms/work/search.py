"""Searches the catalog, and writes the footprints of what it finds."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsFeatureRequest, QgsFeatureSink, QgsProcessingException, QgsWkbTypes

from ...api import account as accounts
from ...api.catalog.search import CatalogQuery, CatalogSort, search
from ...api.offers.known import remember_account
from ...layers.areas.area import area_from_geometries
from ...layers.areas.measure import wgs84
from ...layers.footprints.catalog_layer import footprints_layer
from ...layers.footprints.placing import placed
from ...text.quantities import apart, area_text
from ...text.toolbox import (
    COUNT,
    FROM,
    IMAGE_IDS,
    INPUT,
    LIMIT,
    MAX_CLOUD,
    MAX_OFF_NADIR,
    MAX_RESOLUTION,
    MIN_OVERLAP,
    MIN_RESOLUTION,
    ONLY_AVAILABLE,
    OUTPUT,
    PROVIDERS_ASKED,
    TO,
)
from ...text.translation import translate
from .imagery import search_provider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...api.account import Account
    from ...api.catalog.records import CatalogImage
    from ...api.catalog.search import CatalogPage
    from .errand import Errand
    from .values import Values

_PAGE = 100


def search_imagery(errand: Errand, values: Values) -> dict[str, Any]:
    """Write a footprint for each image found, the newest first; return their number and their ids."""
    account: Account = errand.ask(accounts.status(errand.client))
    remember_account(errand.client.server, account)
    found = _found(errand, _query(values, account), values.whole(LIMIT) or _PAGE)
    outcome: dict[str, Any] = {COUNT: len(found), IMAGE_IDS: ",".join(image.id for image in found)}
    told = translate("Work", "%Ln images are found.", "1 image is found.", len(found))
    errand.say(told)
    layer = footprints_layer([(image, placed(image.footprint)) for image in found], errand.client.server)
    if values.is_given(OUTPUT):
        sink, place = values.sink(OUTPUT, layer.fields(), QgsWkbTypes.Type.MultiPolygon, wgs84())
        for row in layer.getFeatures():
            sink.addFeature(row, QgsFeatureSink.Flag.FastInsert)
        outcome[OUTPUT] = place
    return outcome


def _found(errand: Errand, query: CatalogQuery, most: int) -> list[CatalogImage]:
    """All that is found, up to so many, page by page; what a page repeats of another one counts once."""
    errand.stage(translate("Work", "Searching the catalog…"))
    found: dict[tuple[str, str], CatalogImage] = {}
    offset = 0
    while len(found) < most:
        page: CatalogPage = errand.ask(search(errand.client, query, _PAGE, offset))
        for image in page.images:
            found.setdefault((image.provider, image.id), image)
        offset = page.next_offset
        errand.progress(len(found) / min(most, page.total or most))
        if not page.has_more:
            return list(found.values())[:most]
    errand.warn(
        translate(
            "Work",
            "There may be more: %Ln images are taken. Raise Most images, or narrow the search.",
            "There may be more: 1 image is taken. Raise Most images, or narrow the search.",
            most,
        )
    )
    return list(found.values())[:most]


def _query(values: Values, account: Account) -> CatalogQuery:
    names = tuple(search_provider(account, each) for each in values.texts(PROVIDERS_ASKED))
    query = CatalogQuery(
        area=_area(values, account),
        acquired_from=_day(values.moment(FROM)),
        min_resolution_m=values.number(MIN_RESOLUTION),
        max_resolution_m=values.number(MAX_RESOLUTION),
        max_cloud_percent=values.number(MAX_CLOUD),
        max_off_nadir=values.number(MAX_OFF_NADIR),
        min_overlap_percent=values.number(MIN_OVERLAP),
        hide_unavailable=values.flag(ONLY_AVAILABLE),
        providers=names,
        sort=CatalogSort.ACQUIRED,
    )
    last = _day(values.moment(TO))
    end = None if last is None else last + timedelta(days=1) - timedelta(milliseconds=1)
    if query.acquired_from is not None and end is not None and end < query.acquired_from:
        raise QgsProcessingException(translate("Work", "The last day is before the first one."))
    return replace(query, acquired_to=end)


def _area(values: Values, account: Account) -> Mapping[str, object]:
    source = values.source(INPUT)
    limit = account.search_area_limit_m2 or math.inf
    geometries = (row.geometry() for row in source.getFeatures(QgsFeatureRequest().setNoAttributes()))
    area = area_from_geometries(geometries, source.sourceCrs(), values.context.transformContext())
    if area.problems:
        raise QgsProcessingException(" ".join(problem.sentence for problem in area.problems))
    if area.area_m2 > limit:
        sentence = translate("Work", "The area is {area}; your account allows {limit} in one search.")
        size, most = apart(area_text, area.area_m2, limit)
        raise QgsProcessingException(sentence.format(area=size, limit=most))
    return area.to_geojson()


def _day(moment: Optional[datetime]) -> Optional[datetime]:
    """The beginning of the day, in UTC."""
    return None if moment is None else datetime.combine(moment.date(), time(), timezone.utc)
