"""A source of one's own as a processing names it, brought back into the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from ...api.http.fields import as_whole
from ...api.own_sources.addresses import address_problem, part_login
from ...api.own_sources.kinds import CRSES, WEB_MERCATOR, ZOOMS, kind_named
from ...api.own_sources.source import OwnSource
from ...text.addresses import host_of
from ...text.server_text import bounded
from ...text.translation import translate

_MAX_NAME = 60


def offered_source(values: Mapping[str, object]) -> Optional[OwnSource]:
    """The source that `userDefined` describes, without any login; None where it cannot be used as it is told."""
    kind, url = kind_named(str(values.get("sourceType") or "")), str(values.get("url") or "")
    if kind is None:
        return None
    parted = part_login(url)
    if address_problem(kind, parted.url):
        return None
    zoom = as_whole(values.get("zoom"))
    crs = str(values.get("crs") or WEB_MERCATOR).upper()
    return OwnSource(
        name=bounded(host_of(parted.url) or parted.url.rstrip("/").rsplit("/", 1)[-1], _MAX_NAME),
        kind=kind,
        url=parted.url,
        zoom=zoom if zoom is not None and ZOOMS[0] <= zoom <= ZOOMS[1] else None,
        crs=crs if crs in CRSES else WEB_MERCATOR,
    )


def why_not_kept(values: Mapping[str, object], is_offered: bool) -> str:
    """What to say of a source that a processing used and that is not among those that are kept."""
    name = bounded(host_of(str(values.get("url") or "")) or str(values.get("sourceType") or ""), _MAX_NAME)
    if is_offered:
        return translate(
            "OwnSources",
            "The imagery of {name} is not among your sources. Give it a name and save it to use it again; a login it "
            "needs has to be typed anew.",
        ).format(name=name)
    return translate(
        "OwnSources",
        "The imagery of {name} cannot be used again: the service does not tell its address. Choose another source.",
    ).format(name=name)
