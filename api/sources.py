"""Where a processing takes its pixels from: one dataclass a kind of imagery, as `sourceParams` wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional, Union

from .http.fields import as_whole


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
    """One's own tile service; `source_type` is XYZ, TMS, QUADKEY, …; its login stays out of the repr."""

    source_type: str
    url: str = field(repr=False)
    zoom: Optional[int] = None
    crs: str = ""
    raster_login: str = field(default="", repr=False)
    raster_key: str = field(default="", repr=False)

    def to_params(self) -> dict[str, object]:
        """The content of `sourceParams`."""
        return {
            "userDefined": _told(
                sourceType=self.source_type,
                url=self.url,
                zoom=self.zoom,
                crs=self.crs or None,
                rasterLogin=self.raster_login or None,
                rasterPassword=self.raster_key or None,
            )
        }


Source = Union[ProviderSource, MyImagerySource, SearchSource, UserSource]

_KINDS = ("dataProvider", "myImagery", "imagerySearch", "userDefined")
_LOGIN_KEYS = frozenset({"rasterLogin", "rasterPassword", "raster_login", "raster_password"})


def read_source(params: Mapping[str, object]) -> Mapping[str, object]:
    """The one source a processing names, as {kind: values}, from `params` of either version; logins are left out.

    The kinds are those of `sourceParams`; the flat params of version 1 (`url`, `source_type`, `data_provider`,
    `zoom` as text) are translated to them.
    """
    chosen = params.get("sourceParams")
    if isinstance(chosen, Mapping):
        for kind in _KINDS:
            values = chosen.get(kind)
            if isinstance(values, Mapping):
                return {kind: {key: value for key, value in values.items() if key not in _LOGIN_KEYS}}
        return {}
    return _flat_source(params)


def _flat_source(params: Mapping[str, object]) -> Mapping[str, object]:
    zoom = _whole(params.get("zoom"))
    if params.get("data_provider"):
        return {"dataProvider": _told(providerName=params["data_provider"], zoom=zoom)}
    if params.get("url"):
        kind = params.get("source_type")
        return {
            "userDefined": _told(
                sourceType=kind.upper() if isinstance(kind, str) else None, url=params["url"], zoom=zoom
            )
        }
    return {}


def _told(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _whole(value: object) -> Optional[int]:
    number = as_whole(value)
    return number if number is not None and number >= 0 else None
