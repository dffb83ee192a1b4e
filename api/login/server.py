"""The server address among the settings: the one signed in to last, or chosen in the options for the next time."""

from __future__ import annotations

from qgis.core import QgsSettings

from .store import SETTINGS

DEFAULT_SERVER = "https://api.mapflow.ai/rest"
SERVER_KEY = SETTINGS + "server"


def stored_server() -> str:
    """The server to sign in to, unless another one is typed; while signed in, the client knows the one in use."""
    return str(QgsSettings().value(SERVER_KEY, "") or "").strip() or DEFAULT_SERVER
