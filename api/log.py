"""The plugin's tab in QGIS's log messages panel."""

from __future__ import annotations

import logging

from qgis.core import Qgis, QgsMessageLog

from ..text.server_text import bounded

TAB = "Mapflow Dock"
LOGGER = logging.getLogger("mapflow_dock")
_MAX_LINE = 1_000


class MessageLogHandler(logging.Handler):
    """Shows the log records of the plugin in QGIS. The code that adds it must remove it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record; warnings and worse do not open the panel by themselves."""
        level = Qgis.MessageLevel.Warning if record.levelno >= logging.WARNING else Qgis.MessageLevel.Info
        QgsMessageLog.logMessage(bounded(record.getMessage(), _MAX_LINE), TAB, level, False)


def attach() -> MessageLogHandler:
    """Begin to log; hand the result to `detach`."""
    handler = MessageLogHandler()
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    return handler


def detach(handler: MessageLogHandler) -> None:
    """End what `attach` began."""
    LOGGER.removeHandler(handler)
