"""Brings a result to where the algorithm's user wants it: a file, layers on the map, one layer of features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingException,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QTemporaryDir

from ...jobs.results.download import ResultDownload
from ...jobs.results.export import ExportFormat
from ...jobs.results.making import Destination
from ...layers.areas.measure import wgs84
from ...layers.origin.metadata import RESULT_ROLE
from ...layers.results.files import safe_stem
from ...layers.results.layers import (
    describe_layer,
    layer_source,
    layer_title,
    open_result_layer,
    style_result_layer,
)
from ...layers.results.losses import told_afterwards
from ...layers.styles.kinds import kind_of
from ...text.toolbox import COUNT, LOAD, OUTPUT, PROCESSING, RESULT, RESULT_LAYERS
from ...text.translation import translate
from .after_loading import AfterLoading
from .awaiting import check_result, fetch_processing
from .choosing import listed

if TYPE_CHECKING:
    from ...api.processings import Processing
    from ...jobs.results.making import MadeFile
    from ...layers.results.conversion import Conversion
    from ...layers.tables import Table
    from .errand import Errand
    from .values import Values


def download_result(errand: Errand, values: Values) -> dict[str, Any]:
    """Bring the result of a processing that has ended."""
    processing = fetch_processing(errand, values.text(PROCESSING))
    if not processing.status.is_final:
        raise QgsProcessingException(
            translate("Work", "The processing is still running. Wait for processings waits for it.")
        )
    if not processing.may_have_result:
        check_result(processing)
    return deliver(errand, values, processing)


@dataclass(frozen=True)
class Delivery:
    """A result to be brought: what makes its file, and what its layers are named and styled by.

    `is_of_one`: it is the result of `processing` itself, and its layers lead back to that.
    """

    processing: Processing
    job: Callable[[Destination], MadeFile]
    is_of_one: bool = True


def deliver(errand: Errand, values: Values, processing: Processing) -> dict[str, Any]:
    """Download and convert the result of `processing` once; return the outputs that are wanted of it."""
    job = partial(ResultDownload, errand.client, processing)
    return carry_out_delivery(errand, values, Delivery(processing, job))


def carry_out_delivery(errand: Errand, values: Values, delivery: Delivery) -> dict[str, Any]:
    """Make the file once; return the outputs that are wanted of it."""
    is_file_wanted, is_sink_wanted = values.is_given(RESULT), values.is_given(OUTPUT)
    if not is_file_wanted and not is_sink_wanted:
        return {}
    errand.stage(translate("Work", "Downloading and converting the result…"))
    scratch = QTemporaryDir()  # removed with this object
    path = values.file(RESULT) if is_file_wanted else Path(scratch.path()) / "result.gpkg"
    conversion, output = _converted(errand, delivery, path)
    tables = [table for table in conversion.tables if table.count]
    told = translate("Work", "The result has %Ln objects.", "The result has 1 object.", conversion.count)
    errand.say(told)
    for sentence in told_afterwards(conversion, output.title):
        errand.warn(sentence)
    outcome: dict[str, Any] = {COUNT: conversion.count}
    if is_file_wanted:
        outcome[RESULT] = str(tables[0].path) if tables else str(path)
        outcome[RESULT_LAYERS] = [layer_source(table) for table in tables]
    if is_sink_wanted:
        outcome[OUTPUT] = _written(errand, values, tables)
    if is_file_wanted and values.flag(LOAD):
        _load(values.context, errand.client.server, delivery, tables)
    return outcome


def _converted(errand: Errand, delivery: Delivery, path: Path) -> tuple[Conversion, ExportFormat]:
    processing = delivery.processing
    formats = {each.suffix: each for each in ExportFormat}
    output = formats.get(path.suffix.lower())
    if output is None:
        sentence = translate("Work", "A result is saved as one of: {suffixes}. Give the file another ending.")
        raise QgsProcessingException(sentence.format(suffixes=listed(formats)))
    if path.with_name(path.name + "-wal").exists():
        sentence = translate(
            "Work", "“{file}” is open. Remove its layer from the project, or choose another file."
        )
        raise QgsProcessingException(sentence.format(file=path.name))
    stem = path.stem or safe_stem(processing.name, processing.id)
    table_name = kind_of(processing.model_name).value
    destination = Destination(path.parent, stem, table_name, output.value, overwrite=True)
    conversion: Conversion = errand.carry_out(delivery.job(destination))
    return conversion, output


def _load(context: QgsProcessingContext, server: str, delivery: Delivery, tables: Sequence[Table]) -> None:
    """Let QGIS add the layers to the map, in the main thread, when the algorithm has ended."""
    project = context.project()
    if project is None:
        return
    for table in tables:
        source = layer_source(table)
        title = layer_title(table, delivery.processing, tables)
        details = QgsProcessingContext.LayerDetails(title, project, RESULT_LAYERS)
        context.addLayerToLoadOnCompletion(source, details)
        finish = AfterLoading.of(partial(_finish, table, delivery, server, title))
        context.layerToLoadOnCompletionDetails(source).setPostProcessor(finish)


def _finish(table: Table, delivery: Delivery, server: str, title: str, layer: QgsVectorLayer) -> None:
    """Give a layer that QGIS has added its style and its description."""
    layer.setName(title)
    style_result_layer(layer, table, delivery.processing)
    if delivery.is_of_one:
        describe_layer(layer, delivery.processing, server, RESULT_ROLE)


def _written(errand: Errand, values: Values, tables: Sequence[Table]) -> str:
    """Write all objects of one sort of geometry to the sink; what is of another one is in the file alone."""
    layers = [open_result_layer(table, table.name, is_kept=False) for table in tables]
    kinds = [QgsWkbTypes.geometryType(layer.wkbType()) for layer in layers]
    kind = max(kinds, key=lambda each: sum(t.count for t, k in zip(tables, kinds) if k == each), default=None)
    taken = [layer for layer, each in zip(layers, kinds) if each == kind]
    others = sum(table.count for table, each in zip(tables, kinds) if each != kind)
    if others:
        errand.warn(
            translate(
                "Work",
                "%Ln objects have another type of geometry than the others, and are not in the layer of features. "
                "They are in the file.",
                "1 object has another type of geometry than the others, and is not in the layer of features. It is in "
                "the file.",
                others,
            )
        )
    fields = _all_fields(taken)
    sink, place = values.sink(OUTPUT, fields, _common_type(taken), wgs84())
    for layer in taken:
        _copy(errand, layer, fields, sink)
    return place


def _all_fields(layers: Sequence[QgsVectorLayer]) -> QgsFields:
    """The fields of all layers, each name once; the primary key of a GeoPackage is none of the result's."""
    fields = QgsFields()
    for layer in layers:
        keys = set(layer.primaryKeyAttributes())
        for index in range(layer.fields().count()):
            each = layer.fields().at(index)
            if index not in keys and fields.lookupField(each.name()) < 0:
                fields.append(each)
    return fields


def _common_type(layers: Sequence[QgsVectorLayer]) -> Any:
    types = {layer.wkbType() for layer in layers}
    if not types:
        return QgsWkbTypes.Type.MultiPolygon
    if len(types) == 1:
        return types.pop()
    return QgsWkbTypes.multiType(QgsWkbTypes.flatType(min(types)))


def _copy(errand: Errand, layer: QgsVectorLayer, fields: QgsFields, sink: QgsFeatureSink) -> None:
    own = layer.fields()
    places = [(fields.lookupField(own.at(index).name()), index) for index in range(own.count())]
    for number, row in enumerate(layer.getFeatures()):
        if number % 1_000 == 0:
            errand.stop_if_cancelled()
        values: list[Optional[object]] = [None] * len(fields)
        for target, index in places:
            if target >= 0:
                values[target] = row.attribute(index)
        feature = QgsFeature(fields)
        feature.setAttributes(values)
        feature.setGeometry(row.geometry())
        sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
