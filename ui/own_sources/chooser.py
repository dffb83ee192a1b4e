"""Chooses one's own source for a processing, its zoom, and sees to it that it is tried before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from ...api.own_sources.kept import KeptSources
from ...api.own_sources.login import login_problem
from ...api.own_sources.sending import as_named
from ...jobs.cost import ImageryPrice
from ...text.translation import translate
from ..widgets.combos.refilling import refill
from ..widgets.icons import icon_named
from .editing import SourceEditing
from .fit import at_zoom, source_zooms, zoom_text
from .given import offered_source, why_not_kept
from .previews import why_no_preview
from .readiness import SourceReadiness, Spot

if TYPE_CHECKING:
    from ...api.account import Model
    from ...api.own_sources.source import OwnSource
    from ...api.sources import UserSource

_FORM = str(Path(__file__).with_name("chooser.ui"))
_SOON_MS = 400  # after the last change: an area that is being changed is not followed tile by tile


class OwnSources(QWidget):
    """The kept sources, and whether the chosen one has a tile under the area at the chosen zoom."""

    changed = pyqtSignal()
    preview_wanted = pyqtSignal(object, int)  # OwnSource, the deepest zoom

    ownSourceCombo: QComboBox
    ownSourceRow: QHBoxLayout
    newSourceButton: QToolButton
    editSourceButton: QToolButton
    removeSourceButton: QToolButton
    ownSourceZoomTitle: QLabel
    ownSourceZoomCombo: QComboBox
    checkSourceButton: QPushButton
    ownSourceLabel: QLabel

    def __init__(self, kept: KeptSources, spot: Spot, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._kept = kept
        self._told: object = None
        self.readiness = SourceReadiness(spot, self)
        self.editing = SourceEditing(kept, lambda: next(iter(spot()[0]), None), self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._look)
        self.previewSourceButton = QPushButton(translate("OwnSources", "Prev&iew"), self)
        self.previewSourceButton.setObjectName("previewSourceButton")
        self.previewSourceButton.setAutoDefault(False)
        self.previewSourceButton.setAccessibleName(translate("OwnSources", "Preview the source on the map"))
        for button, icon in (
            (self.newSourceButton, "symbologyAdd.svg"),
            (self.editSourceButton, "symbologyEdit.svg"),
            (self.removeSourceButton, "symbologyRemove.svg"),
        ):
            button.setIcon(icon_named(icon))
        self._connect()
        self._fill()

    @property
    def chosen(self) -> Optional[OwnSource]:
        """The chosen source at the chosen zoom."""
        kept: Optional[OwnSource] = self.ownSourceCombo.currentData()
        if kept is None:
            return None
        return at_zoom(kept, self.ownSourceZoomCombo.currentData()) if kept.kind.is_tiled else kept

    @property
    def zoom(self) -> Optional[int]:
        """The chosen level; it may be set to one that is not among those that are advised."""
        zoom: Optional[int] = self.ownSourceZoomCombo.currentData()
        return zoom

    @zoom.setter
    def zoom(self, zoom: Optional[int]) -> None:
        combo = self.ownSourceZoomCombo
        row = combo.findData(zoom)
        source: Optional[OwnSource] = self.ownSourceCombo.currentData()
        if row < 0 and zoom is not None and source is not None and source.kind.is_tiled:
            combo.addItem(str(zoom), zoom)
            row = combo.count() - 1
        combo.setCurrentIndex(max(0, row))

    @property
    def source(self) -> Optional[UserSource]:
        """The imagery as a processing names it; None while there is none to use."""
        chosen = self.chosen
        return None if chosen is None or self.problem else as_named(chosen)

    @property
    def price(self) -> ImageryPrice:
        """One's own costs nothing."""
        return ImageryPrice(0.0)

    @property
    def problem(self) -> str:
        """Why it cannot be used with the model and the area, as a sentence; "" when it can."""
        chosen = self.chosen
        if chosen is None:
            return translate("OwnSources", "You have no source yet. Press + to add one.")
        return self.readiness.problem(chosen)

    def choose(self, name: str) -> bool:
        """Choose the kept source of that name; False where there is none."""
        self._fill()
        names = [self.ownSourceCombo.itemData(row).name for row in range(self.ownSourceCombo.count())]
        if name not in names:
            return False
        self.ownSourceCombo.setCurrentIndex(names.index(name))
        return True

    def show_given(self, values: Mapping[str, object]) -> str:
        """Choose the source that a processing used, by what its `userDefined` says; return what there is to say of it.

        Where it is not among those that are kept, a new one is offered that has its address.
        """
        source = self._kept.matching(values)
        if source is None:
            offered = offered_source(values)
            if offered is not None:
                self.editing.make(self.readiness.model, offered)
            return why_not_kept(values, is_offered=offered is not None)
        self.choose(source.name)
        given = offered_source(values)
        self.zoom = None if given is None else given.zoom
        return login_problem(source.authcfg)

    def set_model(self, model: Optional[Model]) -> None:
        """The model that is to use it."""
        self.readiness.model = model
        self._show_zooms()

    def close_dialogs(self) -> None:
        """Close what is open, and wait for no tile."""
        self._soon.stop()
        self.editing.close()
        self.readiness.checks.cancel()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: sources may have been kept elsewhere meanwhile."""
        super().showEvent(event)
        self._fill()

    def _connect(self) -> None:
        self._kept.changed.connect(self._fill)
        self.editing.saved.connect(self._on_saved)
        self.readiness.checks.changed.connect(self._show)
        self.ownSourceCombo.currentIndexChanged.connect(self._show_zooms)
        self.ownSourceZoomCombo.currentIndexChanged.connect(self.look_again)
        self.newSourceButton.clicked.connect(lambda: self.editing.make(self.readiness.model))
        self.editSourceButton.clicked.connect(self._edit)
        self.removeSourceButton.clicked.connect(self._remove)
        self.checkSourceButton.clicked.connect(self._check)
        self.previewSourceButton.clicked.connect(self._preview)

    def _fill(self) -> None:
        """Show what is kept; the chosen source stays chosen while it is there."""
        combo, kept = self.ownSourceCombo, self._kept.all()
        if [combo.itemData(row) for row in range(combo.count())] == list(kept):
            self.look_again()
            return
        refill(combo, ((source.name, source) for source in kept))
        self._show_zooms()

    def _show_zooms(self, _row: int = 0) -> None:
        """Offer the levels of the chosen source; one that was chosen for it before stays while it is offered."""
        source: Optional[OwnSource] = self.ownSourceCombo.currentData()
        combo = self.ownSourceZoomCombo
        before = (combo.property("source"), combo.currentData())
        model = self.readiness.model
        combo.blockSignals(True)
        combo.clear()
        zooms = () if source is None else source_zooms(source, model)
        for zoom in zooms:
            combo.addItem(zoom_text(zoom, model), zoom)
        key = "" if source is None else f"{source.name}\n{source.zoom}"
        wanted = before[1] if before[0] == key else (None if source is None else source.zoom)
        combo.setProperty("source", key)
        combo.setCurrentIndex(zooms.index(wanted) if wanted in zooms else 0)
        combo.blockSignals(False)
        self.look_again()

    def look_again(self, _row: int = 0) -> None:
        """The source, the zoom, the area or the map is another one: the tile under it may be, too."""
        self._show()
        self._soon.start()

    def _on_saved(self, source: OwnSource) -> None:
        self.readiness.checks.forget(source)  # its login may be another one under the same id
        self.choose(source.name)

    def _edit(self) -> None:
        source: Optional[OwnSource] = self.ownSourceCombo.currentData()
        if source is not None:
            self.editing.change(source, self.readiness.model)

    def _remove(self) -> None:
        source: Optional[OwnSource] = self.ownSourceCombo.currentData()
        if source is not None:
            self.editing.remove(source)

    def _preview(self) -> None:
        chosen = self.chosen
        if chosen is not None:
            self.preview_wanted.emit(chosen, self.readiness.zoom_of(chosen))

    def _check(self) -> None:
        chosen = self.chosen
        if chosen is not None:
            self.readiness.check_or_stop(chosen)
            self._show()

    def _look(self) -> None:
        chosen = self.chosen
        if chosen is not None and self.isVisible():
            self.readiness.look(chosen)

    def _show(self) -> None:
        source = self.chosen
        is_tiled = source is not None and source.kind.is_tiled
        for button in (self.editSourceButton, self.removeSourceButton):
            button.setEnabled(source is not None)
        self.ownSourceCombo.setEnabled(source is not None)
        for widget in (self.ownSourceZoomTitle, self.ownSourceZoomCombo, self.checkSourceButton):
            widget.setVisible(is_tiled)
        is_checking = source is not None and self.readiness.is_checking(source)
        self.checkSourceButton.setText(
            translate("OwnSources", "Stop") if is_checking else translate("OwnSources", "Check")
        )
        self.previewSourceButton.setEnabled(source is not None and not why_no_preview(source))
        self.previewSourceButton.setToolTip(
            "" if source is None else why_no_preview(source) or _preview_tip()
        )
        problem = self.problem
        self.ownSourceLabel.setText(problem or ("" if source is None else self.readiness.terms(source)))
        told = (source, problem)
        if told != self._told:
            self._told = told
            self.changed.emit()


def _preview_tip() -> str:
    return translate("OwnSources", "Add this imagery at this zoom to the map, below the other layers")
