"""Waits until processings have ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProcessingException

from ...api.http.errors import PASSING, Fault
from ...api.processings import Status, fetch
from ...text.quantities import percent_text
from ...text.server_text import bounded
from ...text.translation import translate
from .errand import RefusedError

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.processings import Processing
    from .errand import Errand

# the service wants no more than two questions a minute for long
_FIRST_MS, _LONGEST_MS, _GROWTH = 1_000, 30_000, 1.5
_MOST_FAILURES = 20  # in a row: with the longest pauses that is ten minutes
_LONGEST = 80
_NO_IDS = frozenset({"", ".", ".."})  # steps of a path


def await_end(errand: Errand, started: Sequence[Processing]) -> list[Processing]:
    """Return the processings as they are when none of them runs any more.

    The network may be gone for some minutes. Raises QgsProcessingException when it stays away, or one was deleted.
    """
    known = {processing.id: processing for processing in started}
    pause, failures = float(_FIRST_MS), 0
    while True:
        running = [processing for processing in known.values() if not processing.status.is_final]
        _tell(errand, list(known.values()), running)
        if not running:
            return list(known.values())
        errand.pause(round(pause))
        pause = min(_LONGEST_MS, pause * _GROWTH)
        try:
            for processing in running:
                known[processing.id] = errand.try_to_ask(fetch(errand.client, processing.id))
            failures = 0
        except RefusedError as refusal:
            failures += 1
            _bear(errand, refusal.error, failures)
            pause = _LONGEST_MS


def fetch_processing(errand: Errand, processing_id: str) -> Processing:
    """Return the processing; raises QgsProcessingException where there is none of that id."""
    found = look_up(errand, processing_id)
    if found is None:
        sentence = translate("Work", "There is no processing “{id}”; it may have been deleted.")
        raise QgsProcessingException(sentence.format(id=bounded(processing_id, _LONGEST)))
    return found


def look_up(errand: Errand, processing_id: str) -> Optional[Processing]:
    """Return the processing, or None where there is none of that id; raises QgsProcessingException."""
    if processing_id in _NO_IDS:
        return None
    try:
        found: Processing = errand.try_to_ask(fetch(errand.client, processing_id))
    except RefusedError as refusal:
        if refusal.error.fault is Fault.NOT_FOUND:
            return None
        raise QgsProcessingException(refusal.error.sentence) from None
    return found


def check_result(processing: Processing) -> None:
    """Raise QgsProcessingException with the service's reasons where a processing that has ended has no result."""
    if processing.status is Status.OK:
        return
    reasons = " ".join(message.sentence for message in processing.messages)
    sentence = translate("Work", "“{name}” did not succeed. {reasons}")
    name = bounded(processing.name, _LONGEST)
    raise QgsProcessingException(sentence.format(name=name, reasons=reasons).strip())


def _bear(errand: Errand, error: ApiError, failures: int) -> None:
    if error.fault not in PASSING or failures > _MOST_FAILURES:
        raise QgsProcessingException(error.sentence)
    if failures == 1:
        errand.warn(translate("Work", "{reason} It is asked again.").format(reason=error.sentence))


def _tell(errand: Errand, known: list[Processing], running: list[Processing]) -> None:
    done = [100 if processing.status.is_final else processing.percent or 0 for processing in known]
    share = sum(done) / (100 * len(done)) if done else 1.0
    errand.progress(share)
    if not running:
        return
    if len(known) == 1:
        told = translate("Work", "“{name}” runs: {percent}.")
        name = bounded(running[0].name, _LONGEST)
        errand.stage(told.format(name=name, percent=percent_text(running[0].percent or 0)))
    else:
        errand.stage(
            translate("Work", "%Ln processings are running…", "1 processing is running…", len(running))
        )
