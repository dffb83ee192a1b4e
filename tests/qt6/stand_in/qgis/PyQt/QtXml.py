"""PyQt6.QtXml under the name the plugin imports."""

from PyQt6.QtXml import *  # noqa: F403
