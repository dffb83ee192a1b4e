"""PyQt6.QtGui under the name the plugin imports."""

from PyQt6.QtGui import *  # noqa: F403
