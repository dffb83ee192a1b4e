"""A batch's parts: its areas cut as the limits ask for, written down once, and the same in every later run."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from qgis.core import QgsGeometry

from ...layers.areas.grid.cells import Cell, cells_of
from ...layers.areas.transform import UnplaceableError
from ...layers.batches.areas import BatchArea
from ...layers.batches.rows import PartRow, PartState
from ...layers.batches.table import create, plan_of
from ...layers.gdal_errors import ConversionCancelledError, ConversionError, Report
from ...text.quantities import number_text
from ...text.translation import translate
from .key import run_key
from .order import BatchOrder


def make_plan(order: BatchOrder, table: Path, report: Report) -> None:
    """Make the state table of `order`, unless it is there; the work of a task.

    What is there stays as it is: the cells of an earlier run are paid for, whatever the account's limits are now.
    Raises ConversionError, also where the file is the table of another batch, or ConversionCancelledError.
    """
    plan = order.plan()
    found = plan_of(table)
    if found is not None and found != plan:
        text = translate(
            "Batches",
            "{file} is the state table of another batch: its areas, model, imagery or options differ. Choose another "
            "file, or run the batch that it is of.",
        )
        raise ConversionError(text.format(file=table.name))
    if found is None:
        create(table, plan, list(_parts(order, report)))


def _parts(order: BatchOrder, report: Report) -> Iterator[PartRow]:
    number = 0
    for place, each in enumerate(order.areas):
        if not report(place / len(order.areas)):
            raise ConversionCancelledError
        cells, why = _cells(order, each, report)
        for index, cell in enumerate(cells, 1):
            number += 1
            yield PartRow(
                number=number,
                source_id=each.source_id,
                name=_name(each, index, len(cells)),
                key=run_key(cell.area.to_geojson(), order.model_id, order.source, order.blocks)
                if not why
                else "",
                client_id=str(uuid.uuid4()),
                geometry=cell.area.geometry,
                core=cell.core,
                area_m2=cell.area.area_m2,
                attributes=each.attributes,
                state=PartState.REFUSED if why else PartState.WAITING,
                message=why,
                planned=datetime.now(timezone.utc),
            )


def _cells(order: BatchOrder, area: BatchArea, report: Report) -> tuple[list[Cell], str]:
    """Return the cells of an area; where it cannot be processed, the area as it is and why."""
    whole = [Cell(area.area, QgsGeometry(area.area.geometry))]
    if not area.area.is_usable:
        return whole, area.area.problems[0].sentence if area.area.problems else ""
    try:
        return cells_of(area.area, order.limits, order.overlap_m, lambda _fraction: report(0.0)), ""
    except UnplaceableError as error:
        return whole, str(error)


def _name(area: BatchArea, index: int, count: int) -> str:
    if count == 1:
        return area.name
    text = translate("Batches", "{name}, part {part} of {count}")
    return text.format(name=area.name, part=number_text(index, 0), count=number_text(count, 0))
