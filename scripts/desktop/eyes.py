"""What a user sees of QGIS: widgets by their object names, waiting until something is so, pictures.

Waiting runs the Qt event loop and ends as soon as what is waited for is true; there is no pause of a fixed length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional, TypeVar

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QRect, QTimer
from qgis.PyQt.QtGui import QPainter, QPixmap
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QWidget

T = TypeVar("T")
LOOK_MS = 20


class NotSeen(AssertionError):
    """What had to be there, or to become true, was not."""


class Eyes:
    """Looks at one QGIS window, and tells whoever started QGIS of it."""

    def __init__(
        self, iface: Any, folder: Path, settings: dict[str, Any], seconds: float, said: Path
    ) -> None:
        self.iface = iface
        self.folder = folder
        self.settings = settings
        self.window: QWidget = iface.mainWindow()
        self.canvas: QgsMapCanvas = iface.mapCanvas()
        self._deadline = time.monotonic() + seconds
        self._said = said
        self._pictures = 0

    # Looking

    def find(self, name: str, kind: type[T] = QWidget, within: str = "") -> T:  # type: ignore[assignment]
        """The visible widget with that object name, in any window of QGIS or `within` a named one; else NotSeen."""
        hidden = False
        for top in [self.find(within)] if within else QApplication.topLevelWidgets():
            for widget in [top, *top.findChildren(QWidget, name)]:
                if widget.objectName() == name and isinstance(widget, kind):
                    if widget.isVisible():
                        return widget
                    hidden = True
        raise NotSeen(f"{name} is {'hidden' if hidden else 'not there'}")

    def text(self, name: str, within: str = "") -> str:
        """What a label, field, button or combo box says; "" when it cannot be seen."""
        try:
            widget: Any = self.find(name, within=within)
        except NotSeen:
            return ""
        return str(widget.currentText() if isinstance(widget, QComboBox) else widget.text())

    def sees(self, name: str, within: str = "") -> bool:
        """Whether a widget with that name is visible."""
        try:
            self.find(name, within=within)
        except NotSeen:
            return False
        return True

    def wait(self, what: str, is_so: Callable[[], T], seconds: float = 30.0) -> T:
        """Let QGIS run until `is_so()` is true, and return its value; NotSeen says `what` did not come in time."""
        value = is_so()
        if value:
            return value
        limit = min(time.monotonic() + seconds, self._deadline)
        loop = QEventLoop()
        found: list[T] = []
        problem: list[BaseException] = []

        def look() -> None:
            try:
                value = is_so()
            except Exception as error:  # noqa: BLE001 - must not vanish inside Qt
                problem.append(error)
                loop.quit()
                return
            if value:
                found.append(value)
            if value or time.monotonic() > limit:
                loop.quit()
            else:
                # counted from here: to look may take as long as this, and QGIS has its own work to do
                timer.start(LOOK_MS)

        timer = QTimer()
        timer.setSingleShot(True)
        timer.timeout.connect(look)
        timer.start(LOOK_MS)
        loop.exec()
        timer.stop()
        if problem:
            raise problem[0]
        if not found:
            raise NotSeen(f"{what}: not within {seconds:.0f} s")
        return found[0]

    def settle(self) -> None:
        """Let QGIS do all that is due now."""
        rounds = iter(range(3))
        self.wait("QGIS came to rest", lambda: next(rounds, None) is None)
        # an inner loop leaves what was to be deleted later to the outer one, to which a job returns only at its end
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def wait_for_map(self, seconds: float = 60.0) -> None:
        """Until the map has drawn everything, tiles included."""
        self.settle()
        self.wait("the map was drawn", lambda: not self.canvas.isDrawing(), seconds)

    # Telling

    def say(self, line: str) -> None:
        """Report a line to whoever started this QGIS."""
        with self._said.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def picture(self, name: str, widget: Optional[QWidget] = None) -> Path:
        """Save what the window (or one widget) looks like, with the dialogs and menus open before it."""
        path = self.folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        shot = self.window.grab() if widget is None else widget.grab()
        if widget is None:
            _paint_windows_before(shot, self.window)
        if not shot.save(str(path), "PNG"):
            raise NotSeen(f"{path} could not be written")
        return path

    def step_picture(self, name: str) -> Path:
        """Save what the window looks like, numbered in the order of taking."""
        self._pictures += 1
        return self.picture(f"{self._pictures:02d}-{name}")


def _paint_windows_before(shot: QPixmap, window: QWidget) -> None:
    painter = QPainter(shot)
    origin = window.mapToGlobal(QPoint(0, 0))
    for top in QApplication.topLevelWidgets():
        if top is window or not top.isVisible() or not top.isWindow() or top.size().isEmpty():
            continue
        place = QRect(top.mapToGlobal(QPoint(0, 0)) - origin, top.size())
        if place.intersects(window.rect()):
            painter.drawPixmap(place.topLeft(), top.grab())
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
    painter.end()


def names_of(widgets: list[QWidget]) -> list[str]:
    """Class and object name of each, for a message."""
    return sorted(f"{type(widget).__name__}({widget.objectName()})" for widget in widgets)
