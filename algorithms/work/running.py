"""Runs a model: finds what did the same before, or starts it, and waits for the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from ...api.lost_answers.start import start
from ...text.server_text import bounded
from ...text.toolbox import COST, PROCESSING_ID, REUSE, WAIT, WAS_REUSED
from ...text.translation import translate
from .awaiting import await_end, check_result
from .earlier import find_earlier
from .order import Order, read_order
from .results import deliver
from .spending import check_spending

if TYPE_CHECKING:
    from ...api.processings import Processing
    from .errand import Errand
    from .values import Values

_LONGEST = 80


def run_model(errand: Errand, values: Values) -> dict[str, Any]:
    """Return the outputs: the id of the processing at least, and its result where that is waited for."""
    with errand.span(0, 5):
        order = read_order(errand, values)
        earlier = find_earlier(errand, order) if values.flag(REUSE) else None
        processing = earlier or _started(errand, values, order)
    outcome: dict[str, Any] = {PROCESSING_ID: processing.id, WAS_REUSED: earlier is not None}
    if values.flag(WAIT):
        with errand.span(5, 80):
            (processing,) = await_end(errand, [processing])
        check_result(processing)
        with errand.span(80, 100):
            outcome.update(deliver(errand, values, processing))
    spent: Optional[float] = 0.0 if earlier is not None else processing.cost
    return {**outcome, COST: spent}


def _started(errand: Errand, values: Values, order: Order) -> Processing:
    check_spending(errand, values, order)
    errand.stop_if_cancelled()
    errand.stage(translate("Work", "Starting the processing…"))
    processing: Processing = errand.ask(start(errand.client, order.request))
    told = translate("Work", "“{name}” is started; its id is {id}.")
    errand.say(told.format(name=bounded(order.request.name, _LONGEST), id=processing.id))
    return processing
