"""The imagery of a processing in words. Addresses are shown without what may be a login or a key."""

from __future__ import annotations

from collections.abc import Mapping

from ...text.addresses import host_of, without_keys
from ...text.server_text import bounded
from ...text.translation import translate

_MOST_NAMED = 10  # images named in plain words; all of them stand at the end of the report
_LONGEST_NAME = 200  # letters
_FILE = "LOCAL"
_SENTINEL = "SENTINEL_L2A"
_STORE = "s3://"


def imagery_lines(source: Mapping[str, object]) -> list[str]:
    """The imagery of a processing in plain words; `source` as `read_source` tells it."""
    if not source:
        return [translate("Origin", "The service does not say which imagery was used.")]
    wordings = {
        "dataProvider": _provider,
        "myImagery": _own_imagery,
        "imagerySearch": _catalog,
        "userDefined": _own_source,
    }
    lines: list[str] = []
    for kind, about in source.items():
        if kind in wordings and isinstance(about, Mapping):
            lines += wordings[kind](about)
    return lines or [translate("Origin", "See below.")]


def shown_source(source: Mapping[str, object]) -> dict[str, object]:
    """`source` with no more than the host of an address of one's own: a key may stand anywhere behind it."""
    shown: dict[str, object] = {}
    for kind, about in source.items():
        shown[kind] = about
        if kind == "userDefined" and isinstance(about, Mapping) and "url" in about:
            shown[kind] = {**about, "url": _shown_address(_text(about.get("url")))}
    return shown


def _provider(about: Mapping[str, object]) -> list[str]:
    name = _text(about.get("providerName"))
    if not name:
        name = translate("Origin", "not named")
    told = translate("Origin", "Provider {name}").format(name=name)
    zoom = about.get("zoom")
    if zoom in (None, ""):
        return [translate("Origin", "{imagery}, zoom chosen by the service").format(imagery=told)]
    return [_with_zoom(told, zoom)]


def _own_imagery(about: Mapping[str, object]) -> list[str]:
    images = _texts(about.get("imageIds"))
    if images:
        return [translate("Origin", "My Imagery: %Ln images", "My Imagery: 1 image", len(images))]
    if about.get("mosaicId"):
        return [translate("Origin", "My Imagery: a mosaic")]
    return [translate("Origin", "My Imagery")]


def _catalog(about: Mapping[str, object]) -> list[str]:
    images, provider = _texts(about.get("imageIds")), _text(about.get("dataProvider"))
    if not images:
        told = translate("Origin", "Images from the catalog")
    elif len(images) == 1:
        told = translate("Origin", "Catalog image {id}").format(id=images[0])
    else:
        told = translate("Origin", "%Ln catalog images", "1 catalog image", len(images))
    if provider:
        told = translate("Origin", "{imagery}, provider {name}").format(imagery=told, name=provider)
    lines = [_with_zoom(told, about.get("zoom"))]
    if len(images) > 1:
        lines += ["• " + image for image in images[:_MOST_NAMED]]
    if len(images) > _MOST_NAMED:
        left = len(images) - _MOST_NAMED
        lines.append(translate("Origin", "and %Ln more, named below", "and 1 more, named below", left))
    return lines


def _own_source(about: Mapping[str, object]) -> list[str]:
    """A tile server, or what old processings give an address or a name of: a file in the store, a Sentinel-2 scene."""
    kind, url = _text(about.get("sourceType")).upper(), _text(about.get("url"))
    if kind == _SENTINEL:
        told = translate("Origin", "Sentinel-2 imagery {name}").format(name=without_keys(url))
    elif kind == _FILE or url.lower().startswith(_STORE):
        name = without_keys(url).split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        told = translate("Origin", "Your own image file {name}").format(name=name)
    elif host_of(url):
        told = translate("Origin", "Your own tile server {host}").format(host=host_of(url))
    else:
        told = translate("Origin", "Your own tile server")
    return [_with_zoom(bounded(told), about.get("zoom"))]


def _shown_address(url: str) -> str:
    if not url.lower().startswith(("http://", "https://")):
        return without_keys(url)
    return url[: url.index("://")] + "://" + host_of(url) + "/…"


def _with_zoom(told: str, zoom: object) -> str:
    if zoom in (None, ""):
        return told
    return translate("Origin", "{imagery}, zoom {zoom}").format(imagery=told, zoom=bounded(str(zoom), 20))


def _text(value: object) -> str:
    return bounded(value, _LONGEST_NAME) if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [_text(each) for each in value if _text(each)] if isinstance(value, (list, tuple)) else []
