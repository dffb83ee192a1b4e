"""What the options page stores, as the rest of the plugin reads it."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QStandardPaths, QUrl

from ...api.settings import DEFAULT_SERVER, RESULTS_FOLDER
from ...text.translation import translate

PAGE_NAME = "MapflowDockOptions"


def default_results_folder() -> Path:
    """`Mapflow` among the user's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or str(Path.home())) / "Mapflow"


def results_folder() -> Path:
    """The folder downloaded results are kept in; it need not exist yet."""
    stored = RESULTS_FOLDER.read()
    return Path(stored) if stored else default_results_folder()


def server_problem(address: str) -> str:
    """What is wrong with a server address, as a sentence; empty when nothing is."""
    url = QUrl(address.strip(), QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme() not in ("http", "https") or not url.host():
        return translate("Options", "Write the whole server address, as in {example}.").format(
            example=DEFAULT_SERVER
        )
    if url.userInfo():
        return translate(
            "Options", "The server address must not contain a login. Leave out everything before the @ sign."
        )
    if url.hasQuery() or url.hasFragment():
        return translate("Options", "The server address must end with its path, without ? or #.")
    return ""
