"""What is asked for above the list: words, a status, one project or all, and the order of the header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal

from ....api.listing.pages import SortBy
from ....jobs.processings.question import ListQuestion
from ....text.quantities import number_text
from ....text.translation import translate
from ...widgets.filter_field import dress_filter
from ...widgets.icons import icon_named
from ..status import StatusGroup, group_title
from .cells import ORDERS, Column

if TYPE_CHECKING:
    from qgis.gui import QgsFilterLineEdit
    from qgis.PyQt.QtWidgets import QComboBox, QToolButton

    from ....jobs.processings.pages import ProcessingsPages
    from .list import ProcessingsList
    from .scope import ListScope

_TYPING_PAUSE_MS = 300


class ListNarrowing(QObject):
    """Narrows the rows that are there at once, and asks the service for all the others that match."""

    changed = pyqtSignal()

    def __init__(
        self,
        edit: QgsFilterLineEdit,
        combo: QComboBox,
        all_button: QToolButton,
        shown: ProcessingsList,
        pages: ProcessingsPages,
        scope: ListScope,
    ) -> None:
        super().__init__(edit)
        self._edit = edit
        self._combo = combo
        self._shown = shown
        self._pages = pages
        self._scope = scope
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        dress_filter(edit)
        for group in StatusGroup:
            combo.addItem(group_title(group), group.value)
        combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0))  # the box itself is narrower
        all_button.setIcon(icon_named("mActionFolder.svg"))
        all_button.setChecked(scope.is_all)
        all_button.toggled.connect(scope.show_all)
        scope.changed.connect(self.ask)
        edit.textChanged.connect(self._filter_typed)
        combo.currentIndexChanged.connect(self._group_chosen)
        shown.view.header().sortIndicatorChanged.connect(self.ask)
        self.ask()

    @property
    def is_looking(self) -> bool:
        """Whether more that passes the filter may still come."""
        pages = self._pages
        is_typed = self._pause.isActive() and not pages.is_whole
        return self._shown.filter.is_filtering and (is_typed or pages.is_reading or pages.has_more)

    def ask(self, *_order: object) -> None:
        """Ask for what is wanted now."""
        self._pause.stop()
        column, order = self._shown.model.order
        titles = self._scope.titles if column is Column.PROJECT else {}
        is_rising = order == Qt.SortOrder.AscendingOrder
        sort_by = ORDERS.get(column, SortBy.CREATED)
        self._pages.ask(ListQuestion(self._shown.filter.words, sort_by, is_rising, titles))
        self._shown.look_for_end()

    def clear(self) -> None:
        """Want all processings."""
        self._edit.clear()
        self._combo.setCurrentIndex(0)
        self.ask()

    def close(self) -> None:
        """Ask nothing more."""
        self._pause.stop()

    def _filter_typed(self, text: str) -> None:
        self._shown.filter.set_text(text)
        self._pause.start()
        self.changed.emit()

    def _group_chosen(self, _index: int) -> None:
        self._shown.filter.set_group(StatusGroup(self._combo.currentData()))
        self._shown.look_for_end()
        self.changed.emit()


def progress_note(pages: ProcessingsPages, is_filtered: bool) -> str:
    """How much of the list is there, as a sentence; "" where all of it is."""
    read, wanted = pages.read_projects
    if pages.is_complete or not wanted:
        return ""
    if not pages.is_loaded and wanted > 1:
        text = translate("List", "{count} of {total} projects have answered…")
        return text.format(count=number_text(read, 0), total=number_text(wanted, 0))
    if pages.total is None:
        return ""
    count, total = number_text(len(pages.rows()), 0), number_text(pages.total, 0)
    if pages.question.needs_all:
        text = translate("List", "Looked through {count} of {total}…")
    elif is_filtered:
        text = translate("List", "Looked through {count} of {total}. Scroll for more.")
    else:
        text = translate("List", "First {count} of {total}. Scroll for more.")
    return text.format(count=count, total=total)
