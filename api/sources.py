"""Where a processing takes its pixels from: one dataclass a kind of imagery, as `sourceParams` wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional, Union

from ..text.addresses import without_login
from .http.fields import as_text, as_whole


@dataclass(frozen=True)
class ProviderSource:
    """A provider's tiles at a zoom; None leaves the zoom to the service."""

    provider_name: str
    zoom: Optional[int] = None

    def to_params(self) -> dict[str, object]:
        """The content of `sourceParams`."""
        return {"dataProvider": _told(providerName=self.provider_name, zoom=self.zoom)}


@dataclass(frozen=True)
class MyImagerySource:
    """One's own uploads: a mosaic, or some images of it."""

    image_ids: tuple[str, ...] = ()
    mosaic_id: str = ""

    def to_params(self) -> dict[str, object]:
        """The content of `sourceParams`."""
        return {"myImagery": _told(imageIds=list(self.image_ids) or None, mosaicId=self.mosaic_id or None)}


@dataclass(frozen=True)
class SearchSource:
    """Images picked from the catalog of one provider."""

    provider_name: str
    image_ids: tuple[str, ...]
    zoom: Optional[int] = None

    def to_params(self) -> dict[str, object]:
        """The content of `sourceParams`."""
        chosen = _told(dataProvider=self.provider_name, imageIds=list(self.image_ids), zoom=self.zoom)
        return {"imagerySearch": chosen}


@dataclass(frozen=True)
class UserSource:
    """A source of one's own; `source_type` is one of XYZ, TMS, QUADKEY, SENTINEL_L2A and LOCAL.

    Its login is only named: `authcfg` is its id in QGIS's authentication store, "" where none is needed.
    """

    source_type: str
    url: str = field(repr=False)
    zoom: Optional[int] = None
    crs: str = ""
    authcfg: str = ""

    def to_params(self) -> dict[str, object]:
        """The content of `sourceParams`, without the login: `own_sources.sending` puts it in where one is sent."""
        told = _told(sourceType=self.source_type, url=self.url, zoom=self.zoom, crs=self.crs or None)
        return {"userDefined": told}


Source = Union[ProviderSource, MyImagerySource, SearchSource, UserSource]

_KINDS = ("dataProvider", "myImagery", "imagerySearch", "userDefined")
_LOGIN_KEYS = frozenset({"rasterLogin", "rasterPassword", "raster_login", "raster_password"})
_SENTINEL = "SENTINEL_L2A"  # its `url` is the name of a scene
_OWN_FILE = "LOCAL"
_FORMATS = ("TIF", "TIFF")  # as files were once called
_STORAGE = "s3://"
_NOTHING: tuple[object, ...] = (None, "", [], {})


def read_source(params: Mapping[str, object]) -> Mapping[str, object]:
    """The one source a processing names, as {kind: values}, from `params` of either version; logins are left out.

    The kinds are those of `sourceParams`, where the others are null; the flat params of version 1 (`url`,
    `source_type`, `data_provider`, `zoom` as text) are translated to them. Empty where no source is named.
    """
    given = params.get("sourceParams")
    chosen = given if isinstance(given, Mapping) else {}
    for kind in _KINDS:
        values = chosen.get(kind)
        told = values if isinstance(values, Mapping) else {}
        if any(value not in _NOTHING for value in told.values()):
            return {kind: _without_logins(told)}
    return _flat_source(params)


def source_of(told: Mapping[str, object]) -> Optional[Source]:
    """The source a processing names, from what `read_source` tells of it; None where that is too little to name one.

    The login of a source of one's own is not told, so the source has none.
    """
    for kind, values in told.items():
        if isinstance(values, Mapping):
            return _READERS[kind](values) if kind in _READERS else None
    return None


def _provider_source(values: Mapping[str, object]) -> Optional[Source]:
    name = as_text(values.get("providerName"))
    return ProviderSource(name, _whole(values.get("zoom"))) if name else None


def _my_source(values: Mapping[str, object]) -> Optional[Source]:
    images, mosaic = _ids(values.get("imageIds")), as_text(values.get("mosaicId"))
    return MyImagerySource(images, mosaic) if images or mosaic else None


def _search_source(values: Mapping[str, object]) -> Optional[Source]:
    images, provider = _ids(values.get("imageIds")), as_text(values.get("dataProvider"))
    return SearchSource(provider, images, _whole(values.get("zoom"))) if images else None


def _user_source(values: Mapping[str, object]) -> Optional[Source]:
    kind, url = as_text(values.get("sourceType")).upper(), as_text(values.get("url"))
    return (
        UserSource(kind, url, _whole(values.get("zoom")), as_text(values.get("crs")))
        if kind and url
        else None
    )


_READERS = {
    "dataProvider": _provider_source,
    "myImagery": _my_source,
    "imagerySearch": _search_source,
    "userDefined": _user_source,
}


def _ids(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, (list, tuple)) else ()
    return tuple(text for text in map(as_text, listed) if text)


def _flat_source(params: Mapping[str, object]) -> Mapping[str, object]:
    """What version 1 names. The `url` beside a provider may be the id of one of its images, or several ids."""
    zoom = _whole(params.get("zoom"))
    provider, url = as_text(params.get("data_provider")), as_text(params.get("url")).strip()
    kind = as_text(params.get("source_type")).upper()
    if kind in _FORMATS or (not kind and url.lower().startswith(_STORAGE)):
        kind = _OWN_FILE
    if url and kind != _SENTINEL and not _is_address(url):
        ids = [image_id.strip() for image_id in url.split(",") if image_id.strip()]
        return {"imagerySearch": _told(dataProvider=provider or None, imageIds=ids, zoom=zoom)}
    if provider:
        return {"dataProvider": _told(providerName=provider, zoom=zoom)}
    if url:
        crs = as_text(params.get("projection")).upper() or None
        return {"userDefined": _told(sourceType=kind or None, url=without_login(url), zoom=zoom, crs=crs)}
    return {"myImagery": {}} if kind == _OWN_FILE else {}


def _is_address(text: str) -> bool:
    """Whether `text` says where something is; the id of an image has nothing of that."""
    return any(mark in text for mark in ("/", "{", ":"))


def _without_logins(values: Mapping[str, object]) -> dict[str, object]:
    kept = {key: value for key, value in values.items() if key not in _LOGIN_KEYS}
    url = kept.get("url")
    if isinstance(url, str):
        kept["url"] = without_login(url)
    return kept


def _told(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _whole(value: object) -> Optional[int]:
    number = as_whole(value)
    return number if number is not None and number >= 0 else None
