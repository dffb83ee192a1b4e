"""The values an algorithm was given, read as its parameters mean them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpressionContext,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingOutputLayerDefinition,
    QgsWkbTypes,
)

from ...text.server_text import bounded
from ...text.translation import translate

if TYPE_CHECKING:
    from qgis.core import QgsProcessingAlgorithm

    from ..versions import FieldType


class Values:
    """What the parameters of `algorithm` are in this run."""

    def __init__(
        self, algorithm: QgsProcessingAlgorithm, given: dict[str, Any], context: QgsProcessingContext
    ) -> None:
        self.given = given
        self.context = context
        self._algorithm = algorithm

    def text(self, name: str) -> str:
        """A text, without blanks around it; "" where none is given."""
        return str(self._algorithm.parameterAsString(self.given, name, self.context)).strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Texts that are given as a list, or with commas, semicolons or line ends between them; each once."""
        value = self.given.get(name)
        listed = [str(each) for each in value] if isinstance(value, (list, tuple)) else [self.text(name)]
        parts = (
            part.strip() for each in listed for part in each.replace(";", ",").replace("\n", ",").split(",")
        )
        return tuple(dict.fromkeys(part for part in parts if part))

    def flag(self, name: str) -> bool:
        """Whether it is set."""
        return bool(self._algorithm.parameterAsBool(self.given, name, self.context))

    def number(self, name: str) -> Optional[float]:
        """A number; None where none is given."""
        if self.given.get(name) in (None, ""):
            definition = self._algorithm.parameterDefinition(name)
            if definition is None or definition.defaultValue() is None:
                return None
        return float(self._algorithm.parameterAsDouble(self.given, name, self.context))

    def whole(self, name: str) -> Optional[int]:
        """A whole number; None where none is given."""
        value = self.number(name)
        return None if value is None else round(value)

    def moment(self, name: str) -> Optional[datetime]:
        """A day or a moment; None where none is given."""
        if self.given.get(name) in (None, ""):
            return None
        given = self._algorithm.parameterAsDateTime(self.given, name, self.context)
        if not given.isValid():
            sentence = translate("Work", "This is no date: {text}. It looks like 2026-05-31.")
            raise QgsProcessingException(sentence.format(text=bounded(str(self.given[name]), 40)))
        day = given.date()
        return datetime(day.year(), day.month(), day.day(), tzinfo=timezone.utc)

    def files(self, name: str) -> list[str]:
        """Paths of files."""
        paths = self._algorithm.parameterAsFileList(self.given, name, self.context)
        return [path for path in paths if path]  # where nothing is given, QGIS lists an empty one

    def layers(self, name: str) -> list[QgsMapLayer]:
        """Layers, which belong to the main thread."""
        return list(self._algorithm.parameterAsLayerList(self.given, name, self.context))

    def is_given(self, name: str) -> bool:
        """Whether the output is wanted. In a batch, one that is left empty is given as a place without a name."""
        value = self.given.get(name)
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            value = value.sink.staticValue() or value.sink.expressionString()
        return value not in (None, "")

    def source(self, name: str) -> QgsProcessingFeatureSource:
        """The features of an input layer."""
        source = self._algorithm.parameterAsSource(self.given, name, self.context)
        if source is None:
            raise QgsProcessingException(self._algorithm.invalidSourceError(self.given, name))
        return source

    def expression_context(self, source: QgsProcessingFeatureSource) -> QgsExpressionContext:
        """What an expression on the features of `source` may speak of."""
        return self._algorithm.createExpressionContext(self.given, self.context, source)

    def file(self, name: str) -> Path:
        """Where a file is to be written."""
        return Path(self._algorithm.parameterAsFileOutput(self.given, name, self.context))

    def layer_place(self, name: str) -> str:
        """Where a layer is to be written; QGIS opens it afterwards where the user wants it to."""
        return str(self._algorithm.parameterAsOutputLayer(self.given, name, self.context))

    def sink(
        self,
        name: str,
        fields: QgsFields,
        geometry: Any = QgsWkbTypes.Type.NoGeometry,
        crs: Optional[QgsCoordinateReferenceSystem] = None,
    ) -> tuple[QgsFeatureSink, str]:
        """Where features of an output go, and what names it afterwards."""
        system = QgsCoordinateReferenceSystem() if crs is None else crs
        sink, place = self._algorithm.parameterAsSink(
            self.given, name, self.context, fields, geometry, system
        )
        if sink is None:
            raise QgsProcessingException(self._algorithm.invalidSinkError(self.given, name))
        return sink, place

    def write_table(self, name: str, fields: QgsFields, rows: Iterable[Sequence[object]]) -> Optional[str]:
        """Write `rows` to the output `name`; return what names it, None where it is not wanted."""
        if not self.is_given(name):
            return None
        sink, place = self.sink(name, fields)
        for row in rows:
            feature = QgsFeature(fields)
            feature.setAttributes(list(row))
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
        return place


def fields_of(kinds: Mapping[str, FieldType]) -> QgsFields:
    """Fields of these names and types."""
    fields = QgsFields()
    for name, kind in kinds.items():
        fields.append(QgsField(name, kind.of_qt))
    return fields
