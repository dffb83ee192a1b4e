"""Processings as rows of a table: listed, waited for, deleted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingException
from qgis.PyQt.QtCore import QDateTime, Qt

from ...api import account as accounts
from ...api.http.errors import Fault
from ...api.processings import Status, delete, list_by_project
from ...jobs.batches.key import run_key_of
from ...text.toolbox import ALLOW_DELETING, COUNT, FAILED, OUTPUT, PROCESSINGS, PROJECT, STATUS
from ...text.translation import translate
from ..versions import FieldType
from .awaiting import await_end, fetch_processing, look_up
from .choosing import listed
from .errand import RefusedError
from .project import find_project
from .values import fields_of

if TYPE_CHECKING:
    from ...api.processings import Processing, ProcessingListing
    from .errand import Errand
    from .values import Values

_FIELDS = {
    "id": FieldType.TEXT,
    "name": FieldType.TEXT,
    "status": FieldType.TEXT,
    "percent": FieldType.WHOLE,
    "model": FieldType.TEXT,
    "area_km2": FieldType.REAL,
    "cost": FieldType.REAL,
    "created": FieldType.MOMENT,
    "updated": FieldType.MOMENT,
    "messages": FieldType.TEXT,
    "description": FieldType.TEXT,
    "project_id": FieldType.TEXT,
    "run_key": FieldType.TEXT,
}


def list_processings(errand: Errand, values: Values) -> dict[str, Any]:
    """Write the project's processings, newest first, to the table."""
    listing = _listing(errand, values)
    wanted = values.texts(STATUS)
    known = {status.value: status for status in Status}
    unknown = [each for each in wanted if each.upper() not in known]
    if unknown:
        sentence = translate("Work", "There is no status “{name}”. Choose among: {names}.")
        raise QgsProcessingException(sentence.format(name=unknown[0], names=listed(known)))
    statuses = {known[each.upper()] for each in wanted}
    chosen = [each for each in listing.processings if not statuses or each.status in statuses]
    if listing.skipped or listing.beyond:
        errand.warn(
            translate(
                "Work",
                "%Ln processings are not listed: they are too many, or cannot be read.",
                "1 processing is not listed: it is too old, or cannot be read.",
                listing.skipped + listing.beyond,
            )
        )
    return _written(values, chosen)


def wait_for_processings(errand: Errand, values: Values) -> dict[str, Any]:
    """Wait until the processings named, or all that run in the project, have ended; write how they ended."""
    ids = values.texts(PROCESSINGS)
    if ids:
        with errand.span(0, 5):
            started = [fetch_processing(errand, each) for each in ids]
    else:
        started = [each for each in _listing(errand, values).processings if not each.status.is_final]
    with errand.span(5, 100):
        ended = await_end(errand, started)
    failed = [each for each in ended if each.status is not Status.OK]
    for each in failed:
        reasons = " ".join(message.sentence for message in each.messages)
        told = translate("Work", "“{name}” did not succeed. {reasons}")
        errand.warn(told.format(name=listed([each.name]), reasons=reasons).strip())
    return {**_written(values, ended), FAILED: len(failed)}


def delete_processings(errand: Errand, values: Values) -> dict[str, Any]:
    """Delete the processings named with their results, each once; raise where one could not be deleted."""
    ids = values.texts(PROCESSINGS)
    if not ids:
        raise QgsProcessingException(translate("Work", "Name the processings to delete, by their ids."))
    things = [each for each in (_known(errand, each) for each in ids) if each is not None]
    if things and not values.flag(ALLOW_DELETING):
        sentence = translate(
            "Work", "This would delete {names} with their results, for good. Set Allow deleting to do it."
        )
        raise QgsProcessingException(sentence.format(names=listed(each.name for each in things)))
    problems = []
    for number, each in enumerate(things):
        errand.progress(number / len(things))
        problem = _deleted(errand, each)
        if problem:
            problems.append(problem)
    if problems:
        raise QgsProcessingException(" ".join(problems))
    return {COUNT: len(things)}


def _known(errand: Errand, processing_id: str) -> Optional[Processing]:
    found = look_up(errand, processing_id)
    if found is None:
        errand.say(translate("Work", "{id} is not there any more.").format(id=processing_id))
    return found


def _deleted(errand: Errand, processing: Processing) -> str:
    """Delete it; return why that failed, or ""."""
    try:
        errand.try_to_ask(delete(errand.client, processing.id))
    except RefusedError as refusal:
        if refusal.error.fault is not Fault.NOT_FOUND:
            told = translate("Work", "“{name}” ({id}) was not deleted: {reason}")
            return told.format(
                name=listed([processing.name]), id=processing.id, reason=refusal.error.sentence
            )
    errand.say(translate("Work", "“{name}” is deleted.").format(name=listed([processing.name])))
    return ""


def _listing(errand: Errand, values: Values) -> ProcessingListing:
    account = errand.ask(accounts.status(errand.client))
    errand.client.account_email = account.email
    project = find_project(errand, account, values.text(PROJECT))
    listing: ProcessingListing = errand.ask(list_by_project(errand.client, project.id))
    return listing


def _written(values: Values, processings: list[Processing]) -> dict[str, Any]:
    place = values.write_table(OUTPUT, fields_of(_FIELDS), map(_row, processings))
    return {COUNT: len(processings), **({} if place is None else {OUTPUT: place})}


def _row(processing: Processing) -> list[object]:
    return [
        processing.id,
        processing.name,
        processing.status.value,
        100 if processing.status is Status.OK else processing.percent,
        processing.model_title,
        None if processing.area_m2 is None else processing.area_m2 / accounts.M2_PER_KM2,
        processing.cost,
        _moment(processing.created),
        _moment(processing.updated),
        " ".join(message.sentence for message in processing.messages),
        processing.description,
        processing.project_id,
        run_key_of(processing),
    ]


def _moment(moment: Optional[datetime]) -> Optional[QDateTime]:
    """A moment in UTC as QGIS's tables have it."""
    if moment is None:
        return None
    return QDateTime.fromSecsSinceEpoch(int(moment.timestamp()), Qt.TimeSpec.UTC)
