"""The processings known to be running, as they are stored for each account until the next start of QGIS."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .settings import WATCHED

MAX_WATCHED = 500


def stored_watched(account_key: str) -> dict[str, str]:
    """The ids of the processings of that account that were running, each with its project's id."""
    text = WATCHED.of(account_key).read()
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {str(key): str(project) for key, project in list(value.items())[:MAX_WATCHED] if key}


def store_watched(account_key: str, watched: Mapping[str, str]) -> None:
    """Keep what `stored_watched` returns at the next start."""
    WATCHED.of(account_key).write(json.dumps(dict(watched)))


def is_any_watched() -> bool:
    """Whether anything was running when QGIS was closed, whichever account it is of."""
    return any(stored_watched(account_key) for account_key in WATCHED.accounts())
