"""The history of the account: a table of what was processed, and a chart of what it came to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAction,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMenu,
    QPushButton,
    QShortcut,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ...jobs.history.loading import HistoryLoading
from ...text.translation import translate
from ..widgets.combos.eliding import elide_combos
from ..widgets.empty_state import InsteadOfList, Remedy
from ..widgets.guide import Chapter, add_help_button
from ..widgets.icons import icon_named
from .filters import FilterCombos, HistoryFilters
from .months import HistoryMonths
from .saving import HistorySaving
from .table import HistoryTable
from .words import empty_state, note_text, sums_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.history import HistoryEntry
    from ...api.session import Session

_FORM = str(Path(__file__).with_name("dialog.ui"))


class HistoryDialog(QDialog):
    """Loads the history as it opens; `close` drops what is asked."""

    historyProjectCombo: QComboBox
    historyModelCombo: QComboBox
    historyStatusCombo: QComboBox
    historyArchiveCombo: QComboBox
    historyRefreshButton: QToolButton
    historySums: QLabel
    historyStack: QStackedWidget
    historyTabs: QTabWidget
    historyView: QTreeView
    historyMeasureCombo: QComboBox
    historyChartLayout: QVBoxLayout
    historyMonthsView: QTreeView
    historyEmptyPage: QWidget
    historyEmptyLabel: QLabel
    historyRemedyButton: QPushButton
    historyNote: QLabel
    historyButtons: QDialogButtonBox

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._told = ""  # what came of saving
        self.loading = HistoryLoading(session, self)
        combos = FilterCombos(
            self.historyProjectCombo,
            self.historyModelCombo,
            self.historyStatusCombo,
            self.historyArchiveCombo,
        )
        self.filters = HistoryFilters(combos, self)
        account = session.account
        self.table = HistoryTable(self.historyView, {} if account is None else account.provider_titles)
        self.months = HistoryMonths(self.historyMonthsView, self.historyMeasureCombo, self.historyChartLayout)
        self.saving = HistorySaving(session, self)
        self._instead = InsteadOfList(
            self.historyStack,
            self.historyTabs,
            self.historyEmptyPage,
            self.historyEmptyLabel,
            self.historyRemedyButton,
        )
        self._set_up_buttons()
        self._connect()
        elide_combos(self)
        self._load()

    def done(self, result: int) -> None:
        """Qt: the dialog closes, however it does."""
        self.table.store()
        self.saving.close()
        self.loading.close()
        super().done(result)

    def _set_up_buttons(self) -> None:
        self.historyRefreshButton.setIcon(icon_named("mActionRefresh.svg"))
        buttons = self.historyButtons
        save = buttons.addButton(translate("History", "Save as &CSV"), QDialogButtonBox.ButtonRole.ActionRole)
        save.setObjectName("saveHistoryButton")
        save.setAutoDefault(False)
        menu = QMenu(save)
        menu.setToolTipsVisible(True)
        self.save_all = self._entry(
            menu,
            "saveHistoryFromServiceAction",
            translate("History", "&All, as the Service Writes It…"),
            translate("History", "Everything that matches, with the columns of the service"),
            lambda: self.saving.save_from_service(self.filters.query),
        )
        self.save_shown = self._entry(
            menu,
            "saveShownHistoryAction",
            translate("History", "&What Is Listed…"),
            translate("History", "The chosen rows, or all of them where fewer than two are chosen"),
            lambda: self.saving.save_shown(self._rows_to_save()),
        )
        save.setMenu(menu)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        add_help_button(buttons, Chapter.HISTORY)
        buttons.rejected.connect(self.reject)

    def _entry(self, menu: QMenu, name: str, text: str, tip: str, act: Callable[[], None]) -> QAction:
        action = menu.addAction(text)
        action.setObjectName(name)
        action.setToolTip(tip)
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _connect(self) -> None:
        loading = self.loading
        loading.began.connect(self.table.clear)
        loading.began.connect(self.months.clear)
        loading.came.connect(self._on_page)
        loading.changed.connect(self._show_state)
        self.table.sort_wanted.connect(self.filters.sort_by)
        self.filters.changed.connect(self._load)
        self.historyRefreshButton.clicked.connect(self._load)
        self._instead.remedy_wanted.connect(self._help)
        self.saving.told.connect(self._on_saving)
        refresh = QShortcut(QKeySequence(Qt.Key.Key_F5), self)
        refresh.activated.connect(self._load)

    def _load(self, _checked: bool = False) -> None:
        self._told = ""
        self.loading.load(self.filters.query)

    def _on_page(self, entries: Sequence[HistoryEntry]) -> None:
        self.table.add(entries)
        self.filters.learn(entries)
        self.months.add(entries)

    def _show_state(self) -> None:
        loading = self.loading
        self.historySums.setText(sums_text(loading))
        self.historySums.setVisible(bool(self.historySums.text()))
        note = " ".join(text for text in (note_text(loading), self._told) if text)
        self.historyNote.setText(note)
        self.historyNote.setVisible(bool(note))
        self._instead.show(empty_state(loading, self.filters.is_narrowing))
        self.save_all.setEnabled(bool(loading.entries) and self.filters.query.is_tellable)
        self.save_shown.setEnabled(bool(loading.entries))

    def _rows_to_save(self) -> Sequence[HistoryEntry]:
        chosen = self.table.chosen()
        return chosen if len(chosen) > 1 else self.loading.entries

    def _on_saving(self, text: str) -> None:
        self._told = text
        self._show_state()

    def _help(self, remedy: Remedy) -> None:
        if remedy is Remedy.CLEAR_FILTER:
            self.filters.clear()
        elif remedy is Remedy.TRY_AGAIN:
            self.loading.ask_again()


def show_history(session: Session, window: QWidget) -> None:
    """Show the history in a window beside `window`: one may look at it and go on working. There is one at a time."""
    dialog = window.findChild(HistoryDialog) or HistoryDialog(session, window)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
