"""Watches the event loop of a QGIS: how long it stands still, and when something was painted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from qgis.PyQt.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer

TICK_MS = 2
LONGEST_S = 20.0


class StallWatch:
    """Notes the gaps between two turns of the event loop, in seconds."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def __enter__(self) -> Self:
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._on_tick()
        self._timer.stop()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    @property
    def longest_ms(self) -> float:
        """The longest gap, in milliseconds."""
        return round(1000 * max(self.gaps), 1)


class Cost:
    """Time since it was made: on the clock, and of the processor for this thread, which a busy computer slows less."""

    def __init__(self) -> None:
        self._began, self._worked = time.perf_counter(), time.thread_time()

    @property
    def seconds(self) -> float:
        """Seconds on the clock."""
        return time.perf_counter() - self._began

    def told(self) -> dict[str, float]:
        """Both times, in milliseconds."""
        cpu = time.thread_time() - self._worked
        return {"ms": round(1000 * self.seconds, 1), "cpu_ms": round(1000 * cpu, 1)}


class PaintWatch(QObject):
    """Notes when the widget with that object name has been painted."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.has_painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: any event of any object."""
        if event.type() == QEvent.Type.Paint and watched.objectName() == self._name:
            self.has_painted = True
        return False


def cost_until_painted(name: str, act: Callable[[], object]) -> dict[str, float]:
    """What it takes from the beginning of `act` until the widget with that object name has been painted."""
    application = QCoreApplication.instance()
    watch = PaintWatch(name)
    application.installEventFilter(watch)
    cost = Cost()
    act()
    while not watch.has_painted:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, TICK_MS)
        if cost.seconds > LONGEST_S:
            raise TimeoutError(f"{name} was not painted within {LONGEST_S:.0f} s")
    told = cost.told()
    application.removeEventFilter(watch)
    return told
