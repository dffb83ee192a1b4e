"""Fills the form with what a processing was run with; one click brings back what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....layers.areas.measure import wgs84
from ....text.server_text import bounded
from ....text.translation import translate
from ...widgets.notice import FORM, Notice
from .former import FormerForm

if TYPE_CHECKING:
    from ....api.processings import Processing
    from ....api.session import Session
    from ..area_section import AreaSection
    from ..imagery_section import ImagerySection
    from ..model.section import ModelSection
    from ..name_section import NameSection
    from .wanted import Duplicated

_LONGEST_NAME = 60


class FormFilling(QObject):
    """Restores area, model, options, imagery, name and description, and tells what cannot be had again."""

    notice = pyqtSignal(object)  # Notice
    settled = pyqtSignal(str)  # that notice is of no use any more

    def __init__(
        self,
        session: Session,
        area: AreaSection,
        model: ModelSection,
        imagery: ImagerySection,
        naming: NameSection,
        is_starting: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._area = area
        self._model = model
        self._imagery = imagery
        self._naming = naming
        self._is_starting = is_starting
        self._former: Optional[FormerForm] = None

    def fill(self, wanted: Duplicated) -> None:
        """Fill the form, and say so beside the way back."""
        if self._is_starting():  # what is started would clear the name and the description
            text = translate("Duplicate", "A processing is being started. Duplicate “{name}” once it is.")
            self.notice.emit(Notice(text.format(name=bounded(wanted.processing.name, _LONGEST_NAME))))
            return
        former = FormerForm.of(self._area, self._model, self._imagery, self._naming)
        processing = wanted.processing
        remarks = [self._project_remark(processing), self._choose_model(processing)]
        remarks += [self._choose_imagery(processing), self._choose_area(wanted)]
        self._naming.fill(wanted.name, processing.description)
        told = [each for each in remarks if each]
        text = translate("Duplicate", "The form is filled in as “{name}” was run.").format(
            name=bounded(processing.name, _LONGEST_NAME)
        )
        level = Qgis.MessageLevel.Warning if told else Qgis.MessageLevel.Info
        self._former = former
        undo = translate("Duplicate", "Undo")
        self.notice.emit(Notice(" ".join([text, *told]), level, "", undo, self.undo, FORM))

    def undo(self) -> None:
        """Bring back what was in the form before it was filled."""
        former, self._former = self._former, None
        if former is not None:
            former.bring_back(self._area, self._model, self._imagery, self._naming)
            self.settled.emit(FORM)

    def settle(self) -> None:
        """What was filled in was started, or nobody is signed in: there is no way back any more."""
        if self._former is not None:
            self._former = None
            self.settled.emit(FORM)

    def _project_remark(self, processing: Processing) -> str:
        project = self._session.project
        if project is None or processing.project_id in ("", project.id):
            return ""
        text = translate(
            "Duplicate", "It is in another project; what you start now goes to the project “{project}”."
        )
        return text.format(project=bounded(project.name, _LONGEST_NAME))

    def _choose_model(self, processing: Processing) -> str:
        if not self._model.choose(processing.model_id):
            self._model.parameters.keep("", {})
            text = translate(
                "Duplicate",
                "Its model {model} is not offered in this project any more. Choose another one under Model.",
            )
            return text.format(model=bounded(processing.model_title, _LONGEST_NAME))
        gone = self._model.choose_options(dict(processing.blocks))
        self._model.parameters.keep(processing.model_id, processing.inference)
        if not gone:
            return ""
        titles = [processing.block_titles.get(name) or name for name in gone]
        text = translate("Duplicate", "The model has no such option any more: {options}.")
        return text.format(options=bounded(", ".join(titles), 2 * _LONGEST_NAME))

    def _choose_imagery(self, processing: Processing) -> str:
        remark = self._imagery.show_source(processing.source)
        if self._imagery.found is not None:
            self._imagery.found.keep_zoom()
        return remark

    def _choose_area(self, wanted: Duplicated) -> str:
        if wanted.ground is None or wanted.ground.isEmpty():
            self._area.clear()
            return translate(
                "Duplicate", "The service does not say where its area lies. Choose it under Area."
            )
        origin = translate("Duplicate", "Area of “{name}”").format(
            name=bounded(wanted.processing.name, _LONGEST_NAME)
        )
        self._area.use_ground(wanted.ground, wgs84(), origin, is_of_map=False)
        return ""
