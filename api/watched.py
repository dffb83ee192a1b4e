"""The processings known to be running, as they are stored for each account until the next start of QGIS."""

from __future__ import annotations

import json
from collections.abc import Mapping

from qgis.core import QgsSettings

from .login.store import SETTINGS

MAX_WATCHED = 500
_WATCHED = SETTINGS + "watched/"


def stored_watched(account_key: str) -> dict[str, str]:
    """The ids of the processings of that account that were running, each with its project's id."""
    text = str(QgsSettings().value(_WATCHED + account_key, "") or "")
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {str(key): str(project) for key, project in list(value.items())[:MAX_WATCHED] if key}


def store_watched(account_key: str, watched: Mapping[str, str]) -> None:
    """Keep what `stored_watched` returns at the next start."""
    QgsSettings().setValue(_WATCHED + account_key, json.dumps(dict(watched)))


def is_any_watched() -> bool:
    """Whether anything was running when QGIS was closed, whichever account it is of."""
    settings = QgsSettings()
    settings.beginGroup(_WATCHED.rstrip("/"))
    keys = settings.childKeys()
    settings.endGroup()
    return any(stored_watched(key) for key in keys)
