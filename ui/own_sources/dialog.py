"""The dialog that makes or changes a source of one's own, and tries it with a tile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.gui import QgsAuthConfigSelect, QgsPasswordLineEdit
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from ...api.models.fit import best_zoom
from ...api.own_sources.addresses import address_problem, key_advice, kind_of_address, part_login
from ...api.own_sources.kinds import WEB_MERCATOR, WORLD_MERCATOR, ZOOMS, SourceKind
from ...api.own_sources.login import SourceLogin, keep_login, login_problem
from ...api.own_sources.problems import name_problem, source_problem, unprotected_problem
from ...api.own_sources.source import KEY_MARK, OwnSource
from ...layers.sources.found import FoundSource, named
from ...layers.tiles.own import tile_under
from ...text.names import tidy_name
from ...text.translation import translate
from ..widgets.guide import Chapter, add_help_button
from .fit import zoom_text
from .qgis_menu import QgisMenu, why_not
from .trial import TileTrial

if TYPE_CHECKING:
    from ...api.account import Model

_FORM = str(Path(__file__).with_name("dialog.ui"))
_EXAMPLES = {
    SourceKind.XYZ: "https://tiles.example.com/{z}/{x}/{y}.png",
    SourceKind.TMS: "https://tiles.example.com/{z}/{x}/{y}.png",
    SourceKind.QUADKEY: "https://tiles.example.com/{q}.jpg",
    SourceKind.SENTINEL_L2A: "L2A_T32TQM_A007612_20180822T101024",
    SourceKind.LOCAL: "s3://bucket/image.tif",
}
Place = Callable[[], Optional[tuple[float, float]]]  # longitude and latitude where a tile is looked for


class SourceDialog(QDialog):
    """Makes a source, or changes `former`; `offered` is what the fields of a new one begin with.

    Says below the fields what is wrong with them; a login goes into QGIS's authentication store when it is saved.
    """

    saved = pyqtSignal(object)  # OwnSource

    sourceImportButton: QPushButton
    sourceNameEdit: QLineEdit
    sourceKindCombo: QComboBox
    sourceAddressEdit: QLineEdit
    sourceZoomCombo: QComboBox
    sourceCrsCombo: QComboBox
    sourceLoginGroup: QGroupBox
    sourceUserEdit: QLineEdit
    sourcePasswordEdit: QgsPasswordLineEdit
    sourceConfigSelect: QgsAuthConfigSelect
    tryTileButton: QPushButton
    sourceTileLabel: QLabel
    sourceMessage: QLabel
    sourceButtons: QDialogButtonBox

    def __init__(
        self,
        taken: Sequence[str],
        place: Place,
        model: Optional[Model] = None,
        former: Optional[OwnSource] = None,
        offered: Optional[OwnSource] = None,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._former = former
        self.has_own_login = True  # whether no other source has the login of `former`
        self._taken = tuple(taken)
        self._place = place
        self._model = model
        self._trial = TileTrial(self.tryTileButton, self.sourceTileLabel, self)
        title = translate("OwnSources", "Edit Source") if former else translate("OwnSources", "New Source")
        self.setWindowTitle(title)
        self._fill(former or offered)
        self.sourceImportButton.setVisible(former is None)
        self._connect()
        self._follow_kind()
        self.sourceMessage.clear()

    @property
    def kind(self) -> SourceKind:
        """The chosen kind."""
        kind: SourceKind = self.sourceKindCombo.currentData()
        return kind

    def typed(self) -> OwnSource:
        """The source as the fields have it, its login without what is only typed."""
        zoom: Optional[int] = self.sourceZoomCombo.currentData()
        is_tiled = self.kind.is_tiled
        return OwnSource(
            name=tidy_name(self.sourceNameEdit.text()),
            kind=self.kind,
            url=self.sourceAddressEdit.text().strip(),
            zoom=zoom if is_tiled else None,
            crs=self.sourceCrsCombo.currentData() if is_tiled else WEB_MERCATOR,
            authcfg=self.sourceConfigSelect.configId() if is_tiled else "",
        )

    def take(self, found: FoundSource) -> None:
        """Fill the fields with what QGIS knows of a source; of one that cannot be used only say why."""
        problem = why_not(found)
        if problem or found.source is None:
            self.sourceMessage.setText(problem)
            return
        source = named(found, self._taken).source or found.source
        login = found.login or SourceLogin("", "")
        self._show_source(source)
        self.sourceUserEdit.setText(login.user)
        self.sourcePasswordEdit.setText(login.secret)
        self._on_edited()
        moved = translate("OwnSources", "QGIS has its login in plain: saved here, it is encrypted.")
        remarks = [*found.remarks, *([moved] if found.login is not None else [])]
        if remarks and not self._problem()[0]:
            self.sourceMessage.setText(" ".join(remarks))

    def done(self, result: int) -> None:
        """Qt: the dialog closes, however it does; no tile is waited for any more, and no password kept."""
        self._trial.stop()
        self.sourcePasswordEdit.clear()
        super().done(result)

    def _fill(self, source: Optional[OwnSource]) -> None:
        for kind in SourceKind:
            self.sourceKindCombo.addItem(kind.title, kind)
        best = best_zoom(self._model)
        for zoom in (None, *range(ZOOMS[0], ZOOMS[1] + 1)):
            self.sourceZoomCombo.addItem(zoom_text(zoom, self._model), zoom)
        self.sourceCrsCombo.addItem(translate("OwnSources", "EPSG:3857 - Web Mercator"), WEB_MERCATOR)
        self.sourceCrsCombo.addItem(translate("OwnSources", "EPSG:3395 - World Mercator"), WORLD_MERCATOR)
        add_help_button(self.sourceButtons, Chapter.MY_SOURCES)
        self._show_source(
            source or OwnSource("", SourceKind.XYZ, "", best if self._model is not None else None)
        )
        self.sourceConfigSelect.setAccessibleName(translate("OwnSources", "Login stored in QGIS"))

    def _show_source(self, shown: OwnSource) -> None:
        self.sourceNameEdit.setText(shown.name)
        self.sourceAddressEdit.setText(shown.url)
        self.sourceAddressEdit.setCursorPosition(0)
        self.sourceKindCombo.setCurrentIndex(self.sourceKindCombo.findData(shown.kind))
        self.sourceZoomCombo.setCurrentIndex(max(0, self.sourceZoomCombo.findData(shown.zoom)))
        self.sourceCrsCombo.setCurrentIndex(max(0, self.sourceCrsCombo.findData(shown.crs)))
        self.sourceConfigSelect.setConfigId(shown.authcfg)

    def _connect(self) -> None:
        for edit in (self.sourceNameEdit, self.sourceUserEdit, self.sourcePasswordEdit):
            edit.textEdited.connect(self._on_edited)
        self.sourceAddressEdit.textEdited.connect(self._on_address)
        self.sourceAddressEdit.editingFinished.connect(self._take_login_out)
        self.sourceKindCombo.currentIndexChanged.connect(self._follow_kind)
        self.sourceZoomCombo.currentIndexChanged.connect(self._on_edited)
        self.sourceCrsCombo.currentIndexChanged.connect(self._on_edited)
        self.sourceConfigSelect.selectedConfigIdChanged.connect(self._on_config)
        QgisMenu(self.sourceImportButton, self).picked.connect(self.take)
        self._trial.wanted.connect(self._check)
        self._trial.said.connect(self.sourceMessage.setText)
        self.sourceButtons.accepted.connect(self._save)
        self.sourceButtons.rejected.connect(self.reject)

    # what is typed

    def _problem(self) -> tuple[str, QLineEdit]:
        """The first thing that is wrong, and the field it is in."""
        typed = self.typed()
        problem = name_problem(typed.name, self._taken)
        if problem:
            return problem, self.sourceNameEdit
        problem = address_problem(typed.kind, typed.url)
        if problem:
            return problem, self.sourceAddressEdit
        return self._login_problem(typed), self.sourcePasswordEdit

    def _login_problem(self, typed: OwnSource) -> str:
        if not typed.kind.is_tiled:
            return ""
        login = self._typed_login()
        if typed.has_key and not typed.authcfg and login is None:
            return translate("OwnSources", "The address needs its key: type it under Password.")
        if login is not None and not typed.has_key and not (login.user and login.secret):
            return translate("OwnSources", "Type a user name and a password, or neither.")
        return login_problem(typed.authcfg) or (
            unprotected_problem(typed.url) if login is not None or typed.authcfg else ""
        )

    def _typed_login(self) -> Optional[SourceLogin]:
        user, secret = self.sourceUserEdit.text().strip(), self.sourcePasswordEdit.text()
        is_typed = bool(user or secret) and not self.sourceConfigSelect.configId() and self.kind.is_tiled
        return SourceLogin(user, secret) if is_typed else None

    def _on_edited(self, _what: object = None) -> None:
        """Say at once what is wrong; what has not been typed yet is not."""
        self._trial.stop()
        problem, field = self._problem()
        is_typed = field not in (self.sourceNameEdit, self.sourceAddressEdit) or bool(field.text().strip())
        advice = key_advice(self.sourceAddressEdit.text()) if self.kind.is_tiled else ""
        self.sourceMessage.setText((problem or advice) if is_typed else "")

    def _on_address(self, text: str) -> None:
        kind = kind_of_address(text)
        if kind is not None and kind is not self.kind:
            self.sourceKindCombo.setCurrentIndex(self.sourceKindCombo.findData(kind))
        self._on_edited()

    def _take_login_out(self) -> None:
        """Put a login that was typed or pasted with the address where logins go."""
        parted = part_login(self.sourceAddressEdit.text())
        if not parted.has_login:
            return
        self.sourceAddressEdit.setText(parted.url)
        self.sourceConfigSelect.setConfigId("")
        self.sourceUserEdit.setText(parted.user)
        self.sourcePasswordEdit.setText(parted.secret)
        self._on_edited()
        if not self._problem()[0]:
            self.sourceMessage.setText(
                translate(
                    "OwnSources", "The key of the address is under Password now: QGIS keeps it encrypted."
                )
                if KEY_MARK in parted.url
                else translate(
                    "OwnSources", "The login of the address is under Login now: QGIS keeps it encrypted."
                )
            )

    def _on_config(self, authcfg: str) -> None:
        for field in (self.sourceUserEdit, self.sourcePasswordEdit):
            field.setEnabled(not authcfg)
        self._on_edited()

    def _follow_kind(self, _row: int = 0) -> None:
        is_tiled = self.kind.is_tiled
        for combo in (self.sourceZoomCombo, self.sourceCrsCombo):
            combo.setEnabled(is_tiled)
        self.sourceLoginGroup.setEnabled(is_tiled)
        self.tryTileButton.setEnabled(is_tiled)
        self.sourceAddressEdit.setPlaceholderText(_EXAMPLES[self.kind])
        for field in (self.sourceUserEdit, self.sourcePasswordEdit):
            field.setEnabled(is_tiled and not self.sourceConfigSelect.configId())
        self._on_edited()

    # trying it

    def _check(self) -> None:
        self._take_login_out()
        typed, place = self.typed(), self._place()
        problem = address_problem(typed.kind, typed.url) or self._login_problem(typed)
        if not problem and place is None:
            problem = translate("OwnSources", "Choose an area first, or show the imagery's place on the map.")
        if problem or place is None:
            self.sourceMessage.setText(problem)
            return
        zoom = typed.zoom if typed.zoom is not None else best_zoom(self._model, typed.kind)
        self._trial.begin(typed, tile_under(typed, zoom, *place), self._typed_login())

    # saving it

    def _save(self) -> None:
        self._take_login_out()
        problem, field = self._problem()
        if problem:
            self.sourceMessage.setText(problem)
            field.setFocus()
            return
        typed, login = self.typed(), self._typed_login()
        if login is not None:
            replaced = self._former.authcfg if self._former is not None and self.has_own_login else ""
            authcfg = keep_login(login, typed.name, replaced)
            if authcfg is None:
                self.sourceMessage.setText(
                    translate(
                        "OwnSources",
                        "The login could not be kept: QGIS's authentication store stayed locked. Save again, and enter "
                        "the master password, or leave the login out.",
                    )
                )
                return
            typed = OwnSource(typed.name, typed.kind, typed.url, typed.zoom, typed.crs, authcfg)
        problem = source_problem(typed, self._taken)
        if problem:
            self.sourceMessage.setText(problem)
            return
        self.saved.emit(typed)
        self.accept()
