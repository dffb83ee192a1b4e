"""PyQt6.uic under the name the plugin imports."""

from PyQt6.uic import *  # noqa: F403
from PyQt6.uic import loadUi, loadUiType  # noqa: F401
