"""What can be done with the chosen uploads: a menu, and the keys that do the same."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QModelIndex, QObject, QPoint, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QListView, QMenu

from ...jobs.uploads.batch import Upload
from ...jobs.uploads.queue import UploadQueue
from ...jobs.uploads.stage import Stage
from ...text.translation import translate
from ..widgets.facts.dialog import FactsDialog
from ..widgets.guide import Chapter
from .model import Role
from .notices import upload_facts
from .questions import UploadQuestions


class UploadActions(QObject):
    """Acts on the uploads that are chosen in `view`. Its model has to be set before."""

    def __init__(self, view: QListView, queue: UploadQueue, questions: UploadQuestions) -> None:
        super().__init__(view)
        self._view = view
        self._queue = queue
        self._questions = questions
        self._menu = QMenu(view)
        self._menu.setObjectName("uploadMenu")
        self.decide = self._add("decideUploadAction", translate("Uploads", "&Decide…"), "/mIconWarning.svg")
        self.retry = self._add("retryUploadAction", translate("Uploads", "&Try Again"), "/mActionRefresh.svg")
        self.details = self._add(
            "uploadDetailsAction", translate("Uploads", "D&etails…"), "/mActionIdentify.svg"
        )
        self._menu.addSeparator()
        self.cancel = self._add("cancelUploadAction", translate("Uploads", "&Cancel"), "/mTaskCancel.svg")
        self.remove = self._add(
            "removeUploadAction",
            translate("Uploads", "&Remove from List"),
            "",
            QKeySequence(Qt.Key.Key_Delete),
        )
        self.decide.triggered.connect(self._decide)
        self.retry.triggered.connect(lambda: queue.retry(self._chosen_ids()))
        self.cancel.triggered.connect(lambda: queue.cancel(self._chosen_ids()))
        self.remove.triggered.connect(lambda: queue.uploads.remove(self._chosen_ids()))
        self.details.triggered.connect(self._show_details)
        view.customContextMenuRequested.connect(self._open_menu)
        view.selectionModel().selectionChanged.connect(lambda *_what_changed: self.update())
        view.doubleClicked.connect(self._on_double_click)
        self.update()

    def update(self) -> None:
        """Offer what can be done with the chosen uploads."""
        chosen = self._chosen()
        stages = {upload.stage for upload in chosen}
        self.decide.setVisible(Stage.UNDECIDED in stages)
        self.retry.setEnabled(any(stage.may_be_retried for stage in stages))
        self.cancel.setEnabled(any(stage.is_on_its_way for stage in stages))
        self.remove.setEnabled(any(not stage.is_on_its_way for stage in stages))
        self.details.setEnabled(len(chosen) == 1)

    def _chosen_ids(self) -> list[int]:
        indexes = sorted(self._view.selectionModel().selectedRows(), key=lambda index: index.row())
        return [index.data(int(Role.ROW)).id for index in indexes]

    def _chosen(self) -> list[Upload]:
        return self._queue.uploads.of(self._chosen_ids())

    def _decide(self) -> None:
        batch = next((each.batch for each in self._chosen() if each.stage is Stage.UNDECIDED), None)
        if batch is not None:
            self._questions.ask(batch)

    def _show_details(self) -> None:
        chosen = self._chosen()
        if len(chosen) == 1:
            title = translate("Uploads", "Upload")
            FactsDialog(title, upload_facts(chosen[0]), Chapter.MY_IMAGERY, self._view).open()

    def _open_menu(self, where: QPoint) -> None:
        if self._chosen():
            self._menu.popup(self._view.viewport().mapToGlobal(where))

    def _on_double_click(self, _index: QModelIndex) -> None:
        if self.decide.isVisible():
            self._decide()
        else:
            self._show_details()

    def _add(self, name: str, text: str, icon: str, key: Optional[QKeySequence] = None) -> QAction:
        action = QAction(text, self._view)
        action.setObjectName(name)
        if icon:
            action.setIcon(QgsApplication.getThemeIcon(icon))
        if key is not None:
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(action)
        self._menu.addAction(action)
        return action
