"""What a processing would cost: asked of the service as the form changes, or estimated while it does not answer."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..api.http.errors import PASSING, ApiError
from ..api.http.replies import LatestReply
from ..api.processings import ProcessingRequest, cost

if TYPE_CHECKING:
    from ..api.session import Session

DELAY_MS = 400  # after the last change, so that dragging through a list asks once
_M2_PER_KM2 = 1_000_000.0
LEAST_BILLED_M2 = _M2_PER_KM2  # the service bills from 1 km² up


class CostState(enum.Enum):
    """How far the answer is."""

    NOTHING_ASKED = 0
    ASKING = 1
    KNOWN = 2
    FAILED = 3


@dataclass(frozen=True)
class ImageryPrice:
    """Credits per km² of imagery. `is_least`: the service chooses the zoom, and its price may be higher."""

    per_km2: float
    is_least: bool = False


@dataclass(frozen=True)
class Estimate:
    """Credits by our own reckoning. `is_least`: the service may charge more, but not less."""

    credits: float
    is_least: bool = False


@dataclass(frozen=True)
class Cost:
    """The answer as it stands, in credits; `estimate` is our own, for when the service does not answer."""

    state: CostState = CostState.NOTHING_ASKED
    credits: Optional[float] = None
    estimate: Optional[Estimate] = None
    error: Optional[ApiError] = None


def offline_estimate(
    area_m2: float, model_price: Optional[float], imagery: Optional[ImageryPrice]
) -> Optional[Estimate]:
    """Estimate the cost of `area_m2`, rounded up as the service does; None where a price is not known."""
    if model_price is None or imagery is None or not math.isfinite(area_m2):
        return None
    billed_km2 = max(area_m2, LEAST_BILLED_M2) / _M2_PER_KM2
    parts = (billed_km2 * model_price, billed_km2 * imagery.per_km2)
    # what binary fractions add to a whole number is no further credit
    return Estimate(float(sum(math.ceil(round(part, 6)) for part in parts)), imagery.is_least)


class CostEstimate(QObject):
    """Asks a moment after the last change; the answer to an earlier question never shows."""

    changed = pyqtSignal()

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._request: Optional[ProcessingRequest] = None
        self._fallback: Optional[Estimate] = None
        self._answer = LatestReply()
        self._cost = Cost()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self._send)
        session.reachable_changed.connect(self._on_reachable)

    @property
    def cost(self) -> Cost:
        """The answer as it stands."""
        return self._cost

    @property
    def request(self) -> Optional[ProcessingRequest]:
        """What the answer is about; None while nothing is asked."""
        return self._request

    def ask(self, request: Optional[ProcessingRequest], fallback: Optional[Estimate] = None) -> None:
        """Ask for `request` unless that is what was asked already; None: there is nothing to ask.

        `fallback` is the estimate to show if no answer comes.
        """
        if _question(request) == _question(self._request) and self._cost.state is not CostState.NOTHING_ASKED:
            return
        self._drop()
        self._request, self._fallback = request, fallback
        if request is None:
            self._set(Cost())
        else:
            self._set(Cost(CostState.ASKING))
            self._delay.start()

    def ask_again(self) -> None:
        """Repeat the question at once."""
        if self._request is not None:
            self._drop()
            self._set(Cost(CostState.ASKING))
            self._send()

    def close(self) -> None:
        """Ask nothing any more, until asked anew."""
        self._drop()
        self._request = None
        self._set(Cost())

    def _send(self) -> None:
        if self._request is None or not self._session.is_signed_in:
            return
        reply = cost(self._session.client, self._request)
        self._answer.follow(reply, self._on_answer, self._on_failure)

    def _on_answer(self, amount: float) -> None:
        self._set(Cost(CostState.KNOWN, credits=amount))

    def _on_failure(self, error: ApiError) -> None:
        estimate = self._fallback if error.fault in PASSING else None
        self._set(Cost(CostState.FAILED, estimate=estimate, error=error))

    def _on_reachable(self, is_reachable: bool) -> None:
        if is_reachable and self._cost.state is CostState.FAILED:
            self.ask_again()

    def _drop(self) -> None:
        self._delay.stop()
        self._answer.abort()

    def _set(self, cost_now: Cost) -> None:
        if cost_now != self._cost:
            self._cost = cost_now
            self.changed.emit()


def _question(request: Optional[ProcessingRequest]) -> object:
    """What of a request decides its cost."""
    if request is None:
        return None
    return (request.project_id, request.model_id, request.source, request.blocks, request.geometry)
