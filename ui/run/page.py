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
    QScrollArea,
    QShortcut,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...api.account import Billing
from ...api.processings import Processing
from ...text.translation import translate
from ..own_sources.on_run import SourcesOnRun
from ..used_imagery.found_images import UsedFoundImages
from ..used_imagery.own_images import UsedImages
from ..widgets.keys.tab_order import read_in_order
from ..widgets.notice import Notice
from .area_section import AreaSection
from .duplicate.filling import FormFilling
from .foot import RunFoot
from .for_each.opening import ForEachFeature
from .found_imagery import FoundImagery
from .imagery_section import ImagerySection
from .model.section import ModelSection
from .name_section import NameSection
from .order import OrderForm
from .own_imagery import RunOwnImagery
from .provider_preview import ProviderPreviews
from .reasons import area_limit

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
    matter_settled = pyqtSignal(str)  # what a notice was about

    pageLayout: QVBoxLayout
    runScroll: QScrollArea
    runForm: QWidget
    sectionsLayout: QVBoxLayout

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
        self._canvas = canvas
        self._iface = iface
        self.area = AreaSection(canvas, iface, self.runForm)
        self.model = ModelSection(self.runForm)
        self.own = RunOwnImagery(session, loading, canvas, self.area, self.runForm)
        self.found = FoundImagery(self.runForm)
        self._used_found = UsedFoundImages(session, self.found, self)
        self.sources = SourcesOnRun(canvas, lambda: self.area.area, self.runForm)
        self.imagery = ImagerySection(self.runForm, self.own.chooser, self.found, self.sources.chooser)
        self.imagery.used_images = UsedImages(session, self.own.chooser, loading, self)
        self.naming = NameSection(self.runForm)
        self._previews = ProviderPreviews(session, canvas, self)
        self.foot = RunFoot(session, self)
        self.filling = FormFilling(
            session, self.area, self.model, self.imagery, self.naming, lambda: self.foot.is_busy, self
        )
        self.for_each = ForEachFeature(
            session, self.foot.forEachButton, self.area, self.model, self.imagery, self.naming
        )
        self._form = OrderForm(session, self.area, self.model, self.imagery, self.own, self.naming)
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

    def show_area(self) -> None:
        """Show the area on the map while the dock is visible, wherever its section stands."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QDockWidget):
            around = around.parentWidget()
        if around is not None and around is not self._dock:
            around.visibilityChanged.connect(self.area.set_band_visible)
            self._dock = around
        self.area.attach()
        self.area.set_band_visible(True)

    def take_area(self) -> None:
        """Show the area's section on this page, after another one had it."""
        self.sectionsLayout.insertWidget(0, self.area)
        _order_tabs(self)

    def close(self) -> bool:
        """Give the map tool back, take the area off the map, ask nothing any more."""
        self._end_work()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - the name Qt calls
        """Show the area on the map; it stays there while the dock is visible, whichever of its tabs is in front."""
        super().showEvent(event)
        self.show_area()
        _align_titles(self.runForm)
        self.naming.refresh()
        self._show_order()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - the name Qt calls
        """End a drawing; the area leaves the map when the whole dock is hidden."""
        super().hideEvent(event)
        self.area.stop_drawing()
        if self._dock is None:
            self.area.set_band_visible(False)

    def _end_work(self, _why: str = "") -> None:
        """The page lets go of the map and of the service; when it is shown again, it goes on where it was."""
        self.area.detach()
        self.filling.settle()
        self.own.close()
        self.sources.close()
        self._used_found.close()
        self._previews.close()
        self.foot.end_work()

    def _arrange(self) -> None:
        sections: tuple[QgsCollapsibleGroupBox, ...] = (self.area, self.model, self.imagery, self.naming)
        for index, section in enumerate(sections):
            section.setScrollOnExpand(False)
            for collapse in section.findChildren(QToolButton, "collapseButton"):
                collapse.setAccessibleName(
                    translate("Run", "Show or hide {section}").format(section=section.title())
                )
            self.sectionsLayout.insertWidget(index, section)
        self.pageLayout.addWidget(self.foot)
        _order_tabs(self)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.signed_in, session.account_changed, session.project_changed):
            signal.connect(self._follow_session)
        session.signed_out.connect(self._end_work)
        self.area.changed.connect(self.sources.follow_area)
        self.area.changed.connect(self._show_order)
        self.area.drawing_changed.connect(self._show_order)
        self.area.imagery_wanted.connect(self._show_imagery)
        self.model.changed.connect(self._on_model)
        self.imagery.changed.connect(self._show_order)
        self.imagery.preview_wanted.connect(self._previews.show)
        self._previews.notice.connect(self.notice)
        self.own.notice.connect(self.notice)
        self.sources.notice.connect(self.notice)
        if self.imagery.used_images is not None:
            self.imagery.used_images.told.connect(lambda told: self.notice.emit(Notice(told)))
        self.found.named.connect(self._used_found.look_up)
        self._used_found.told.connect(lambda told: self.notice.emit(Notice(told)))
        self.foot.start_wanted.connect(self._start)
        self.foot.started.connect(self._on_started)
        self.foot.notice.connect(self.notice)
        self.for_each.notice.connect(self.notice)
        self.filling.notice.connect(self.notice)
        self.filling.settled.connect(self.matter_settled)
        self.foot.saving_changed.connect(self.imagery.show_saving)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.foot.startButton.click)

    def _follow_session(self, _news: object = None) -> None:
        account, project = self._session.account, self._session.project
        if account is None:
            return
        with_prices = account.billing is Billing.CREDITS
        own = project.models if project is not None else ()
        self.model.server = self._session.client.server
        self.model.set_models(own or account.models, with_prices)
        self.imagery.set_providers(account.providers, with_prices)
        self.found.set_account(account, self._session.client.server)
        self.area.set_limit(area_limit(account, project), account.max_aois)
        self._show_order()

    def _on_model(self) -> None:
        model = self.model.model
        self.naming.set_model_name("" if model is None else model.title)
        self.imagery.set_model(model)
        self._show_order()

    def _show_imagery(self) -> None:
        """Put the chosen imagery on a map, after opening one where QGIS shows its welcome page."""
        if not self._canvas.isVisibleTo(self._canvas.window()):
            self._iface.newProject(True)
        other = self.imagery.other
        if other is self.sources.chooser:
            self.sources.chooser.previewSourceButton.click()
        else:
            chooser = self.own.chooser
            (chooser.ownPreviewButton if self.imagery.is_own else self.imagery.previewButton).click()

    def _show_order(self) -> None:
        order = self._form.order()
        self.area.leave_unsaid(order.reason)
        self.foot.show_order(order)

    def _start(self) -> None:
        self.naming.refresh()
        request = self._form.order().request
        if request is not None:
            self.foot.start(request, self._form.coverage_note())

    def _on_started(self, processing: Processing) -> None:
        self.naming.renew()
        self.filling.settle()
        self.started.emit(processing)


def _order_tabs(page: RunPage) -> None:
    """Let Tab go from section to section; where imagery of one's own is chosen, *Preview* is that of it."""
    imagery, own, sources = page.imagery, page.own.chooser, page.sources.chooser
    previews = (imagery.previewButton, own.ownPreviewButton, sources.previewSourceButton)
    read_in_order(
        (imagery.sourceCombo, *previews, imagery.providerCombo, imagery.zoomCombo, own, page.found, sources)
    )
    read_in_order((page.area, page.model, imagery, page.naming, page.foot))


def _align_titles(form: QWidget) -> None:
    """Make the column of titles equally wide in all sections of `form`."""
    titles = [label for label in form.findChildren(QLabel) if label.buddy() is not None]
    for title in titles:
        title.ensurePolished()
    widest = max(title.sizeHint().width() for title in titles)
    for title in titles:
        title.setMinimumWidth(widest)
