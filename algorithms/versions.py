"""What later versions of QGIS, and Qt 6, call otherwise than the versions before."""

from __future__ import annotations

import enum
from typing import Any

from qgis.core import Qgis, QgsProcessing, QgsProcessingParameterDefinition
from qgis.PyQt.QtCore import QMetaType, QVariant


def source_type(name: str) -> Any:
    """What an input or output may hold: "Vector" (a table), "VectorPolygon", "VectorAnyGeometry", "Raster", "File"."""
    newer = getattr(Qgis, "ProcessingSourceType", None)
    return getattr(newer, name) if newer is not None else getattr(QgsProcessing.SourceType, f"Type{name}")


def advanced() -> Any:
    """The flag of parameters that are folded away."""
    newer = getattr(Qgis, "ProcessingParameterFlag", None)
    older = QgsProcessingParameterDefinition.Flag
    return newer.Advanced if newer is not None else getattr(older, "FlagAdvanced")  # noqa: B009 - not in the stubs


class FieldType(enum.Enum):
    """The types of attributes, by their names in QMetaType and in QVariant."""

    TEXT = ("QString", "String")
    WHOLE = ("Int", "Int")
    REAL = ("Double", "Double")
    FLAG = ("Bool", "Bool")
    MOMENT = ("QDateTime", "DateTime")

    @property
    def of_qt(self) -> Any:
        """What a QgsField takes: a type of QVariant with Qt 5, one of QMetaType with Qt 6."""
        newer, older = self.value
        return getattr(QVariant, older) if hasattr(QVariant, "Type") else getattr(QMetaType.Type, newer)
