"""The sources that the user keeps: in QGIS's settings, without any login, for every account and server."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...text.addresses import without_login
from ..http.errors import MalformedReply
from ..http.fields import Fields
from ..settings import OWN_SOURCES
from .addresses import part_login, sent_address
from .kinds import WEB_MERCATOR, SourceKind, kind_named
from .problems import source_problem
from .source import KEY_MARK, OwnSource

_ANY_KEY = r"[^/?&#]*"  # within an address
MOST = 500  # sources; more are not read


class KeptSources(QObject):
    """Reads and changes what is kept. Sources are told apart by their names, whatever the case, and sorted by them."""

    changed = pyqtSignal()

    def all(self) -> tuple[OwnSource, ...]:
        """The sources, sorted by name."""
        return tuple(sorted(self._read().values(), key=lambda source: source.name.casefold()))

    def named(self, name: str) -> Optional[OwnSource]:
        """The source of that name."""
        return next((each for each in self._read().values() if _is_same(each.name, name)), None)

    def names(self, but: str = "") -> list[str]:
        """The names that are taken, without the one of the source called `but`."""
        return [each.name for each in self.all() if not _is_same(each.name, but)]

    def save(self, source: OwnSource, former_name: str = "") -> None:
        """Keep a source, in place of the one that is called `former_name` or has the same name.

        Raises ValueError where something is wrong with it, above all a login in its address.
        """
        problem = source_problem(source)
        if problem or part_login(source.url).has_login:
            raise ValueError(problem or "a login in the address is not kept")
        before = self._key_of(former_name or source.name)
        OWN_SOURCES.write(before or uuid.uuid4().hex, json.dumps(_told(source), ensure_ascii=False))
        self.changed.emit()

    def remove(self, name: str) -> None:
        """Keep the source of that name no longer; its login stays in the store."""
        key = self._key_of(name)
        if key:
            OWN_SOURCES.forget(key)
            self.changed.emit()

    def users_of(self, authcfg: str) -> list[str]:
        """The names of the sources that have this login."""
        return [each.name for each in self.all() if authcfg and each.authcfg == authcfg]

    def matching(self, values: Mapping[str, object]) -> Optional[OwnSource]:
        """The kept source that a processing used, by what its `userDefined` says; None where there is none.

        A service tells an address without its login, and a key in it may be hidden or told: neither counts.
        """
        kind, url = kind_named(str(values.get("sourceType") or "")), str(values.get("url") or "")
        crs = str(values.get("crs") or WEB_MERCATOR).upper()
        if kind is None or not url:
            return None
        told = _comparable(kind, url)
        alike = [each for each in self.all() if each.kind is kind and _pattern_of(each).fullmatch(told)]
        return next((each for each in alike if not kind.is_tiled or each.crs == crs), None)

    def _key_of(self, name: str) -> str:
        return next((key for key, each in self._read().items() if _is_same(each.name, name)), "")

    def _read(self) -> dict[str, OwnSource]:
        texts = list(OWN_SOURCES.read_all().items())[:MOST]
        read = ((key, read_kept(text)) for key, text in texts)
        return {key: source for key, source in read if source is not None}


def read_kept(text: str) -> Optional[OwnSource]:
    """A source as it is kept; None for what cannot be read or used, as another version or a hand has written it."""
    try:
        data = Fields.of(json.loads(text), "source")
        kind = kind_named(data.text("kind"))
    except (ValueError, MalformedReply):
        return None
    if kind is None:
        return None
    source = OwnSource(
        name=data.text("name"),
        kind=kind,
        url=data.text("url"),
        zoom=data.zoom("zoom"),
        crs=data.text("crs") or WEB_MERCATOR,
        authcfg=data.text("authcfg"),
    )
    return None if source_problem(source) else source


def _told(source: OwnSource) -> dict[str, object]:
    return {
        "name": " ".join(source.name.split()),
        "kind": source.kind.value,
        "url": source.url.strip(),
        "zoom": source.zoom,
        "crs": source.crs.upper(),
        "authcfg": source.authcfg,
    }


def _pattern_of(source: OwnSource) -> re.Pattern[str]:
    """What the address of the source looks like with any key."""
    return re.compile(_ANY_KEY.join(map(re.escape, _comparable(source.kind, source.url).split(KEY_MARK))))


def _comparable(kind: SourceKind, url: str) -> str:
    return without_login(part_login(sent_address(kind, url)).url)


def _is_same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
