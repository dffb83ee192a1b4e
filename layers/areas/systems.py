"""Which coordinate reference systems have a place on the Earth; the numbers of others must not be taken for degrees."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
)

from ...text.translation import translate
from .measure import wgs84

_EARTH = "Earth"
_GEOCENTRIC = "GEOCCS"  # as its WKT begins


def to_degrees(
    crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext
) -> QgsCoordinateTransform:
    """Return the transformation to longitude and latitude. It lets numbers through unchanged where it is not valid."""
    return QgsCoordinateTransform(crs, wgs84(), context)


def why_not_on_earth(crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext) -> str:
    """Return why the coordinates of a valid system lie nowhere on the Earth, as a sentence; "" where they do."""
    name = system_title(crs)
    if crs.celestialBodyName() not in {_EARTH, ""}:
        text = translate(
            "Areas",
            "The coordinate system of the area ({crs}) is of another celestial body ({body}), and only the Earth can "
            "be processed. Choose an area on the Earth, or set the right system.",
        )
        return text.format(crs=name, body=crs.celestialBodyName())
    if crs.toWkt().startswith(_GEOCENTRIC):
        text = translate(
            "Areas",
            "The coordinate system of the area ({crs}) counts from the centre of the Earth, and an area needs one of "
            "maps. Reproject the layer, or set the right system.",
        )
        return text.format(crs=name)
    if not to_degrees(crs, context).isValid():
        text = translate(
            "Areas",
            "The coordinate system of the area ({crs}) does not say where on the Earth it lies, as that of a building "
            "site. Georeference the layer, or set the right system.",
        )
        return text.format(crs=name)
    return ""


def leads_nowhere(transform: QgsCoordinateTransform) -> bool:
    """Whether no way between two systems is known: it would let numbers of the one through as those of the other."""
    is_known = transform.sourceCrs().isValid() and transform.destinationCrs().isValid()
    return bool(is_known and not transform.isValid())


def system_title(crs: QgsCoordinateReferenceSystem) -> str:
    """Return what to call a system: its code, or else its name."""
    return str(crs.authid() or crs.description() or crs.userFriendlyIdentifier())
