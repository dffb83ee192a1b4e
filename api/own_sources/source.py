"""A source of imagery that the user has, as it is kept: its login is elsewhere, in QGIS's authentication store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from .kinds import WEB_MERCATOR, SourceKind

KEY_MARK = "{key}"  # in an address: what the login keeps as its password goes there when the address is used


@dataclass(frozen=True)
class OwnSource:
    """A kept source. `zoom` None leaves the zoom to the service, `authcfg` is "" where no login is needed.

    `url` is a tile template, the name of a Sentinel-2 granule or an s3:// address. There is never a login in it: where
    the address needs a key, that is what `authcfg` keeps as its password, and {key} stands in its place.
    """

    name: str
    kind: SourceKind
    url: str = field(repr=False)
    zoom: Optional[int] = None
    crs: str = WEB_MERCATOR
    authcfg: str = ""

    @property
    def has_key(self) -> bool:
        """Whether the address is complete only with the key that the login keeps."""
        return KEY_MARK in self.url
