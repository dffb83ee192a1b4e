"""Tries a source while it is typed: the button that begins and stops it, the tile that came, what there is to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPixmap
from qgis.PyQt.QtWidgets import QLabel, QPushButton

from ...jobs.own_sources.tile_check import CheckedTile, TileCheck
from ...text.quantities import number_text
from ...text.translation import translate

if TYPE_CHECKING:
    from ...api.own_sources.login import SourceLogin
    from ...api.own_sources.source import OwnSource
    from ...jobs.job import JobError


class TileTrial(QObject):
    """Asks for one tile at a time, and shows it on `picture`; `wanted` when the button asks for one."""

    wanted = pyqtSignal()
    said = pyqtSignal(str)

    def __init__(self, button: QPushButton, picture: QLabel, parent: QObject) -> None:
        super().__init__(parent)
        self._button = button
        self._picture = picture
        self._job: Optional[TileCheck] = None
        button.clicked.connect(self._on_button)
        picture.hide()

    def begin(self, source: OwnSource, address: str, login: Optional[SourceLogin]) -> None:
        """Ask for the tile at `address`."""
        self.stop()
        job = TileCheck(source, (address,), login)
        job.succeeded.connect(self._on_tile)
        job.failed.connect(self._on_no_tile)
        self._job = job
        self._button.setText(translate("OwnSources", "S&top"))
        self.said.emit(translate("OwnSources", "Asking for a tile…"))
        job.start()

    def stop(self) -> None:
        """Wait for no tile, and show none."""
        job = self._job
        self._end()
        self._picture.clear()
        self._picture.hide()
        if job is not None:
            job.cancel()

    def _on_button(self) -> None:
        if self._job is None:
            self.wanted.emit()
        else:
            self.stop()
            self.said.emit(translate("OwnSources", "The check was stopped."))

    def _on_tile(self, tile: CheckedTile) -> None:
        self._end()
        frame = 2 * self._picture.frameWidth()
        room = self._picture.maximumSize() - QSize(frame, frame)
        kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self._picture.show()
        self._picture.setPixmap(QPixmap.fromImage(tile.image).scaled(room, kept, smooth))
        came = translate("OwnSources", "This tile came: {side} × {side} pixels, as Mapflow takes them.")
        self.said.emit(f"{came.format(side=number_text(tile.side, 0))} {tile.doubt}".strip())

    def _on_no_tile(self, error: JobError) -> None:
        self._end()
        self.said.emit(error.sentence)

    def _end(self) -> None:
        self._job = None
        self._button.setText(translate("OwnSources", "Chec&k"))
