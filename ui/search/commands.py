"""What the page's actions do with the chosen images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication, QWidget

from ...layers.areas.measure import wgs84
from ...layers.footprints.catalog_layer import footprints_layer
from ...layers.footprints.placing import main_box
from ...layers.mapflow_group import add_to_group, group_for_results
from ...text.translation import translate
from ..saving.file_choice import fill_format_menu
from ..widgets.canvas import pan_to, zoom_to
from ..widgets.notice import Notice
from .actions import SearchActions
from .covering import AreaCover
from .found.list import FoundList
from .found.words import why_not_together
from .previews import FoundPreviews
from .saving import FootprintsSaving

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session
    from ...jobs.results.export import ExportFormat
    from ..run.area_section import AreaSection


class SearchCommands(QObject):
    """Carries out `actions` with what is chosen in `found`."""

    notice = pyqtSignal(object)  # Notice
    use_wanted = pyqtSignal(object)  # tuple of FoundImage
    export_wanted = pyqtSignal(object)  # QgsVectorLayer of the project

    def __init__(
        self,
        session: Session,
        canvas: QgsMapCanvas,
        found: FoundList,
        area: AreaSection,
        actions: SearchActions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._canvas = canvas
        self._found = found
        self._previews = FoundPreviews(session, self)
        self._previews.notice.connect(self.notice)
        self._saving = FootprintsSaving(window)
        self._saving.notice.connect(self.notice)
        self._cover = AreaCover(found, area, self)
        self._cover.notice.connect(self.notice)
        actions.cover.triggered.connect(self._cover.start)
        actions.preview.triggered.connect(self._preview)
        actions.use.triggered.connect(self._use)
        actions.zoom.triggered.connect(self._zoom)
        actions.pan.triggered.connect(self._pan)
        actions.footprints.triggered.connect(self._add_footprints)
        actions.export.triggered.connect(self._export)
        fill_format_menu(actions.save_menu, self._save_footprints)
        actions.save_menu.addSeparator()
        actions.save_menu.addAction(actions.export)
        actions.copy_id.triggered.connect(self._copy_ids)
        actions.copy_rows.triggered.connect(found.copy_rows)
        actions.pick.toggled.connect(found.pick_on_map)
        found.picking_ended.connect(lambda: actions.pick.setChecked(False))

    def _use(self) -> None:
        chosen = self._found.chosen()
        problem = why_not_together(chosen, self._found.model.provider_titles)
        if problem:
            self.notice.emit(Notice(problem, Qgis.MessageLevel.Warning))
        else:
            self.use_wanted.emit(chosen)

    def close(self) -> None:
        """Drop what is on its way, and take back what is asked."""
        self._saving.close()
        self.leave_project()

    def leave_project(self) -> None:
        """Drop what is on its way into the project."""
        self._previews.close()
        self._cover.close()

    def _preview(self) -> None:
        chosen = self._found.chosen()
        self._previews.show(chosen)
        self._zoom()

    def _zoom(self) -> None:
        zoom_to(self._canvas, self._chosen_box(), wgs84())

    def _pan(self) -> None:
        pan_to(self._canvas, self._chosen_box().center(), wgs84())

    def _chosen_box(self) -> QgsRectangle:
        return main_box([each.ground for each in self._found.chosen()])

    def _add_footprints(self) -> QgsVectorLayer:
        chosen = self._found.chosen() or self._found.model.found()
        layer = footprints_layer([(each.image, each.ground) for each in chosen], self._session.client.server)
        project = QgsProject.instance()
        add_to_group(project, layer, group_for_results(project))
        unplaced = sum(each.ground.isEmpty() for each in chosen)
        if unplaced:
            text = translate(
                "Search",
                "Where %Ln images lie is not known: they are in the layer's table alone.",
                "Where one image lies is not known: it is in the layer's table alone.",
                unplaced,
            )
            self.notice.emit(Notice(text))
        return layer

    def _export(self) -> None:
        self.export_wanted.emit(self._add_footprints())

    def _save_footprints(self, export_format: ExportFormat) -> None:
        self._saving.ask(self._found.chosen() or self._found.model.found(), export_format)

    def _copy_ids(self) -> None:
        QApplication.clipboard().setText("\n".join(each.image.id for each in self._found.chosen()))
