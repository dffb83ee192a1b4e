"""*For Each Feature…*: opens the algorithm for many areas, filled in with what stands in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton

from ....text.toolbox import MANY_AREAS, PROVIDER_ID
from ....text.translation import translate
from ...header.project_sharing import why_only_look
from ...widgets.notice import Notice
from .given import given_in_form

if TYPE_CHECKING:
    from ....api.session import Session
    from ..area_section import AreaSection
    from ..imagery_section import ImagerySection
    from ..model.section import ModelSection
    from ..name_section import NameSection


class ForEachFeature(QObject):
    """The button, which says in its tip what it does or why it cannot; a press opens QGIS's own dialog."""

    notice = pyqtSignal(object)  # Notice
    ended = pyqtSignal()  # a batch: there may be other processings now, and fewer credits

    def __init__(
        self,
        session: Session,
        button: QPushButton,
        area: AreaSection,
        model: ModelSection,
        imagery: ImagerySection,
        naming: NameSection,
    ) -> None:
        super().__init__(button)
        self._session = session
        self._button = button
        self._area = area
        self._model = model
        self._imagery = imagery
        self._naming = naming
        for signal in (session.signed_in, session.account_changed, session.project_changed):
            signal.connect(self._show)
        area.chosen.told.connect(self._show)
        area.changed.connect(self._show)
        model.parameters.changed.connect(self._show)
        model.changed.connect(self._show)
        button.clicked.connect(self._open)
        self._show()

    def _why_not(self) -> str:
        project = self._session.project
        if project is not None and not project.may_start:
            return why_only_look(project.standing) or translate(
                "ForEach", "You may look at this project, but not start anything in it."
            )
        if self._area.chosen.layer is None:
            return translate(
                "ForEach", "Choose a polygon layer under Area: this runs the model for each of its features."
            )
        if self._model.parameters.values:
            return translate("ForEach", "Remove the parameters of the model first: this does not take them.")
        return ""

    def _show(self, _news: object = None) -> None:
        reason = self._why_not()
        self._button.setEnabled(not reason)
        self._button.setAccessibleDescription(reason)
        self._button.setToolTip(
            reason
            or translate(
                "ForEach",
                "Run the model for each feature of the layer, however large, and merge the results (opens an "
                "algorithm; nothing is started yet)",
            )
        )

    def _open(self) -> None:
        given = given_in_form(
            self._area.chosen, self._model, self._imagery, self._naming, self._session.project
        )
        dialog = _dialog(given)
        if dialog is None:
            text = translate(
                "ForEach",
                "QGIS's Processing is switched off. Switch on “Processing” under Plugins → Manage and Install "
                "Plugins → Installed, and try again.",
            )
            self.notice.emit(Notice(text))
            return
        dialog.algorithmFinished.connect(self._on_ended)
        dialog.show()
        dialog.raise_()

    def _on_ended(self, _is_whole: bool, _outcome: object) -> None:
        self._session.refresh_account()
        self.ended.emit()


def _dialog(given: dict[str, Any]) -> Any:
    """QGIS's dialog of the algorithm with these parameters; None where there is no Processing."""
    try:
        from processing import createAlgorithmDialog
    except ImportError:
        return None
    return createAlgorithmDialog(f"{PROVIDER_ID}:{MANY_AREAS}", given)
