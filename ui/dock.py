"""The dock: a sign-in page, or a header with the tabs, and a message bar above both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis
from qgis.gui import QgsDockWidget, QgsMessageBar, QgsMessageBarItem
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from ..layers.footprints.outlines import pixel_metres
from ..text.translation import translate
from .header.header import MapflowHeader
from .my_imagery.loading import ImageryLoading
from .my_imagery.page import MyImageryPage
from .my_imagery.tree.model import ImageryTree
from .options import PAGE_NAME
from .processings.page import ProcessingsPage
from .run.page import RunPage
from .sign_in import SignInPage
from .uploads.wiring import Uploads
from .widgets.notice import Notice, show_notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsGeometry, QgsMapLayer
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtGui import QShowEvent

    from ..api.imagery_records import Image, Mosaic
    from ..api.monitor import ProcessingMonitor
    from ..api.processings import Processing
    from ..api.session import Session

_FORM = str(Path(__file__).with_name("dock.ui"))

HELP_URL = "https://github.com/mapflow-dock/mapflow_dock#readme"
_MAX_ITEMS = 4  # notices kept in the bar at once


class DockForm(QWidget):
    """The widgets of the dock."""

    messageBar: QgsMessageBar
    pages: QStackedWidget
    signedInPage: QWidget
    headerSlot: QVBoxLayout
    tabs: QTabWidget

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)


class MapflowDock(QgsDockWidget):
    """Puts the pages together and shows what they have to say."""

    def __init__(
        self,
        session: Session,
        monitor: ProcessingMonitor,
        iface: QgisInterface,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(translate("Ui", "Mapflow"), parent)
        self.setObjectName("MapflowDock")
        self._session = session
        self._iface = iface
        self._offline_item: Optional[QgsMessageBarItem] = None
        self._was_shown = False
        self.form = DockForm(self)
        self.setWidget(self.form)
        canvas = iface.mapCanvas()
        self.sign_in_page = SignInPage(session, self.form.pages)
        self.form.pages.addWidget(self.sign_in_page)
        self.header = MapflowHeader(session, self.form.signedInPage)
        self.form.headerSlot.addWidget(self.header)
        self.imagery = ImageryLoading(session, ImageryTree(pixel_metres, self), self)
        self.run_page = RunPage(session, canvas, iface, self.imagery, self.form.tabs)
        self.processings_page = ProcessingsPage(session, monitor, canvas, iface, self.form.tabs)
        self.imagery_page = MyImageryPage(session, self.imagery, canvas, self.form.tabs)
        self.uploads = Uploads(session, iface, self.imagery_page)
        self.form.tabs.addTab(self.run_page, translate("Ui", "R&un"))
        self.form.tabs.addTab(self.processings_page, translate("Ui", "&Processings"))
        self.form.tabs.addTab(self.imagery_page, translate("Ui", "My i&magery"))
        self.form.tabs.setCurrentIndex(0)
        self._connect(monitor)
        self._show_page()

    def _connect(self, monitor: ProcessingMonitor) -> None:
        for page in (self.header, self.run_page, self.processings_page, self.imagery_page):
            page.notice.connect(self.show_notice)
        self.run_page.started.connect(self._show_started)
        self.imagery_page.use_requested.connect(self._use_imagery)
        self.imagery_page.area_requested.connect(self._use_ground)
        self.header.refresh_wanted.connect(monitor.refresh)
        self.header.refresh_wanted.connect(self.imagery.refresh_known)
        self.header.settings_wanted.connect(self.open_settings)
        self.header.help_wanted.connect(self._open_help)
        self.header.log_wanted.connect(self._open_log)
        self.header.sign_out_wanted.connect(self._sign_out)
        self.uploads.notice.connect(self.show_notice)
        self.uploads.show_wanted.connect(self._show_imagery)
        self._session.signed_in.connect(self._welcome)
        self._session.signed_out.connect(self._part)
        self._session.not_remembered.connect(self._warn)
        self._session.reachable_changed.connect(self._tell_reachable)
        self.form.messageBar.widgetRemoved.connect(self._forget_item)

    def show_notice(self, notice: Notice) -> None:
        """Say `notice` in the dock's own bar; the oldest leaves when there are too many."""
        bar = self.form.messageBar
        items = bar.items()
        for item in items[: max(0, len(items) - _MAX_ITEMS + 1)]:
            if item is not self._offline_item:
                bar.popWidget(item)
        show_notice(bar, notice)

    def open_settings(self) -> None:
        """Open the QGIS options on the page of this plugin."""
        self._iface.showOptionsDialog(self._iface.mainWindow(), PAGE_NAME)

    def upload_layers(self, layers: Sequence[QgsMapLayer]) -> None:
        """Upload raster layers, and show how that goes."""
        self.setUserVisible(True)
        self.uploads.take_layers(layers)

    def close_pages(self) -> None:
        """Put away all that reaches out of the dock: map tools, rubber bands, requests, delegates."""
        self.run_page.close_tools()
        self.processings_page.close()
        self.uploads.close()
        self.imagery_page.close()
        self.imagery.close()
        self.header.close()
        self.form.messageBar.clearWidgets()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: when first shown, the stored login is asked for."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.sign_in_page.restore()

    def _show_page(self) -> None:
        is_in = self._session.is_signed_in
        self.form.pages.setCurrentWidget(self.form.signedInPage if is_in else self.sign_in_page)

    def _welcome(self, _account: object) -> None:
        self.form.messageBar.clearWidgets()
        self._offline_item = None
        self._show_page()
        if self.form.isVisible():
            self.header.projectCombo.setFocus()

    def _part(self, _why: str) -> None:
        self.run_page.close_tools()
        self.form.messageBar.clearWidgets()
        self._offline_item = None
        self._show_page()

    def _show_imagery(self) -> None:
        self.form.tabs.setCurrentWidget(self.imagery_page)

    def _sign_out(self) -> None:
        self.uploads.leaving.before_sign_out(self._session.sign_out)

    def _show_started(self, processing: Processing) -> None:
        self.form.tabs.setCurrentWidget(self.processings_page)
        self.processings_page.show_processing(processing)

    def _use_imagery(self, mosaic: Mosaic, images: Sequence[Image]) -> None:
        self.form.tabs.setCurrentWidget(self.run_page)
        self.run_page.use_imagery(mosaic, images)

    def _use_ground(self, ground: QgsGeometry, mosaic: Mosaic, images: Sequence[Image]) -> None:
        self.form.tabs.setCurrentWidget(self.run_page)
        self.run_page.use_ground(ground, mosaic, images)

    def _warn(self, sentence: str) -> None:
        self.show_notice(Notice(sentence, Qgis.MessageLevel.Warning))

    def _tell_reachable(self, is_reachable: bool) -> None:
        if is_reachable:
            item, self._offline_item = self._offline_item, None
            if item is not None:
                self.form.messageBar.popWidget(item)
        elif self._offline_item is None and self._session.is_signed_in:
            text = translate(
                "Ui",
                "Mapflow cannot be reached. What is shown may be out of date; "
                "the dock goes on by itself once Mapflow answers again.",
            )
            self._offline_item = show_notice(self.form.messageBar, Notice(text, Qgis.MessageLevel.Warning), 0)

    def _forget_item(self, item: QgsMessageBarItem) -> None:
        if item is self._offline_item:  # closed by the user: it is said once, not again
            self._offline_item = None

    @staticmethod
    def _open_help() -> None:
        QDesktopServices.openUrl(QUrl(HELP_URL))

    def _open_log(self) -> None:
        self._iface.openMessageLog()
