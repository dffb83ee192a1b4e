"""Icons by their file's name: the plugin's own, or else those of the QGIS theme."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon

OWN_ICONS = Path(__file__).parents[2] / "icons"  # where the theme has none, or one that is black on dark


def icon_named(name: str) -> QIcon:
    """The icon in the file `name`, such as "polygon.svg" or "mActionRefresh.svg"."""
    own = OWN_ICONS / name
    return QIcon(str(own)) if own.is_file() else QgsApplication.getThemeIcon("/" + name)
