"""Where the pixels are to come from: the one source that the parameters name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProcessingException

from ...api import imagery
from ...api.models.fit import takes, zoom_of_found
from ...api.own_sources.addresses import address_problem, key_advice, kind_of_address, part_login
from ...api.own_sources.kept import KeptSources
from ...api.own_sources.kinds import SourceKind
from ...api.own_sources.sending import as_named
from ...api.own_sources.source import OwnSource
from ...api.sources import MyImagerySource, ProviderSource, SearchSource
from ...jobs.catalog.named import NamedImagesLookUp
from ...text.toolbox import IMAGES, MOSAIC, OWN_SOURCE, PROVIDER, SEARCH_IMAGES, ZOOM
from ...text.translation import translate
from .choosing import chosen, listed

if TYPE_CHECKING:
    from ...api.account import Account, Model
    from ...api.imagery_records import Mosaic, MosaicListing
    from ...api.sources import Source
    from ...jobs.catalog.named import NamedImages
    from .errand import Errand
    from .values import Values


def read_source(errand: Errand, values: Values, account: Account, model: Model) -> Source:
    """Return the source; raises QgsProcessingException where none is named, several are, or there is no such one."""
    zoom = values.whole(ZOOM)
    provider = values.text(PROVIDER)
    others = [name for name in (MOSAIC, IMAGES, SEARCH_IMAGES, OWN_SOURCE) if values.texts(name)]
    if len(others) > 1 or (provider and others and others[0] != SEARCH_IMAGES):
        raise QgsProcessingException(
            translate(
                "Work",
                "Several sources of imagery are named. Name one: a provider, a mosaic, images, images of the catalog, "
                "or a source of your own.",
            )
        )
    if not others:
        return ProviderSource(_provider(account, provider), zoom)
    if others[0] == MOSAIC:
        return MyImagerySource(mosaic_id=find_mosaic(errand, values.text(MOSAIC)).id)
    if others[0] == IMAGES:
        return MyImagerySource(image_ids=values.texts(IMAGES))
    if others[0] == SEARCH_IMAGES:
        return _found(errand, values.texts(SEARCH_IMAGES), account, provider, model)
    own = _own(values.text(OWN_SOURCE), zoom)
    if not takes(model, own.kind):
        raise QgsProcessingException(
            translate("Work", "The model does not work with a source of this kind. Choose another one.")
        )
    return as_named(own)


def find_mosaic(errand: Errand, wanted: str) -> Mosaic:
    """Return one's mosaic of that name or id; raises QgsProcessingException."""
    listing: MosaicListing = errand.ask(imagery.list_mosaics(errand.client))
    missing = translate("Work", "There is no mosaic “{name}” in your imagery.")
    return chosen(listing.mosaics, wanted, lambda mosaic: (mosaic.id, mosaic.name), missing)


def _provider(account: Account, wanted: str) -> str:
    """The name of a provider. A service that tells of none is sent what was typed."""
    providers = account.providers
    if wanted and not providers:
        return wanted
    if not wanted and len(providers) == 1:
        return providers[0].name
    if not wanted:
        sentence = translate(
            "Work", "Name a source of imagery: a provider ({names}), or imagery of your own."
        )
        raise QgsProcessingException(sentence.format(names=listed(each.title for each in providers)))
    missing = translate("Work", "There is no provider “{name}” of imagery.")
    return chosen(providers, wanted, lambda each: (each.name, each.name, each.title), missing).name


def _found(errand: Errand, ids: tuple[str, ...], account: Account, wanted: str, model: Model) -> SearchSource:
    provider = search_provider(account, wanted) if wanted else ""
    told: NamedImages = errand.carry_out(NamedImagesLookUp(errand.client, provider, ids))
    if told.gone or not told.found:
        missing = [each for each in ids if each not in {found.image.id for found in told.found}]
        sentence = translate(
            "Work", "The catalog does not have these images any more: {ids}. Search again, and take others."
        )
        raise QgsProcessingException(sentence.format(ids=listed(missing)))
    providers = sorted({each.image.provider for each in told.found})
    if len(providers) > 1:
        sentence = translate(
            "Work", "The images are of several providers ({names}). Run those of each by themselves."
        )
        raise QgsProcessingException(sentence.format(names=listed(providers)))
    zoom = zoom_of_found(model, [each.image.zoom for each in told.found])
    return SearchSource(providers[0], ids, zoom)


def search_provider(account: Account, wanted: str) -> str:
    """The name of a provider of searches or of imagery. A service that tells of none is sent what was typed."""
    providers = (*account.search_providers, *account.providers)
    if not providers:
        return wanted
    named = {each.name: each for each in providers}
    missing = translate("Work", "There is no provider “{name}” of imagery.")
    return chosen(named.values(), wanted, lambda each: (each.name, each.name, each.title), missing).name


def _own(text: str, zoom: Optional[int]) -> OwnSource:
    """The kept source of that name, or one of that address, which must not hold a login: histories keep parameters."""
    kept = KeptSources()
    source = kept.named(text)
    if source is None and "://" not in text:
        missing = translate("Work", "There is no source “{name}” under My Sources.")
        source = chosen(kept.all(), text, lambda each: (each.name, each.name), missing)
    if source is not None:
        return source if zoom is None or not source.kind.is_tiled else replace(source, zoom=zoom)
    if part_login(text).has_login or key_advice(text):
        raise QgsProcessingException(
            translate(
                "Work",
                "The address holds a login or a key, and QGIS's history would keep it. Keep the source in the dock "
                "under My Sources, and give its name here.",
            )
        )
    kind = kind_of_address(text) or SourceKind.XYZ
    problem = address_problem(kind, text)
    if problem:
        raise QgsProcessingException(problem)
    return OwnSource(text, kind, text, zoom)
