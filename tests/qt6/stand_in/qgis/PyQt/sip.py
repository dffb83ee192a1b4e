"""PyQt6.sip under the name the plugin imports."""

from PyQt6.sip import *  # noqa: F403
