"""What the options page stores, as the rest of the plugin reads it."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QStandardPaths, QUrl

from ...api.login.server import DEFAULT_SERVER
from ...text.translation import translate

FOLDER_KEY = "plugins/mapflow_dock/results_folder"
CONFIRM_KEY = "plugins/mapflow_dock/confirm_spending"


def default_results_folder() -> Path:
    """`Mapflow` among the user's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or str(Path.home())) / "Mapflow"


def results_folder() -> Path:
    """The folder downloaded results are kept in; it need not exist yet."""
    stored = str(QgsSettings().value(FOLDER_KEY, "") or "").strip()
    return Path(stored) if stored else default_results_folder()


def confirm_spending() -> bool:
    """Whether a start that spends credits is confirmed first."""
    return bool(QgsSettings().value(CONFIRM_KEY, True, type=bool))


def server_problem(address: str) -> str:
    """What is wrong with a server address, as a sentence; empty when nothing is."""
    url = QUrl(address.strip(), QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme() not in ("http", "https") or not url.host():
        return translate("Options", "The server address must look like {example}.").format(
            example=DEFAULT_SERVER
        )
    if url.userInfo():
        return translate(
            "Options", "The server address must not contain a login. Leave out everything before the @ sign."
        )
    if url.hasQuery() or url.hasFragment():
        return translate("Options", "The server address must end with its path, without ? or #.")
    return ""
