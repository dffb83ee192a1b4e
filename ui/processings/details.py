"""The details of one processing: what became of it in plain words, and everything the service said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from ...api.processings import Processing, Status
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.facts.dialog import add_copy_button
from ..widgets.facts.table import FactsTable
from ..widgets.guide import Chapter, add_help_button
from ..widgets.icons import icon_named
from ..widgets.rows.contrast import SIGN, colour_of, legible, tinted
from .parts.panel import PartsPanel
from .report import report_facts
from .status import reasons, state_icon, state_of, status_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...api.processings import AreaState

_FORM = str(Path(__file__).with_name("details.ui"))


class ProcessingDetails(QDialog):
    """Shows a processing; `set_areas` adds the state of its parts when it is known.

    `providers` is what people know each provider of imagery by, under its name.
    """

    source_wanted = pyqtSignal(object)  # Processing whose imagery is to be shown

    summary_wanted = pyqtSignal(object)  # Processing
    # Processing, its AreaStates, and the numbers of those whose results are to be added, from 1 on
    parts_wanted = pyqtSignal(object, object, object)
    zoom_wanted = pyqtSignal(object)  # AreaStates that the map is to show

    statusIcon: QLabel
    titleLabel: QLabel
    reasonLabel: QLabel
    saidLabel: QLabel
    partsSlot: QVBoxLayout
    factsSlot: QVBoxLayout
    buttonBox: QDialogButtonBox

    def __init__(
        self, processing: Processing, providers: Mapping[str, str], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.processing = processing
        self._providers = providers
        self._areas: tuple[AreaState, ...] = ()
        font = self.titleLabel.font()
        font.setBold(True)
        self.titleLabel.setFont(font)
        self.facts = FactsTable(
            translate("Processings", "Everything the service said about the processing"), self
        )
        self.factsSlot.addWidget(self.facts)
        self.parts = PartsPanel(self)
        self.partsSlot.addWidget(self.parts)
        self.parts.add_wanted.connect(
            lambda numbers: self.parts_wanted.emit(self.processing, self._areas, numbers)
        )
        self.parts.zoom_wanted.connect(self.zoom_wanted)
        self.saidLabel.setBuddy(self.facts)
        button = self.buttonBox.addButton(
            translate("Processings", "Show So&urce"), QDialogButtonBox.ButtonRole.ActionRole
        )
        button.setObjectName("showSourceButton")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.source_wanted.emit(self.processing))
        add_copy_button(self.buttonBox, self.facts)
        self.summary_button = self.buttonBox.addButton(
            translate("Processings", "&Summary…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.summary_button.setObjectName("summaryButton")
        self.summary_button.setToolTip(
            translate("Processings", "Count and measure the objects of the result")
        )
        self.summary_button.setAutoDefault(False)
        self.summary_button.clicked.connect(lambda: self.summary_wanted.emit(self.processing))
        add_help_button(self.buttonBox, Chapter.PROCESSINGS)
        self.show_processing(processing)

    def show_processing(self, processing: Processing) -> None:
        """Show `processing` as it is now."""
        self.processing = processing
        self.summary_button.setEnabled(processing.may_have_result)
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        icon = icon_named(state_icon(state_of(processing)))
        ground = self.palette().color(QPalette.ColorRole.Window)
        colour = legible(colour_of(icon), ground, SIGN)
        self.statusIcon.setPixmap(tinted(icon, size, self.devicePixelRatioF(), colour))
        self.statusIcon.setAccessibleName(status_text(processing))
        name = bounded(processing.name, 200)
        self.titleLabel.setText(
            translate("Processings", "{name} – {status}").format(name=name, status=status_text(processing))
        )
        self._tell()

    def set_areas(self, areas: tuple[AreaState, ...]) -> None:
        """Add what is known of the parts of its area; the window grows by what they take."""
        had_parts = self.parts.isVisibleTo(self)
        self._areas = areas
        self._tell()
        if self.parts.isVisibleTo(self) and not had_parts:
            self.resize(self.width(), self.height() + self.parts.sizeHint().height())

    def _tell(self) -> None:
        sentences = [*reasons(self.processing), *self._reasons_of_parts()]
        self.reasonLabel.setText("\n".join(bounded(line) for line in dict.fromkeys(sentences)))
        if not sentences and self.processing.status is Status.FAILED:
            self.reasonLabel.setText(
                translate(
                    "Processings",
                    "The service gave no reason. Restart it, or ask the support of Mapflow with its id.",
                )
            )
        self.reasonLabel.setVisible(bool(self.reasonLabel.text()))
        self.parts.set_parts(self.processing, self._areas)
        self.facts.set_facts(report_facts(self.processing, self._areas, self._providers))

    def _reasons_of_parts(self) -> list[str]:
        failed = [area for area in self._areas if area.status is Status.FAILED]
        return [message.sentence for area in failed for message in area.messages if message.sentence]
