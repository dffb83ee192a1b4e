"""PyQt6.QtWidgets under the name the plugin imports, with the classes QGIS keeps there on Qt 6."""

from PyQt6.QtGui import QAction, QActionGroup, QShortcut  # noqa: F401
from PyQt6.QtWidgets import *  # noqa: F403
