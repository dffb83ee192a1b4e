"""PyQt6.QtSvg under the name the plugin imports."""

from PyQt6.QtSvg import *  # noqa: F403
