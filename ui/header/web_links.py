"""Pages of the service in the browser: they belong to Mapflow's own server, not to a sandbox or another one."""

from __future__ import annotations

import enum

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices


class WebPage(enum.Enum):
    """A page, by its address."""

    APPLICATION = "https://app.mapflow.ai"
    TOP_UP = "https://app.mapflow.ai/account/balance"
    MODELS = "https://docs.mapflow.ai/userguides/pipelines.html"

    def open(self) -> None:
        """Open it in the browser."""
        QDesktopServices.openUrl(QUrl(self.value))


def has_web_pages(server: str) -> bool:
    """Whether the pages are about what `server` has."""
    host = QUrl(server).host().lower()
    return host == "mapflow.ai" or host.endswith(".mapflow.ai")
