"""The Run tab: area, model, imagery and name from top to bottom, the cost and Start below them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.gui import QgisInterface, QgsCollapsibleGroupBox, QgsMapCanvas
from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QKeySequence, QShowEvent
from qgis.PyQt.QtWidgets import (
    QDockWidget,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QShortcut,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...api.account import Account, Billing
from ...api.processings import Processing, ProcessingRequest
from ...jobs.cost import LEAST_BILLED_M2, CostEstimate, CostState, offline_estimate
from ...layers.areas.area import Area
from ...text.quantities import area_text, credits_text
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.notice import from_error
from .area_section import AreaSection
from .imagery_section import ImagerySection
from .model_section import ModelSection
from .name_section import NameSection
from .own_imagery import RunOwnImagery
from .provider_preview import ProviderPreviews
from .reasons import Situation, area_limit, why_not, why_not_at
from .start import ProcessingStart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsGeometry

    from ...api.imagery_records import Image, Mosaic
    from ...api.session import Session
    from ..my_imagery.loading import ImageryLoading

_FORM = str(Path(__file__).with_name("page.ui"))


class RunPage(QWidget):
    """The form that starts a processing. What was typed stays when anything fails."""

    started = pyqtSignal(object)  # Processing
    notice = pyqtSignal(object)  # Notice

    runScroll: QScrollArea
    runForm: QWidget
    sectionsLayout: QVBoxLayout
    costLabel: QLabel
    costBalanceLabel: QLabel
    costProgress: QProgressBar
    retryCostButton: QToolButton
    reasonIcon: QLabel
    reasonLabel: QLabel
    startButton: QPushButton

    def __init__(
        self,
        session: Session,
        canvas: QgsMapCanvas,
        iface: QgisInterface,
        loading: ImageryLoading,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self.area = AreaSection(canvas, iface, self.runForm)
        self.model = ModelSection(self.runForm)
        self.own = RunOwnImagery(session, loading, canvas, self.area, self.runForm)
        self.imagery = ImagerySection(self.runForm, self.own.chooser)
        self.naming = NameSection(self.runForm)
        self._previews = ProviderPreviews(session, canvas, self)
        self._cost = CostEstimate(session, self)
        self._start = ProcessingStart(session, self)
        self._geojson: tuple[Optional[Area], dict[str, object]] = (None, {})
        self._reason = ""
        self._dock: Optional[QDockWidget] = None
        self._arrange()
        self._connect()
        self._follow_session()

    def use_imagery(self, mosaic: Mosaic, images: Sequence[Image]) -> None:
        """Choose one's own imagery: a mosaic, or these images of it."""
        self.imagery.use_own()
        self.own.use(mosaic, images)

    def use_ground(self, ground: QgsGeometry, mosaic: Mosaic, images: Sequence[Image]) -> None:
        """Choose one's own imagery, and the ground it covers (EPSG:4326) as the area."""
        self.imagery.use_own()
        self.own.use_ground(ground, mosaic, images)

    def close(self) -> bool:
        """Give the map tool back, take the area off the map, ask nothing any more."""
        self._end_work()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - the name Qt calls
        """The area is on the map while the dock is in sight, whichever of its tabs is in front."""
        super().showEvent(event)
        self._follow_dock()
        self.area.open_tools()
        self.area.set_band_visible(True)
        self._align()
        self.naming.refresh()
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - the name Qt calls
        """Drawing ends; the area leaves the map along with the dock."""
        super().hideEvent(event)
        self.area.stop_drawing()
        if self._dock is None:
            self.area.set_band_visible(False)

    def _end_work(self, _why: str = "") -> None:
        """What is shown again afterwards goes on where it was."""
        self.area.close_tools()
        self.own.close()
        self._start.close()
        self._previews.close()
        self._cost.close()

    def _follow_dock(self) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QDockWidget):
            around = around.parentWidget()
        if around is not None and around is not self._dock:
            around.visibilityChanged.connect(self.area.set_band_visible)
            self._dock = around

    def _arrange(self) -> None:
        sections: tuple[QgsCollapsibleGroupBox, ...] = (self.area, self.model, self.imagery, self.naming)
        for index, section in enumerate(sections):
            section.setScrollOnExpand(False)
            for collapse in section.findChildren(QToolButton, "collapseButton"):
                collapse.setAccessibleName(
                    translate("Run", "Show or hide {section}").format(section=section.title())
                )
            self.sectionsLayout.insertWidget(index, section)
        chain = [
            self.area.fixAreaButton,
            self.model.modelCombo,
            self.imagery.sourceCombo,
            self.imagery.previewButton,
            self.own.chooser.ownPreviewButton,
            self.imagery.providerCombo,
            self.imagery.zoomCombo,
            self.own.chooser.ownMosaicCombo,
            self.own.chooser.ownImagesView,
            self.own.chooser.ownAreaButton,
            self.naming.nameEdit,
            self.naming.descriptionEdit,
            self.retryCostButton,
            self.startButton,
        ]
        for before, after in zip(chain, chain[1:]):
            QWidget.setTabOrder(before, after)
        side = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self.reasonIcon.setPixmap(icon_named("mIconWarning.svg").pixmap(side, side))
        kept = self.costProgress.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the form must not jump each time the cost is asked
        self.costProgress.setSizePolicy(kept)

    def _align(self) -> None:
        """One column of titles, as wide in each of the sections."""
        titles = [label for label in self.runForm.findChildren(QLabel) if label.buddy() is not None]
        for title in titles:
            title.ensurePolished()
        widest = max(title.sizeHint().width() for title in titles)
        for title in titles:
            title.setMinimumWidth(widest)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.signed_in, session.account_changed, session.project_changed):
            signal.connect(self._follow_session)
        session.signed_out.connect(self._end_work)
        self.area.changed.connect(self._ask)
        self.area.drawing_changed.connect(self._ask)
        self.model.changed.connect(self._on_model)
        self.imagery.changed.connect(self._ask)
        self.imagery.preview_wanted.connect(self._previews.show)
        self._previews.notice.connect(self.notice)
        self.own.notice.connect(self.notice)
        self._cost.changed.connect(self._show_foot)
        self.retryCostButton.clicked.connect(self._cost.ask_again)
        self._start.busy_changed.connect(self._show_foot)
        self._start.started.connect(self._on_started)
        self._start.failed.connect(lambda error: self.notice.emit(from_error(error)))
        self.startButton.clicked.connect(self._on_start)
        for keys, owner, context in (
            ("Return", self.startButton, Qt.ShortcutContext.WidgetShortcut),
            ("Enter", self.startButton, Qt.ShortcutContext.WidgetShortcut),
            ("Ctrl+Return", self, Qt.ShortcutContext.WidgetWithChildrenShortcut),
        ):
            shortcut = QShortcut(QKeySequence(keys), owner)
            shortcut.setContext(context)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.startButton.click)

    # What the session knows

    def _follow_session(self, _news: object = None) -> None:
        account, project = self._session.account, self._session.project
        if account is None:
            return
        with_prices = account.billing is Billing.CREDITS
        own = project.models if project is not None else ()
        self.model.set_models(own or account.models, with_prices)
        self.imagery.set_providers(account.providers, with_prices)
        self.area.set_limit(area_limit(account, project))
        self._ask()

    def _on_model(self) -> None:
        model = self.model.model
        self.naming.set_model_name("" if model is None else model.name)
        self.imagery.set_model(model)
        self._ask()

    # Cost

    def _ask(self) -> None:
        """Find out whether the form can be run and, if so, what that costs."""
        account = self._session.account
        self._reason = why_not(self._situation(account))
        request = None if self._reason else self._request()
        if (
            request is None
            or account is None
            or account.billing is not Billing.CREDITS
            or not self.isVisible()
        ):
            self._cost.ask(None)
        else:
            area_m2 = 0.0 if self.area.area is None else self.area.area.area_m2
            fallback = offline_estimate(area_m2, self.model.price_per_km2, self.imagery.price_per_km2)
            self._cost.ask(request, fallback)
        self._show_foot()

    def _situation(self, account: Optional[Account]) -> Situation:
        return Situation(
            account=account,
            project=self._session.project,
            area=self.area.area,
            is_drawing=self.area.is_drawing,
            model=self.model.model,
            provider=self.imagery.provider,
            imagery_fits=not self.imagery.problem,
            own_problem=self.imagery.problem if self.imagery.is_own else "",
            own_ground=self.own.ground if self.imagery.is_own else None,
        )

    def _request(self) -> Optional[ProcessingRequest]:
        project, model = self._session.project, self.model.model
        area, source = self.area.area, self.imagery.source
        if project is None or model is None or area is None or source is None:
            return None
        if self._geojson[0] is not area:
            self._geojson = (area, area.to_geojson())
        return ProcessingRequest(
            name=self.naming.name,
            project_id=project.id,
            model_id=model.id,
            geometry=self._geojson[1],
            source=source,
            blocks=self.model.blocks,
            description=self.naming.description,
        )

    # The foot

    def _show_foot(self) -> None:
        account, cost = self._session.account, self._cost.cost
        reason = self._reason or ("" if account is None else why_not_at(cost, account))
        self.costLabel.setText(self._cost_text(account))
        self.costBalanceLabel.setText(_balance_text(account))
        is_compared = account is None or account.billing is not Billing.CREDITS
        is_compared = is_compared or cost.credits is not None or cost.estimate is not None
        self.costBalanceLabel.setVisible(
            is_compared
        )  # the header has it too: here it is what the cost is held against
        self.reasonLabel.setText(reason)
        for widget in (self.reasonIcon, self.reasonLabel):
            widget.setVisible(bool(reason))
        self.startButton.setAccessibleDescription(reason)
        self.retryCostButton.setVisible(cost.state is CostState.FAILED)
        self.costProgress.setVisible(cost.state is CostState.ASKING or self._start.is_sending)
        self.startButton.setText(
            translate("Run", "Starting…") if self._start.is_sending else translate("Run", "St&art")
        )
        is_priced = account is not None and account.billing is not Billing.CREDITS
        is_priced = is_priced or cost.state is CostState.KNOWN
        self.startButton.setEnabled(not reason and is_priced and not self._start.is_busy)

    def _cost_text(self, account: Optional[Account]) -> str:
        cost = self._cost.cost
        if account is not None and account.billing is Billing.AREA:
            size = "" if self.area.area is None else area_text(self.area.area.area_m2)
            return translate("Run", "Uses {area}").format(area=size) if size else ""
        if account is not None and account.billing is Billing.NONE:
            return translate("Run", "Free of charge")
        if cost.state is CostState.KNOWN:
            text = (
                translate("Run", "Cost: {cost}, as for 1 km²")
                if self._is_below_least()
                else translate("Run", "Cost: {cost}")
            )
            return text.format(cost=credits_text(cost.credits))
        if cost.state is CostState.ASKING:
            return translate("Run", "Asking the cost…")
        if cost.estimate is not None:
            return translate("Run", "About {cost} (estimate)").format(cost=credits_text(cost.estimate))
        return (
            translate("Run", "Cost: unknown")
            if cost.state is CostState.FAILED
            else translate("Run", "Cost: not known yet")
        )

    def _is_below_least(self) -> bool:
        area = self.area.area
        return area is not None and area.area_m2 < LEAST_BILLED_M2 and bool(self._cost.cost.credits)

    # Preview and start

    def _on_start(self) -> None:
        self.area.stop_drawing()
        self.naming.refresh()
        account, request = self._session.account, self._request()
        if account is None or request is None or not self.startButton.isEnabled():
            return
        spends = account.billing is Billing.CREDITS
        note = translate("Run", "The service charges for at least 1 km².") if self._is_below_least() else ""
        self._start.begin(request, self._cost.cost.credits if spends else None, account.credits, note)

    def _on_started(self, processing: Processing) -> None:
        self.naming.renew()
        self.started.emit(processing)


def _balance_text(account: Optional[Account]) -> str:
    if account is None:
        return ""
    if account.billing is Billing.AREA:
        return translate("Run", "{area} left").format(area=area_text(account.remaining_area_m2))
    if account.billing is Billing.CREDITS and account.credits is not None:
        return translate("Run", "of {balance}").format(balance=credits_text(account.credits))
    return ""
