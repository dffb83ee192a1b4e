"""What can be done with the chosen processings: the actions of the page's buttons, context menu and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QMenu, QTreeView

from ...api.processings import Processing, Status
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.keys.view_keys import ViewKeys
from ..widgets.rows.copied_rows import copy_action
from .editing.actions import ReviewActions
from .results.actions import LayerActions

if TYPE_CHECKING:
    from ...api.projects import Project


class ProcessingActions(QObject):
    """The actions, enabled by what is chosen and by what one may do in the project. The page connects them."""

    def __init__(
        self,
        view: QTreeView,
        may_have_result: Callable[[Processing], bool] = lambda processing: processing.may_have_result,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._may_have_result = may_have_result
        self.add = self._action(
            "addResultAction", translate("Processings", "&Add Result to Map"), "mActionAddLayer.svg"
        )
        self.layers = LayerActions(self._action)
        self.cancel = self._action(
            "cancelResultAction", translate("Processings", "&Cancel Adding or Saving"), "mTaskCancel.svg"
        )
        self.zoom = self._action(
            "zoomToProcessingAction", translate("Processings", "&Zoom to Area"), "mActionZoomToArea.svg"
        )
        self.area = self._action(
            "areaAsLayerAction", translate("Processings", "Add A&rea as Layer"), "outlines.svg"
        )
        self.details = self._action(
            "processingDetailsAction", translate("Processings", "D&etails…"), "mActionPropertiesWidget.svg"
        )
        self.summary = self._action(
            "resultSummaryAction", translate("Processings", "Summar&y…"), "mActionSum.svg"
        )
        self.source = self._action(
            "showSourceAction", translate("Processings", "Show So&urce"), "mActionFilter2.svg"
        )
        self.source.setToolTip(translate("Processings", "Show the imagery that the processing used"))
        self.duplicate = self._duplicate_action()
        self.rename = self._action(
            "renameProcessingAction", translate("Processings", "Re&name"), "mActionToggleEditing.svg"
        )
        self.describe = self._action(
            "describeProcessingAction", translate("Processings", "Descri&be…"), "mActionEditTable.svg"
        )
        self.move = self._action(
            "moveProcessingAction", translate("Processings", "&Move to Project…"), "mActionFolder.svg"
        )
        self.restart = self._action(
            "restartProcessingAction", translate("Processings", "Re&start…"), "mTaskRunning.svg"
        )
        self.delete = self._action(
            "deleteProcessingsAction", translate("Processings", "&Delete…"), "mActionDeleteSelected.svg"
        )
        self.copy_id = self._action(
            "copyProcessingIdAction", translate("Processings", "Copy &ID"), "mActionEditCopy.svg"
        )
        self.copy_rows = copy_action(view, with_hidden=True)  # a spreadsheet has room for all columns
        self.refresh = self._action(
            "refreshProcessingsAction", translate("Processings", "Re&fresh List"), "mActionRefresh.svg"
        )
        self.review = ReviewActions(view)
        self._give_keys()
        self.save_menu = _save_menu(view)
        self.menu = self._menu()
        self.update([], None, False)

    def update(
        self,
        chosen: Sequence[Processing],
        project: Optional[Project],
        under_way: bool,
        current: Optional[Project] = None,
    ) -> None:
        """Enable what makes sense for `chosen`; `under_way` says that a result of theirs is being transferred.

        `project` has them; what is run once more is run in the `current` one.
        """
        ready = any(processing.status is Status.OK for processing in chosen)
        has_any = any(self._may_have_result(processing) for processing in chosen)
        is_one = len(chosen) == 1
        may_change = project is not None and project.may_change_processings
        may_start = project is not None and project.may_start
        self.add.setEnabled(has_any)
        self.layers.update(chosen, has_any)
        self.save_menu.setEnabled(is_one and has_any)
        self._name_results(has_any and not ready)
        if not has_any:
            self.add.setToolTip(_nothing_to_add(chosen))
        self.cancel.setVisible(under_way)
        self.cancel.setEnabled(under_way)
        self.zoom.setEnabled(is_one)
        self.area.setEnabled(is_one)
        self.details.setEnabled(is_one)
        self.summary.setEnabled(is_one and has_any)
        self.summary.setToolTip(
            translate("Processings", "Count and measure the objects of the result")
            if has_any
            else _nothing_to_add(chosen)
        )
        self.source.setEnabled(is_one)
        self.copy_id.setEnabled(bool(chosen))
        self.rename.setEnabled(is_one and may_change)
        self.describe.setEnabled(is_one and may_change)
        self.move.setEnabled(is_one and may_change)
        self.review.update(chosen, may_start)
        self._offer_duplicate(is_one, current is not None and current.may_start)
        self.restart.setEnabled(is_one and may_start and chosen[0].status is Status.FAILED)
        self.delete.setEnabled(bool(chosen) and may_change)
        refusal = (
            ""
            if may_change
            else translate("Processings", "Only maintainers and owners of the project may do this.")
        )
        self.rename.setToolTip(refusal or translate("Processings", "Give the processing another name"))
        self.describe.setToolTip(refusal or translate("Processings", "Change the description"))
        self.move.setToolTip(refusal or translate("Processings", "Move the processing to another project"))
        self._name_deletion(bool(chosen) and all(each.status.is_running for each in chosen), refusal)

    def _duplicate_action(self) -> QAction:
        text = translate("Processings", "Duplicate int&o Run")
        return self._action("duplicateProcessingAction", text, "mActionDuplicateLayer.svg")

    def _offer_duplicate(self, is_one: bool, may_start: bool) -> None:
        tip = translate("Processings", "Fill the Run tab as this processing was run")
        refusal = translate(
            "Processings", "In this project you may only look. Choose another one to run it there."
        )
        self.duplicate.setEnabled(is_one and may_start)
        self.duplicate.setToolTip(tip if may_start else refusal)

    def _name_deletion(self, stops: bool, refusal: str) -> None:
        """The service stops what runs by deleting it, and in no other way."""
        if stops:
            text = translate("Processings", "Stop and &Delete…")
            tip = translate("Processings", "Stop the chosen processings: the service can only delete them")
        else:
            text = translate("Processings", "&Delete…")
            tip = translate("Processings", "Delete the chosen processings with their results")
        self.delete.setText(text)
        self.delete.setToolTip(refusal or tip)

    def _name_results(self, in_part: bool) -> None:
        self.add.setText(
            translate("Processings", "&Add What Is Ready to Map")
            if in_part
            else translate("Processings", "&Add Result to Map")
        )
        self.add.setToolTip(
            translate(
                "Processings",
                "Add the parts that are ready: they were paid for, though the processing failed",
            )
            if in_part
            else translate("Processings", "Add the result to the map")
        )
        self.save_menu.setTitle(
            translate("Processings", "Sa&ve What Is Ready As")
            if in_part
            else translate("Processings", "Sa&ve Result As")
        )

    def _menu(self) -> QMenu:
        menu = QMenu(self._view)
        menu.setObjectName("processingsMenu")
        menu.setToolTipsVisible(True)
        for action in (self.add, *self.layers.all):
            menu.addAction(action)
        menu.addMenu(self.save_menu)
        menu.addSeparator()
        menu.addAction(self.cancel)
        menu.addSeparator()
        for action in (
            self.zoom,
            self.area,
            self.source,
            self.details,
            self.summary,
            self.copy_id,
            self.copy_rows,
        ):
            menu.addAction(action)
        menu.addSeparator()
        for action in (self.duplicate, self.rename, self.describe, self.move, self.restart):
            menu.addAction(action)
        menu.addMenu(self.review.menu)
        menu.addSeparator()
        menu.addAction(self.refresh)
        menu.addSeparator()
        menu.addAction(self.delete)
        return menu

    def _give_keys(self) -> None:
        enter = [QKeySequence(Qt.Key.Key_Return), QKeySequence(Qt.Key.Key_Enter)]
        self.add.setShortcuts(enter)
        self.details.setShortcut(QKeySequence("Alt+Return"))
        self.summary.setShortcut(QKeySequence(Qt.Key.Key_F4))
        self.duplicate.setShortcut(QKeySequence(Qt.Key.Key_Insert))
        self.rename.setShortcut(QKeySequence(Qt.Key.Key_F2))
        self.delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        self.refresh.setShortcut(QKeySequence(Qt.Key.Key_F5))
        plain = {
            int(Qt.Key.Key_Return): self.add,
            int(Qt.Key.Key_Enter): self.add,
            int(Qt.Key.Key_Insert): self.duplicate,
            int(Qt.Key.Key_F2): self.rename,
            int(Qt.Key.Key_F4): self.summary,
            int(Qt.Key.Key_Delete): self.delete,
            int(Qt.Key.Key_F5): self.refresh,
        }
        self._keys = ViewKeys(self._view, plain, {int(Qt.Key.Key_Return): self.details})

    def _action(self, name: str, text: str, icon: str) -> QAction:
        action = QAction(icon_named(icon), text, self)
        action.setObjectName(name)
        # The keys belong to the list alone: a Delete pressed in the filter box must not delete processings.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(action)
        return action


def _nothing_to_add(chosen: Sequence[Processing]) -> str:
    """Why nothing of these can be added to the map."""
    if not chosen:
        return translate("Processings", "Choose the processing whose result is to be added to the map")
    if any(processing.status.is_running for processing in chosen):
        return translate(
            "Processings", "There is no result yet: it can be added once the processing is ready"
        )
    if any(processing.status is Status.FAILED for processing in chosen):
        return translate("Processings", "It failed, and no part of it is ready. Its details say why")
    return translate("Processings", "There is no result to add")


def _save_menu(view: QTreeView) -> QMenu:
    menu = QMenu(translate("Processings", "Sa&ve Result As"), view)
    menu.setObjectName("saveAsMenu")
    menu.menuAction().setIcon(icon_named("mActionFileSaveAs.svg"))
    return menu
