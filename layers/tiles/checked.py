"""Which tile layers were looked at in this QGIS before they were given the login, and which wait for it."""

from __future__ import annotations

from qgis.core import QgsMapLayer

HELD = "mapflow_dock/held_login"  # on a layer: the login it has once it is known where its tiles come from
_CHECKED = "mapflow_dock_checked"  # a property of the object: it is not saved, and a copy does not have it


def mark_checked(layer: QgsMapLayer) -> None:
    """Note that `layer` was looked at."""
    layer.setProperty(_CHECKED, True)


def is_checked(layer: QgsMapLayer) -> bool:
    """Whether `layer` was looked at."""
    return bool(layer.property(_CHECKED))
