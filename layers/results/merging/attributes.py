"""The attributes of the feature an object lies in, beside the object's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PREFIX = "source_"  # before the name of an attribute that objects have, too


class Attributes:
    """Puts attributes of sources beside those of objects, which have `names`; each keeps one name throughout."""

    def __init__(self, names: Iterable[str]) -> None:
        self._taken = {name.lower() for name in names}
        self._names: dict[str, str] = {}

    def beside(self, own: Mapping[str, Any], of_source: Mapping[str, object]) -> dict[str, Any]:
        """Return the attributes of an object with those of its source; none takes the place of another."""
        return {**own, **{self._name(name): value for name, value in of_source.items()}}

    def _name(self, name: str) -> str:
        if name not in self._names:
            free = name
            while free.lower() in self._taken:
                free = f"{PREFIX}{free}"
            self._names[name] = free
            self._taken.add(free.lower())
        return self._names[name]
