"""The Model part of the Run page: what to look for, and the model's optional steps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....api.account import Block, Model
from ....text.quantities import number_text, whole, with_units
from ....text.server_text import bounded, plain_tip
from ....text.translation import translate
from ...widgets.icons import icon_named
from .about import about_model
from .facts import option_price_text, price_text
from .parameters import CarriedParameters

_FORM = str(Path(__file__).with_name("section.ui"))
_MAX_TITLE = 80
_MAX_DESCRIPTION = 500
_ENDS = (".", "!", "?", "…")


class OptionCheck(QCheckBox):
    """A check whose title is shortened to the room there is: a long one makes the form no wider."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = title.replace("&", "&&")
        self.setText(self._title)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name Qt calls
        """Shorten the title anew."""
        super().resizeEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self).width()
        shown = self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        if shown != self.text():
            self.setText(shown)


class ModelSection(QgsCollapsibleGroupBox):
    """Which model runs, and with which of its options; options are remembered per model while the page lives."""

    changed = pyqtSignal()

    modelLayout: QVBoxLayout
    modelCombo: QComboBox
    aboutModelButton: QToolButton
    modelDescription: QLabel
    blocksBox: QWidget
    blocksLayout: QVBoxLayout

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.server = ""  # whose models these are: some have pages about them
        self._models: tuple[Model, ...] = ()
        self._last: Optional[Model] = None  # chosen last, also while there is nothing to choose from
        self._prices_shown = True
        self._choices: dict[str, dict[str, bool]] = {}  # model id -> block name -> switched on
        self._rows: list[QWidget] = []
        self.parameters = CarriedParameters(self)
        self.modelLayout.addWidget(self.parameters)
        self.parameters.changed.connect(self.changed)
        self.aboutModelButton.setEnabled(False)
        self.aboutModelButton.setIcon(icon_named("mActionPropertiesWidget.svg"))
        self.aboutModelButton.clicked.connect(self._tell_of_model)
        self.modelCombo.currentIndexChanged.connect(self._on_model)
        self._show_model()

    @property
    def model(self) -> Optional[Model]:
        """The chosen model; None while there are none."""
        index = self.modelCombo.currentIndex()
        return self._models[index] if 0 <= index < len(self._models) else None

    @property
    def blocks(self) -> tuple[tuple[str, bool], ...]:
        """The chosen model's options, each with whether it is on."""
        model = self.model
        if model is None:
            return ()
        return tuple((block.name, self._is_on(model, block)) for block in model.optional_blocks())

    @property
    def options(self) -> dict[str, dict[str, bool]]:
        """What the user chose of each model: its id, the names of options, and whether they are on."""
        return {model_id: dict(chosen) for model_id, chosen in self._choices.items()}

    @options.setter
    def options(self, options: Mapping[str, Mapping[str, bool]]) -> None:
        self._choices = {model_id: dict(chosen) for model_id, chosen in options.items()}
        self._show_model()
        self.changed.emit()

    @property
    def price_per_km2(self) -> Optional[float]:
        """Credits per km² of the chosen model with its options as they are; None where that is not known."""
        model = self.model
        return None if model is None else model.price({name for name, on in self.blocks if on})

    def set_models(self, models: tuple[Model, ...], prices_shown: bool = True) -> None:
        """Offer `models`; the chosen one stays chosen when it is among them, by id or else by name."""
        if models == self._models and prices_shown == self._prices_shown:
            return
        before = self.model or self._last
        self._models, self._prices_shown = models, prices_shown
        self.modelCombo.blockSignals(True)
        self.modelCombo.clear()
        for model in models:
            self.modelCombo.addItem(bounded(model.title))
            tip = plain_tip(model.description or model.title)
            self.modelCombo.setItemData(self.modelCombo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.modelCombo.setCurrentIndex(_index_like(before, models))
        self.modelCombo.blockSignals(False)
        self.modelCombo.setEnabled(bool(models))
        self.aboutModelButton.setEnabled(bool(models))
        self._on_model()

    def choose(self, model_id: str) -> bool:
        """Choose the model of that id; False where it is not offered: then the chosen one stays."""
        ids = [model.id for model in self._models]
        if model_id not in ids:
            return False
        self.modelCombo.setCurrentIndex(ids.index(model_id))
        return True

    def choose_options(self, options: Mapping[str, bool]) -> tuple[str, ...]:
        """Let the options of the chosen model be as they are named, and the others off.

        Where none is named, they are as the service suggests. Returns those that are on and that the model has not.
        """
        model = self.model
        if model is None:
            return ()
        offered = [block.name for block in model.optional_blocks()]
        chosen = {name: options.get(name, False) for name in offered} if options else {}
        self.options = {**self.options, model.id: chosen}
        steps = {block.name for block in model.blocks}
        return tuple(name for name, is_on in options.items() if is_on and name not in steps)

    def _on_model(self) -> None:
        self._last = self.model or self._last
        self._show_model()
        self.changed.emit()

    def _tell_of_model(self) -> None:
        if self.model is not None:
            about_model(self.model, self._prices_shown, self.server, self).open()

    def _show_model(self) -> None:
        self.parameters.follow("" if self.model is None else self.model.id)
        self._show_blocks(self.model)
        self._show_description()

    def _show_blocks(self, model: Optional[Model]) -> None:
        for row in self._rows:
            self.blocksLayout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        previous: QWidget = self.aboutModelButton
        if model is not None:
            for block in model.optional_blocks():
                row, check = self._block_row(model, block)
                self._rows.append(row)
                self.blocksLayout.addWidget(row)
                QWidget.setTabOrder(previous, check)
                previous = check
        self.blocksBox.setVisible(bool(self._rows))

    def _block_row(self, model: Model, block: Block) -> tuple[QWidget, QCheckBox]:
        row = QWidget(self.blocksBox)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        title = bounded(block.title, _MAX_TITLE)
        check = OptionCheck(title, row)
        check.setObjectName(f"block_{block.name}")
        check.setToolTip(plain_tip(block.description or block.title))
        check.setAccessibleName(title)
        check.setChecked(self._is_on(model, block))
        check.toggled.connect(
            lambda on, model_id=model.id, name=block.name: self._on_block(model_id, name, on)
        )
        layout.addWidget(check, 1)
        if self._prices_shown:
            layout.addWidget(self._price_of(block, check, row))
        return row, check

    def _price_of(self, block: Block, check: QCheckBox, row: QWidget) -> QLabel:
        text = option_price_text(block)
        check.setAccessibleName(f"{check.accessibleName()}, {text}")
        label = QLabel(text, row)
        if block.price:  # the line above says that it is credits
            short = translate("Model", "+{price}/km²").format(price=number_text(block.price))
            label.setText(short)
            label.setToolTip(text)
        return label

    def _on_block(self, model_id: str, name: str, on: bool) -> None:
        self._choices.setdefault(model_id, {})[name] = on
        self._show_description()
        self.changed.emit()

    def _is_on(self, model: Model, block: Block) -> bool:
        """Return what the user chose; before that what the service suggests, but an option that costs starts off."""
        suggested = block.default_enabled and block.price is not None and block.price <= 0
        return self._choices.get(model.id, {}).get(block.name, suggested)

    def _show_description(self) -> None:
        """Say what the model finds; its price and best zoom follow in the same line where there is room for them."""
        model = self.model
        if model is None:
            self.modelDescription.setText(
                translate("Model", "This project offers no models. Choose another project.")
            )
            self.modelDescription.show()
            return
        terms = []
        if self._prices_shown:
            terms.append(price_text(self.price_per_km2))
        if model.best_zoom is not None:
            terms.append(translate("Model", "best at zoom {zoom}").format(zoom=model.best_zoom))
        unbroken = " · ".join(whole(term) for term in terms)
        text = with_units(bounded(model.description, _MAX_DESCRIPTION))
        between = " " if text.endswith(_ENDS) else " · "
        self.modelDescription.setText(between.join(part for part in (text, unbroken) if part))
        self.modelDescription.setVisible(bool(self.modelDescription.text()))


def _index_like(before: Optional[Model], models: tuple[Model, ...]) -> int:
    if before is None:
        return 0 if models else -1
    by_id = [index for index, model in enumerate(models) if model.id == before.id]
    by_name = [index for index, model in enumerate(models) if model.name == before.name]
    return next(iter(by_id + by_name), 0 if models else -1)
