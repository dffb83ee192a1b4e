"""What the map shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
    QgsRectangle,
)

from ...layers.areas.systems import leads_nowhere

if TYPE_CHECKING:
    from qgis.core import QgsPointXY, QgsReferencedRectangle
    from qgis.gui import QgsMapCanvas

_MARGIN = 1.08  # of the result's extent: its outermost objects stay clear of the canvas's edge
_LEAST_SPAN = 0.001  # degrees: a result of one object is shown with something around it
_WHOLE_WORLD = 300.0  # degrees: what is wider says nothing about where the result is


def zoom_to(canvas: QgsMapCanvas, rectangle: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> bool:
    """Show `rectangle`, given in `crs`, on `canvas`; nothing happens for an empty, endless or worldwide one."""
    context = QgsProject.instance().transformContext()
    geographic = QgsCoordinateReferenceSystem("EPSG:4326")
    target = canvas.mapSettings().destinationCrs()
    if rectangle.isNull() or not rectangle.isFinite():
        return False
    to_degrees = QgsCoordinateTransform(crs, geographic, context)
    if leads_nowhere(to_degrees) or leads_nowhere(QgsCoordinateTransform(crs, target, context)):
        return False
    try:
        degrees = to_degrees.transformBoundingBox(rectangle)
        if not degrees.isFinite() or degrees.width() > _WHOLE_WORLD:
            return False
        if max(degrees.width(), degrees.height()) < _LEAST_SPAN:
            rectangle = degrees.buffered(_LEAST_SPAN / 2)
            crs = geographic
        shown = QgsCoordinateTransform(crs, target, context).transformBoundingBox(rectangle)
    except QgsCsException:
        return False
    if not shown.isFinite():
        return False
    shown.scale(_MARGIN)
    canvas.setExtent(shown)
    canvas.refresh()
    return True


def pan_to(canvas: QgsMapCanvas, point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> bool:
    """Show what is around `point`, given in `crs`, at the scale there is; nothing happens where it cannot be shown."""
    target = canvas.mapSettings().destinationCrs()
    try:
        shown = QgsCoordinateTransform(crs, target, QgsProject.instance().transformContext()).transform(point)
    except QgsCsException:
        return False
    canvas.setCenter(shown)
    canvas.refresh()
    return True


def show_extent(canvas: QgsMapCanvas, extent: QgsReferencedRectangle) -> bool:
    """Show a referenced rectangle on `canvas`; False where it cannot be shown."""
    return zoom_to(canvas, extent, extent.crs())
