"""PyQt6.QtNetwork under the name the plugin imports."""

from PyQt6.QtNetwork import *  # noqa: F403
