"""Chooses one's own imagery for a processing: a mosaic, or some of its images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QListView, QPushButton, QWidget

from ...api.account import Model
from ...api.imagery_records import Image, Mosaic
from ...api.sources import MyImagerySource
from ...jobs.cost import ImageryPrice
from ...jobs.imagery.known import Listing
from ...layers.footprints.pixel_sizes import PixelSizes
from ...text.quantities import number_text
from ...text.translation import translate
from ..widgets.rows.painting import row_height
from .choice import Choice
from .fit import advice_for, why_no_image_ready, why_not_for, why_not_ready
from .tree.delegate import ImageryDelegate
from .tree.filter import ImageryFilter
from .tree.model import Role

if TYPE_CHECKING:
    from .loading import ImageryLoading

_FORM = str(Path(__file__).with_name("chooser.ui"))
_MOST_ROWS = 4  # shown at once: the form below needs the room


class OfferedImagery(ImageryFilter):
    """Shows all imagery, and offers images that are ready: the others are disabled, and their rows say why."""

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: an image that is not ready cannot be picked."""
        node = index.data(int(Role.NODE))
        if isinstance(node, Image) and not node.is_usable:
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index)  # type: ignore[return-value]


class OwnImagery(QWidget):
    """The mosaic in the combo, and what is picked of its images: none means all. It shows what the tab's tree does."""

    changed = pyqtSignal()
    preview_wanted = pyqtSignal(object)  # Choice
    area_wanted = pyqtSignal(object)  # Choice whose ground is to be the area

    ownMosaicTitle: QLabel
    ownMosaicCombo: QComboBox
    ownImagesView: QListView
    ownImageryLabel: QLabel
    ownAreaButton: QPushButton
    ownPreviewButton: QPushButton

    def __init__(self, loading: ImageryLoading, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._loading = loading
        self._tree = loading.tree
        self.given: Optional[MyImagerySource] = None  # how a processing named what may be chosen here
        self._model: Optional[Model] = None
        self._pixels = PixelSizes()
        self._named_ids: set[str] = set()  # of the images that somebody has named, ready or not
        self._told: object = None  # what `changed` was emitted for last
        self._soon = QTimer(self)  # many rows may change at once
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show)
        self._shown = OfferedImagery(self)
        self._shown.setSourceModel(self._tree)
        self.ownMosaicCombo.setModel(self._shown)
        view = self.ownImagesView
        view.setModel(self._shown)
        view.setItemDelegate(ImageryDelegate(loading.thumbnails, view))
        loading.thumbnails.arrived.connect(view.viewport().update)
        self.ownMosaicCombo.currentIndexChanged.connect(self._on_mosaic)
        view.selectionModel().selectionChanged.connect(self._on_picked)
        loading.changed.connect(self._show)
        self._tree.dataChanged.connect(self._on_changed)
        self.ownPreviewButton.clicked.connect(lambda: self.preview_wanted.emit(self.choice))
        self.ownAreaButton.clicked.connect(lambda: self.area_wanted.emit(self.choice))
        self._on_mosaic()

    @property
    def mosaic(self) -> Optional[Mosaic]:
        """The chosen mosaic."""
        node = self._mosaic_index().data(int(Role.NODE))
        return node if isinstance(node, Mosaic) else None

    @property
    def picked(self) -> tuple[Image, ...]:
        """The images picked of it, in the order they are shown; empty where the whole mosaic is meant."""
        rows = sorted(_rows_of(self.ownImagesView.selectionModel().selection()), key=QModelIndex.row)
        nodes = (index.data(int(Role.NODE)) for index in rows)
        return tuple(node for node in nodes if isinstance(node, Image))

    @property
    def images(self) -> tuple[Image, ...]:
        """The images that would be processed, as far as they are known: of a whole mosaic, those that are ready."""
        return self.picked or tuple(image for image in self._all() if image.is_usable)

    @property
    def choice(self) -> Choice:
        """What is chosen, as the map and the area need it."""
        mosaic = self.mosaic
        if mosaic is None:
            return Choice()
        return Choice((), self.picked) if self.picked else Choice((mosaic,))

    @property
    def source(self) -> Optional[MyImagerySource]:
        """The imagery as a processing names it; None while there is none to use."""
        return None if self.problem else self._named()

    @property
    def price(self) -> ImageryPrice:
        """One's own costs nothing."""
        return ImageryPrice(0.0)

    @property
    def problem(self) -> str:
        """Why it cannot be used with the model, as a sentence; "" when it can."""
        mosaic = self.mosaic
        if mosaic is None:
            return self._why_no_mosaic()
        if self._tree.known.listing(mosaic.id) is Listing.KNOWN and not self._all():
            return translate(
                "MyImagery",
                "This mosaic has no images yet. Upload some under My Imagery, or choose another one.",
            )
        picked, images = self.picked, self.images
        problem = why_not_ready(picked or (() if images else self._all())) or why_no_image_ready([mosaic])
        if not problem and self._model is not None:
            problem = why_not_for(self._model, images, self._pixels.of)
        return problem

    def choose(self, mosaic: Mosaic, images: Sequence[Image]) -> None:
        """Choose a mosaic, and pick these of its images."""
        row = self._shown.mapFromSource(self._tree.index_of(mosaic.id)).row()
        if row < 0:
            return
        self.ownMosaicCombo.setCurrentIndex(row)
        selection = self.ownImagesView.selectionModel()
        selection.clearSelection()
        self._named_ids = {image.id for image in images}
        for image in images:
            index = self._shown.mapFromSource(self._tree.index_of(image.id))
            if index.isValid():
                selection.select(index, QItemSelectionModel.SelectionFlag.Select)

    def set_model(self, model: Optional[Model]) -> None:
        """The model the imagery is checked against."""
        self._model = model
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: only now is it needed what there is."""
        super().showEvent(event)
        self._loading.load()
        self._ask_images()

    def _named(self) -> Optional[MyImagerySource]:
        mosaic = self.mosaic
        if mosaic is None:
            return None
        ids = tuple(image.id for image in self.picked)
        given = self.given
        if (
            given is not None
            and given.mosaic_id in ("", mosaic.id)
            and sorted(given.image_ids) == sorted(ids)
        ):
            return given
        return MyImagerySource(ids, mosaic.id)

    def _all(self) -> tuple[Image, ...]:
        mosaic = self.mosaic
        return () if mosaic is None else self._tree.known.images(mosaic.id)

    def _mosaic_index(self) -> QModelIndex:
        return self._shown.index(self.ownMosaicCombo.currentIndex(), 0)

    def _on_mosaic(self, _row: int = -1) -> None:
        index = self._mosaic_index()
        view = self.ownImagesView
        view.clearSelection()
        view.setVisible(index.isValid())
        if index.isValid():
            view.setRootIndex(index)
        if self.isVisible():
            self._ask_images()
        self._show()

    def _ask_images(self) -> None:
        mosaic = self.mosaic
        if mosaic is not None and self._tree.known.listing(mosaic.id) is Listing.NOT_ASKED:
            self._loading.images.ask(mosaic.id)
        elif mosaic is not None:
            self._loading.images.look_into(mosaic.id)

    def _on_picked(self, picked: QItemSelection, _left_out: QItemSelection) -> None:
        """Of rows that are picked together, those stay out that are not ready; Qt would take them along."""
        selection = self.ownImagesView.selectionModel()
        for index in _rows_of(picked):
            image = index.data(int(Role.NODE))
            is_offered = bool(index.flags() & Qt.ItemFlag.ItemIsSelectable)
            if not is_offered and getattr(image, "id", "") not in self._named_ids:
                selection.select(index, QItemSelectionModel.SelectionFlag.Deselect)
        self._show()

    def _on_changed(self, *_what: object) -> None:
        self._soon.start(0)

    def _why_no_mosaic(self) -> str:
        loading = self._loading
        if loading.error is not None and not loading.is_loaded:
            return translate("MyImagery", "Your imagery could not be loaded. {reason}").format(
                reason=loading.error.sentence
            )
        if not loading.is_loaded:
            return translate("MyImagery", "Loading your imagery…")
        return translate("MyImagery", "You have no imagery yet. Upload some under My Imagery.")

    def _show(self) -> None:
        mosaic = self.mosaic
        view = self.ownImagesView
        self.ownMosaicCombo.setEnabled(self._shown.rowCount() > 0)
        view.setVisible(mosaic is not None)
        rows = self._shown.rowCount(self._mosaic_index()) if mosaic is not None else 0
        height = max(1, min(_MOST_ROWS, rows)) * row_height(view.font()) + 2 * view.frameWidth()
        view.setFixedHeight(height)
        for button in (self.ownPreviewButton, self.ownAreaButton):
            button.setEnabled(mosaic is not None)
        problem, images = self.problem, self.images
        lines = (problem,) if problem else (self._terms(), self._advice(images))
        self.ownImageryLabel.setText("\n".join(line for line in lines if line))
        told = (None if problem else self._named(), problem, images)
        if told != self._told:
            self._told = told
            self.changed.emit()

    def _terms(self) -> str:
        mosaic, picked = self.mosaic, len(self.picked)
        if mosaic is None:
            return ""
        counts = mosaic.counts
        if not picked and counts is not None and not mosaic.is_ready:
            return translate(
                "MyImagery",
                "{ready} of %Ln images are used: the others are not ready. Pick some to use only those.",
                None,
                counts.total,
            ).format(ready=number_text(counts.ready, 0))
        count = mosaic.image_count
        if not picked and count is None:
            return translate("MyImagery", "The whole mosaic is used. Pick images to use only those.")
        if not picked and count == 2:
            return translate("MyImagery", "Both images are used. Pick one to use only that.")
        if not picked:
            return translate(
                "MyImagery",
                "All %Ln images are used. Pick some to use only those.",
                "Its only image is used.",
                count or 0,
            )
        if count is None:
            return translate("MyImagery", "%Ln images are used.", None, picked)
        return translate("MyImagery", "{picked} of %Ln images are used.", None, count).format(
            picked=number_text(picked, 0)
        )

    def _advice(self, images: Sequence[Image]) -> str:
        return "" if self._model is None else advice_for(self._model, images, self._pixels.of)


def _rows_of(selection: QItemSelection) -> list[QModelIndex]:
    """The rows of a selection, those included that are not offered any more."""
    return [
        part.model().index(row, 0, part.parent())
        for part in (selection[place] for place in range(len(selection)))
        for row in range(part.top(), part.bottom() + 1)
    ]
