"""The one context all user-visible strings are translated in."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

CONTEXT = "MapflowDock"


def tr(text: str) -> str:
    """Return `text` in the user's language, or as it is where no translation is loaded."""
    return str(QCoreApplication.translate(CONTEXT, text))
