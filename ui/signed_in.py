"""What there is for who is signed in: the header, and a tab for each page, which is made when it is first needed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ..text.translation import translate
from .header.header import MapflowHeader
from .run_links import RunLinks
from .saving.with_qgis import save_with_qgis
from .source_links import SourceLinks
from .widgets.late_page import LatePage
from .widgets.log_panel import open_log
from .widgets.tab_titles import TabTitles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer, QgsVectorLayer
    from qgis.gui import QgisInterface

    from ..api.monitor import ProcessingMonitor
    from ..api.processings import Processing
    from ..api.session import Session
    from .my_imagery.loading import ImageryLoading
    from .my_imagery.page import MyImageryPage
    from .processings.page import ProcessingsPage
    from .run.page import RunPage
    from .search.page import SearchPage
    from .summary.windows import SummaryWindows
    from .uploads.wiring import Uploads

_FORM = str(Path(__file__).with_name("signed_in.ui"))


class SignedInPage(QWidget):
    """Puts the pages together. What one page needs of another makes the other one, too."""

    notice = pyqtSignal(object)  # Notice
    matter_settled = pyqtSignal(str)  # what a notice was about
    settings_wanted = pyqtSignal()
    help_wanted = pyqtSignal()

    headerSlot: QVBoxLayout
    tabs: QTabWidget

    def __init__(
        self,
        session: Session,
        monitor: ProcessingMonitor,
        iface: QgisInterface,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self._monitor = monitor
        self._iface = iface
        self._loading: Optional[ImageryLoading] = None
        self._uploads: Optional[Uploads] = None
        self._summaries: Optional[SummaryWindows] = None
        self.header = MapflowHeader(session, self)
        self.headerSlot.addWidget(self.header)
        self._run: LatePage[RunPage] = LatePage(self._make_run_page)
        self._processings: LatePage[ProcessingsPage] = LatePage(self._make_processings_page)
        self._search: LatePage[SearchPage] = LatePage(self._make_search_page)
        self._imagery: LatePage[MyImageryPage] = LatePage(self._make_imagery_page)
        self.tabs.setTabBar(TabTitles(self.tabs))
        self.tabs.setDocumentMode(True)  # which is a property of the bar
        self.tabs.addTab(self._run, translate("Ui", "R&un"))
        self.tabs.addTab(self._processings, translate("Ui", "Processi&ngs"))
        self.tabs.addTab(self._search, translate("Ui", "Search"))
        self.tabs.addTab(self._imagery, translate("Ui", "My Ima&gery"))
        for index in range(self.tabs.count()):  # the bar ends a title that has no room with "…"
            self.tabs.setTabToolTip(index, self.tabs.tabText(index).replace("&", ""))
        self.tabs.setCurrentIndex(0)
        self._run_links = RunLinks(self.tabs, self._run, self._search)
        self._source_links = SourceLinks(self.tabs, self._run, self._search, self._imagery)
        self._source_links.notice.connect(self.notice)
        self._connect_header()

    @property
    def run(self) -> RunPage:
        """The page that starts processings."""
        return self._run.page

    @property
    def processings(self) -> ProcessingsPage:
        """The page that lists processings."""
        return self._processings.page

    @property
    def imagery(self) -> MyImageryPage:
        """The page of one's own imagery."""
        return self._imagery.page

    def upload_layers(self, layers: Sequence[QgsMapLayer]) -> None:
        """Upload raster layers, and show how that goes."""
        if self._uploads is None:
            self._imagery.make()
        if self._uploads is not None:  # made with the page
            self._uploads.take_layers(layers)

    def use_area_of(self, layer: QgsVectorLayer) -> None:
        """Let the polygons of `layer` be the area of the Run page."""
        self.tabs.setCurrentWidget(self._run)
        self.run.area.use_layer(layer)

    def use_imagery_of(self, layer: QgsMapLayer) -> None:
        """Let what a raster layer shows be the imagery of the Run page."""
        self.tabs.setCurrentWidget(self._run)
        self._run_links.use_layer(layer, self.upload_layers)

    def open_processing(self, processing_id: str, sum_up: bool = False) -> None:
        """Show a processing in the list, whichever of the account's projects has it, and `sum_up` its result."""
        self.tabs.setCurrentWidget(self._processings)
        self.processings.summaries.await_listed(processing_id if sum_up else "")
        self.processings.wanted.ask(processing_id)

    def shows_processings(self) -> bool:
        """Whether the user can see the list of processings."""
        return self._processings.made is not None and self._processings.made.is_in_view()

    def may_quit(self) -> bool:
        """Whether QGIS may quit now; asks the user while uploads are under way."""
        return self._uploads is None or self._uploads.leaving.may_quit()

    def close(self) -> bool:
        """Put away all that reaches out of the dock: map tools, rubber bands, requests, delegates."""
        if self._run.made is not None:
            self._run.made.close()
        if self._processings.made is not None:
            self._processings.made.close()
        if self._summaries is not None:
            self._summaries.close()
        if self._search.made is not None:
            self._search.made.close()
        if self._uploads is not None:
            self._uploads.close()
        if self._imagery.made is not None:
            self._imagery.made.close()
        if self._loading is not None:
            self._loading.close()
        self.header.close()
        return bool(super().close())

    # making

    def _connect_header(self) -> None:
        header = self.header
        header.notice.connect(self.notice)
        header.refresh_wanted.connect(self._refresh)
        menu = header.account_menu
        menu.history_wanted.connect(partial(_show_history, self._session, header))
        menu.settings_wanted.connect(self.settings_wanted)
        menu.help_wanted.connect(self.help_wanted)
        menu.log_wanted.connect(partial(open_log, self._iface))
        menu.sign_out_wanted.connect(self._sign_out)

    def _make_run_page(self, parent: QWidget) -> RunPage:
        from .run.page import RunPage

        canvas = self._iface.mapCanvas()
        page = RunPage(self._session, canvas, self._iface, self._need_loading(), parent)
        page.notice.connect(self.notice)
        page.matter_settled.connect(self.matter_settled)
        page.started.connect(self._show_started)
        page.for_each.ended.connect(self._monitor.refresh)
        self._run_links.connect_run(page)
        return page

    def _make_processings_page(self, parent: QWidget) -> ProcessingsPage:
        from .processings.page import ProcessingsPage
        from .summary.windows import SummaryWindows

        page = ProcessingsPage(self._session, self._monitor, self._iface.mapCanvas(), parent)
        page.notice.connect(self.notice)
        summaries = self._summaries = SummaryWindows(self._iface, self)
        page.summaries.wanted.connect(summaries.show)
        page.source_wanted.connect(self._source_links.show)
        page.commands.duplication.wanted.connect(self._run_links.duplicate)
        page.settings_wanted.connect(self.settings_wanted)
        return page

    def _make_search_page(self, parent: QWidget) -> SearchPage:
        from .search.page import SearchPage

        page = SearchPage(self._session, self._iface.mapCanvas(), self.run.area, parent)
        page.notice.connect(self.notice)
        page.export_requested.connect(partial(save_with_qgis, self._iface))
        self._run_links.connect_search(page)
        return page

    def _make_imagery_page(self, parent: QWidget) -> MyImageryPage:
        from .my_imagery.page import MyImageryPage
        from .uploads.wiring import Uploads

        page = MyImageryPage(self._session, self._need_loading(), self._iface.mapCanvas(), parent)
        page.notice.connect(self.notice)
        self._run_links.connect_imagery(page)
        self._uploads = Uploads(self._session, self._iface, page)
        self._uploads.notice.connect(self.notice)
        self._uploads.matter_settled.connect(self.matter_settled)
        self._uploads.show_wanted.connect(partial(self.tabs.setCurrentWidget, self._imagery))
        return page

    def _need_loading(self) -> ImageryLoading:
        """One's own imagery as all pages share it."""
        if self._loading is None:
            from ..layers.footprints.outlines import pixel_metres
            from .my_imagery.loading import ImageryLoading
            from .my_imagery.tree.model import ImageryTree

            self._loading = ImageryLoading(self._session, ImageryTree(pixel_metres, self), self)
        return self._loading

    # what the pages ask of each other

    def _refresh(self) -> None:
        self._monitor.refresh()
        if self._loading is not None:
            self._loading.refresh_known()

    def _sign_out(self) -> None:
        if self._uploads is None:
            self._session.sign_out()
        else:
            self._uploads.leaving.before_sign_out(self._session.sign_out)

    def _show_started(self, processing: Processing) -> None:
        self.tabs.setCurrentWidget(self._processings)
        self.processings.show_processing(processing)


def _show_history(session: Session, window: QWidget) -> None:
    from .history.dialog import show_history

    show_history(session, window)
