"""Puts the provider into QGIS's registry, and takes it out again."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsApplication

from .provider import MapflowProvider


class Algorithms:
    """The provider while it is registered. Where QGIS has no window, it is all there is of the plugin."""

    def __init__(self) -> None:
        self._provider: Optional[MapflowProvider] = None

    def initProcessing(self) -> None:  # noqa: N802 - the name QGIS calls
        """Register it, once; QGIS calls this where it has no window."""
        if self._provider is None:
            self._provider = MapflowProvider()
            QgsApplication.processingRegistry().addProvider(self._provider)

    def unload(self) -> None:
        """Take it back; QGIS deletes the provider then."""
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
