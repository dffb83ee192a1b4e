"""The window of a summary: which objects, their figures, a histogram; and where the figures go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...jobs.results.summary import LatestSummary
from ...layers.summary.facts import Measure, ResultSummary
from ...layers.summary.source import Scope
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.facts.dialog import add_copy_button
from ..widgets.facts.table import FactsTable
from ..widgets.guide import Chapter, add_help_button
from .histogram import Histogram
from .outlets import SummaryOutlets
from .words import (
    measure_title,
    nothing_sentence,
    scope_sentence,
    scope_title,
    spread_heading,
    summary_facts,
)

if TYPE_CHECKING:
    from qgis.core import QgsPrintLayout

    from ...jobs.job import JobError
    from .subject import SummarySubject

_FORM = str(Path(__file__).with_name("dialog.ui"))
_LEAST_TABLE = 120  # logical pixels


class SummaryDialog(QDialog):
    """Sums up the layers of `subject`, and again when they change. It needs neither a login nor a network."""

    titleLabel: QLabel
    scopeCombo: QComboBox
    scopeNote: QLabel
    progressBar: QProgressBar
    messageLabel: QLabel
    scrollArea: QScrollArea
    factsSlot: QVBoxLayout
    histogramBox: QWidget
    measureCombo: QComboBox
    histogramSlot: QVBoxLayout
    barLabel: QLabel
    saveButton: QPushButton
    layoutButton: QPushButton
    buttonBox: QDialogButtonBox

    def __init__(
        self,
        name: str,
        subject: SummarySubject,
        open_layout: Callable[[QgsPrintLayout], object],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.summary: Optional[ResultSummary] = None
        self._subject = subject
        subject.setParent(self)
        self._latest = LatestSummary(self)
        self.table = FactsTable(translate("Summary", "Figures of the result"), self)
        self.table.setMinimumHeight(_LEAST_TABLE)
        self.factsSlot.addWidget(self.table)
        self.histogram = Histogram(self)
        self.histogramSlot.addWidget(self.histogram)
        self.outlets = SummaryOutlets(name, subject, open_layout, self)
        font = self.titleLabel.font()
        font.setBold(True)
        self.titleLabel.setFont(font)
        self.titleLabel.setText(bounded(name, 200))
        for scope in Scope:
            self.scopeCombo.addItem(scope_title(scope), scope.value)
        self.setTabOrder(self.scopeCombo, self.table)
        self.setTabOrder(self.table, self.measureCombo)
        self.setTabOrder(self.measureCombo, self.histogram)
        self.setTabOrder(self.histogram, self.saveButton)
        self.layoutButton.setMenu(self.outlets.menu)
        self.buttonBox.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.copy_button = add_copy_button(self.buttonBox, self.table)
        add_help_button(self.buttonBox, Chapter.SUMMARY)
        self._connect()
        self._show(None)
        self.ask()

    def choose(self, scope: Scope) -> None:
        """Sum up other objects."""
        self.scopeCombo.setCurrentIndex(self.scopeCombo.findData(scope.value))

    def ask(self) -> None:
        """Sum up what there is now; what is shown stays until that is known."""
        scope = Scope(self.scopeCombo.currentData())
        self._subject.set_scope(scope)
        self.scopeNote.setText(scope_sentence(scope))
        if self._subject.layers:
            self._latest.ask(self._subject.request())

    def done(self, result: int) -> None:
        """Qt: the window closes, however it does."""
        self._latest.close()
        self._subject.close()
        self.outlets.close()
        super().done(result)

    def _connect(self) -> None:
        self.scopeCombo.currentIndexChanged.connect(lambda _index: self.ask())
        self.measureCombo.currentIndexChanged.connect(lambda _index: self._show_histogram())
        self.histogram.told.connect(self.barLabel.setText)
        self.saveButton.clicked.connect(lambda: self.outlets.ask_where(self.summary))
        self.outlets.layout_chosen.connect(lambda layout: self.outlets.put(self.summary, layout))
        self.outlets.said.connect(self._say)
        self._subject.changed.connect(self.ask)
        self._subject.gone.connect(self.reject)
        self._latest.told.connect(self._show)
        self._latest.failed.connect(self._on_failed)
        self._latest.busy_changed.connect(self._on_busy)
        self.progressBar.hide()

    def _on_busy(self, is_busy: bool) -> None:
        self.progressBar.setVisible(is_busy)

    def _show(self, summary: Optional[ResultSummary]) -> None:
        self.summary = summary
        has_objects = summary is not None and summary.count > 0
        self.table.set_facts(summary_facts(summary) if summary is not None and has_objects else [])
        is_empty = summary is not None and not has_objects
        self._say(nothing_sentence(summary.scope) if summary is not None and is_empty else "")
        for button in (self.copy_button, self.saveButton, self.layoutButton):
            button.setEnabled(has_objects)
        self._fill_measures()

    def _on_failed(self, error: JobError) -> None:
        self._show(None)
        self._say(error.sentence)

    def _say(self, sentence: str) -> None:
        self.messageLabel.setText(sentence)
        self.messageLabel.setVisible(bool(sentence))

    def _fill_measures(self) -> None:
        """List the histograms there are; the one that is shown stays, if it is among them."""
        shown = self.measureCombo.currentData()
        layers = self.summary.layers if self.summary is not None else ()
        found = [
            (index, spread.measure) for index, layer in enumerate(layers) for spread in layer.distributions
        ]
        self.measureCombo.blockSignals(True)
        self.measureCombo.clear()
        for index, measure in found:
            title = measure_title(measure) if len(layers) == 1 else spread_heading(layers[index], measure)
            self.measureCombo.addItem(title, f"{index} {measure.value}")
        self.measureCombo.setCurrentIndex(max(0, self.measureCombo.findData(shown)))
        self.measureCombo.blockSignals(False)
        self.histogramBox.setVisible(bool(found))
        self._show_histogram()

    def _show_histogram(self) -> None:
        key = self.measureCombo.currentData()
        if self.summary is None or not key:
            self.histogram.show_distribution(None, "")
            return
        index, measure = str(key).split(" ")
        layer = self.summary.layers[int(index)]
        spread = layer.distribution(Measure(measure))
        self.histogram.show_distribution(spread, spread_heading(layer, Measure(measure)))
