"""PyQt6.QtCore under the name the plugin imports."""

from PyQt6.QtCore import *  # noqa: F403
