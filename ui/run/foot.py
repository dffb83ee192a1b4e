"""The foot of the Run page: what it costs, what there is to pay it with, why it cannot be started, and Start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QLabel, QProgressBar, QPushButton, QShortcut, QStyle, QToolButton, QWidget

from ...api.account import Account, Billing
from ...api.processings import ProcessingRequest
from ...jobs.cost import LEAST_BILLED_M2, Cost, CostEstimate, CostState
from ...jobs.zoom_saving import ZoomSaving
from ...text.quantities import area_text, credits_text
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.notice import from_error
from .order import Order
from .reasons import why_not_at, why_not_now
from .start import ProcessingStart

if TYPE_CHECKING:
    from ...api.session import Session

_FORM = str(Path(__file__).with_name("foot.ui"))


class RunFoot(QWidget):
    """Asks what the order costs, shows it beside the balance, and starts the order."""

    start_wanted = pyqtSignal()
    saving_changed = pyqtSignal(float)  # credits less, if the service chose the zoom
    started = pyqtSignal(object)  # Processing
    notice = pyqtSignal(object)  # Notice

    costLabel: QLabel
    costBalanceLabel: QLabel
    costProgress: QProgressBar
    retryCostButton: QToolButton
    reasonIcon: QLabel
    reasonLabel: QLabel
    startButton: QPushButton
    forEachButton: QPushButton

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self._order = Order()
        self._cost = CostEstimate(session, self)
        self._saving = ZoomSaving(session, self._cost, self)
        self._start = ProcessingStart(session, self)
        side = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self.reasonIcon.setPixmap(icon_named("mIconWarning.svg").pixmap(side, side))
        kept = self.costProgress.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the form must not jump each time the cost is asked
        self.costProgress.setSizePolicy(kept)
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether a start is being asked about or on its way."""
        return self._start.is_busy

    def show_order(self, order: Order) -> None:
        """Say of `order` what it costs, or why it cannot be started."""
        self._order = order
        account = self._session.account
        is_asked = account is not None and account.billing is Billing.CREDITS and self.isVisible()
        self._cost.ask(order.request if is_asked else None, order.estimate)
        self._show()

    def start(self, request: ProcessingRequest, remark: str = "") -> None:
        """Start `request`, asking first, with `remark`, where it spends credits.

        Nothing happens where Start is out of reach.
        """
        account = self._session.account
        if account is None or not self.startButton.isEnabled():
            return
        spends = account.billing is Billing.CREDITS
        note = _least_text() if self._is_below_least() else ""
        cost = self._cost.cost.credits if spends else None
        self._start.begin(request, cost, account.credits, note, remark)

    def end_work(self) -> None:
        """Wait for no answer any more, and take a question back."""
        self._start.close()
        self._cost.close()

    def _connect(self) -> None:
        self._session.reachable_changed.connect(self._show)
        self._cost.changed.connect(self._show)
        self._saving.changed.connect(lambda: self.saving_changed.emit(self._saving.credits))
        self.retryCostButton.clicked.connect(self._cost.ask_again)
        self._start.busy_changed.connect(self._show)
        self._start.started.connect(self.started)
        self._start.failed.connect(lambda error: self.notice.emit(from_error(error)))
        self.startButton.clicked.connect(self.start_wanted)
        for keys in ("Return", "Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.startButton)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.startButton.click)

    def _show(self, *_what_changed: object) -> None:
        account, cost = self._session.account, self._cost.cost
        is_priced = account is None or account.billing is Billing.CREDITS
        reason = self._order.reason or why_not_now(self._session)
        reason = reason or ("" if account is None else why_not_at(cost, account))
        self.costLabel.setText(self._cost_text(account))
        self.costBalanceLabel.setText(_balance_text(account))
        # The header shows the balance, too. Here it stands only beside something to hold against it, and in its line:
        # a second one would make the form of a small screen scroll.
        is_compared = not is_priced or cost.credits is not None or cost.estimate is not None
        self.costBalanceLabel.setVisible(is_compared and not self._is_below_least())
        # What is missing tells more than that the cost is not known, and height is scarce.
        is_unknown = is_priced and cost.state is CostState.NOTHING_ASKED and cost.estimate is None
        self.costLabel.setVisible(not (reason and is_unknown))
        self.reasonLabel.setText(reason)
        for widget in (self.reasonIcon, self.reasonLabel):
            widget.setVisible(bool(reason))
        self.retryCostButton.setVisible(cost.state is CostState.FAILED)
        self.costProgress.setVisible(cost.state is CostState.ASKING or self._start.is_sending)
        self.startButton.setAccessibleDescription(reason)
        self.startButton.setText(
            translate("Run", "Starting…") if self._start.is_sending else translate("Run", "St&art")
        )
        is_settled = not is_priced or cost.state is CostState.KNOWN
        self.startButton.setEnabled(not reason and is_settled and not self._start.is_busy)

    def _cost_text(self, account: Optional[Account]) -> str:
        if account is not None and account.billing is Billing.AREA:
            size = area_text(self._order.area_m2) if self._order.area_m2 is not None else ""
            return translate("Run", "Uses {area}").format(area=size) if size else ""
        if account is not None and account.billing is Billing.NONE:
            return translate("Run", "Free of charge")
        return _credits_line(self._cost.cost, self._is_below_least())

    def _is_below_least(self) -> bool:
        area_m2 = self._order.area_m2
        return area_m2 is not None and area_m2 < LEAST_BILLED_M2 and bool(self._cost.cost.credits)


def _credits_line(cost: Cost, is_below_least: bool) -> str:
    if cost.state is CostState.KNOWN:
        text = (
            translate("Run", "Cost: {cost} (minimum charge: {least})")
            if is_below_least
            else translate("Run", "Cost: {cost}")
        )
        return text.format(cost=credits_text(cost.credits), least=area_text(LEAST_BILLED_M2))
    if cost.state is CostState.ASKING:
        return translate("Run", "Asking the cost…")
    if cost.estimate is not None:
        text = (
            translate("Run", "At least {cost} (estimate)")
            if cost.estimate.is_least
            else translate("Run", "About {cost} (estimate)")
        )
        return text.format(cost=credits_text(cost.estimate.credits))
    return (
        translate("Run", "Cost: unknown")
        if cost.state is CostState.FAILED
        else translate("Run", "Cost: not known yet")
    )


def _least_text() -> str:
    least = area_text(LEAST_BILLED_M2)
    return translate("Run", "The service charges for at least {least}.").format(least=least)


def _balance_text(account: Optional[Account]) -> str:
    if account is None:
        return ""
    if account.billing is Billing.AREA:
        return translate("Run", "{area} left").format(area=area_text(account.remaining_area_m2))
    if account.billing is Billing.CREDITS and account.credits is not None:
        return translate("Run", "{balance} left").format(balance=credits_text(account.credits))
    return ""
