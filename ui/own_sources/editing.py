"""Makes, changes and removes the sources that are kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QMessageBox, QPushButton, QWidget

from ...api.own_sources.kept import KeptSources
from ...api.own_sources.login import is_made_here, remove_login
from ...api.own_sources.problems import source_problem
from ...api.own_sources.source import OwnSource
from ...layers.sources.found import named
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.guide import Chapter
from ..widgets.question import plain_box
from .dialog import Place, SourceDialog

if TYPE_CHECKING:
    from ...api.account import Model
    from ...layers.sources.found import FoundSource

_MAX_NAME = 60


class SourceEditing(QObject):
    """Opens one dialog at a time; none of them holds up QGIS."""

    saved = pyqtSignal(object)  # OwnSource, as it is kept now

    def __init__(self, kept: KeptSources, place: Place, window: QWidget) -> None:
        super().__init__(window)
        self._kept = kept
        self._place = place
        self._window = window
        self._dialog: Optional[SourceDialog] = None
        self._box: Optional[QMessageBox] = None

    def make(self, model: Optional[Model], offered: Optional[OwnSource] = None) -> None:
        """Make a source; the fields begin with what is `offered`."""
        self._open(SourceDialog(self._kept.names(), self._place, model, None, offered, self._window))

    def take(self, found: FoundSource, model: Optional[Model]) -> str:
        """Save what was found in QGIS, and return what there is to say of it.

        What is kept already is saved no second time. What has a login to be encrypted first is offered in the dialog.
        """
        source = found.source
        if source is None:
            return found.problem
        known = self._kept.matching({"sourceType": source.kind.value, "url": source.url, "crs": source.crs})
        if known is not None:
            self.saved.emit(known)
            return ""
        fresh = named(found, self._kept.names()).source or source
        if found.login is not None or source_problem(fresh):
            dialog = SourceDialog(self._kept.names(), self._place, model, None, None, self._window)
            dialog.take(found)
            self._open(dialog)
            return ""
        self._keep("", fresh)
        said = translate("OwnSources", "“{name}” is kept under My Sources.")
        return " ".join((said.format(name=bounded(fresh.name, _MAX_NAME)), *found.remarks))

    def change(self, source: OwnSource, model: Optional[Model]) -> None:
        """Change a source that is kept."""
        taken = self._kept.names(but=source.name)
        dialog = SourceDialog(taken, self._place, model, source, None, self._window)
        dialog.has_own_login = self._kept.users_of(source.authcfg) == [source.name]
        self._open(dialog, source.name)

    def remove(self, source: OwnSource) -> None:
        """Ask whether a source is to be kept no longer; its login goes, too, where it is of no other use."""
        self.close()
        name = bounded(source.name, _MAX_NAME)
        text = translate("OwnSources", "Remove “{name}”?").format(name=name)
        more = translate("OwnSources", "Only the entry is removed. Processings that used it stay.")
        box = plain_box(self._window, "removeSource", text, more, Chapter.MY_SOURCES)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        yes = QPushButton(translate("OwnSources", "&Remove"), box)
        yes.setObjectName("goOnButton")
        box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        if is_made_here(source.authcfg) and self._kept.users_of(source.authcfg) == [source.name]:
            check = QCheckBox(translate("OwnSources", "Delete its &login from QGIS, too"), box)
            check.setChecked(True)
            box.setCheckBox(check)
        box.finished.connect(partial(self._on_answer, source))
        self._box = box
        box.open()

    def close(self) -> None:
        """Close what is open, without keeping anything."""
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.reject()
        box, self._box = self._box, None
        if box is not None:
            box.close()

    def _open(self, dialog: SourceDialog, former_name: str = "") -> None:
        self.close()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(partial(self._keep, former_name))
        dialog.finished.connect(self._on_closed)
        self._dialog = dialog
        dialog.open()

    def _keep(self, former_name: str, source: OwnSource) -> None:
        former = self._kept.named(former_name)
        self._kept.save(source, former_name)
        if former is not None and not self._kept.users_of(former.authcfg):
            # it was made for this source, which has another one now, or needs none
            remove_login(former.authcfg)
        self.saved.emit(source)

    def _on_closed(self, _result: int) -> None:
        self._dialog = None

    def _on_answer(self, source: OwnSource, _result: int) -> None:
        box, self._box = self._box, None
        if box is None or box.buttonRole(box.clickedButton()) != QMessageBox.ButtonRole.AcceptRole:
            return
        check = box.checkBox()
        self._kept.remove(source.name)
        if check is not None and check.isChecked():
            remove_login(source.authcfg)
