"""What QGIS 3.36 and later call otherwise than the versions before."""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis, QgsProcessing, QgsProcessingParameterDefinition


def source_type(name: str) -> Any:
    """What an input or output may hold: "Vector" (a table), "VectorPolygon", "VectorAnyGeometry", "Raster", "File"."""
    newer = getattr(Qgis, "ProcessingSourceType", None)
    return getattr(newer, name) if newer is not None else getattr(QgsProcessing.SourceType, f"Type{name}")


def advanced() -> Any:
    """The flag of parameters that are folded away."""
    newer = getattr(Qgis, "ProcessingParameterFlag", None)
    older = QgsProcessingParameterDefinition.Flag
    return newer.Advanced if newer is not None else getattr(older, "FlagAdvanced")  # noqa: B009 - not in the stubs
