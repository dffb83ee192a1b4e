"""The widgets above the tree that say what it shows: words, a tag, the order."""

from __future__ import annotations

from functools import partial

from qgis.core import QgsApplication
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QActionGroup, QComboBox, QMenu, QToolButton

from ...api.settings import IMAGERY_ORDER
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.filter_field import dress_filter
from .tree.branch import Order
from .tree.filter import ImageryFilter
from .tree.model import ImageryTree


class Narrowing(QObject):
    """Drives `shown`, the filter; the tags to choose from are those the mosaics have."""

    changed = pyqtSignal()

    def __init__(
        self,
        tree: ImageryTree,
        shown: ImageryFilter,
        words: QgsFilterLineEdit,
        tags: QComboBox,
        sorting: QToolButton,
    ) -> None:
        super().__init__(sorting)
        self._tree = tree
        self._shown = shown
        self._words = words
        self._tags = tags
        dress_filter(words)
        words.textChanged.connect(self._on_words)
        self.offer_tags()
        tags.currentIndexChanged.connect(self._on_tag)
        self._fill_menu(sorting)

    @property
    def has_words(self) -> bool:
        """Whether anything is searched for by words, which images may have."""
        return bool(self._words.text().strip())

    def offer_tags(self) -> None:
        """Offer the tags there are now; the chosen one stays chosen while any mosaic has it."""
        found = {tag for mosaic in self._tree.known.mosaics() for tag in mosaic.tags}
        tags = sorted(found, key=str.casefold)
        combo = self._tags
        if tags == [combo.itemData(row) for row in range(1, combo.count())] and combo.count():
            return
        before = combo.currentData() or ""
        combo.blockSignals(True)
        combo.clear()
        combo.addItem(translate("MyImagery", "All Tags"), "")
        for tag in tags:
            combo.addItem(bounded(tag, 80), tag)
        combo.setCurrentIndex(tags.index(before) + 1 if before in tags else 0)
        combo.blockSignals(False)
        if before and before not in tags:
            self._on_tag()

    def set_enabled(self, has_mosaics: bool) -> None:
        """Whether there is anything to narrow."""
        self._tags.setEnabled(has_mosaics and self._tags.count() > 1)

    def clear(self) -> None:
        """Show everything."""
        self._words.clear()
        self._tags.setCurrentIndex(0)

    def _on_words(self, text: str) -> None:
        self._shown.set_text(text)
        self.changed.emit()

    def _on_tag(self, _index: int = 0) -> None:
        self._shown.set_tag(self._tags.currentData() or "")
        self.changed.emit()

    def _fill_menu(self, button: QToolButton) -> None:
        button.setIcon(QgsApplication.getThemeIcon("/sort.svg"))
        menu = QMenu(button)
        menu.setObjectName("imagerySortMenu")
        group = QActionGroup(menu)
        titles = {
            Order.NAME: translate("MyImagery", "Sort by N&ame"),
            Order.NEWEST: translate("MyImagery", "&Newest First"),
            Order.LARGEST: translate("MyImagery", "&Largest First"),
        }
        stored = IMAGERY_ORDER.read()
        current = next((order for order in Order if order.value == stored), Order.NAME)
        self._tree.set_order(current)
        for order, title in titles.items():
            action = menu.addAction(title)
            action.setObjectName(f"sort{order.value.title()}Action")
            action.setCheckable(True)
            action.setChecked(order is current)
            action.triggered.connect(partial(self._on_order, order))
            group.addAction(action)
        button.setMenu(menu)

    def _on_order(self, order: Order, _checked: bool = False) -> None:
        IMAGERY_ORDER.write(order.value)
        self._tree.set_order(order)
        self.changed.emit()
