"""What tests of uploads share: a service that keeps what it takes, rasters to upload, a folder for conversions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from rasters import write_raster
from storehouse import Storehouse

WAIT = 15_000


@pytest.fixture
def service() -> Iterator[Storehouse]:
    """A Data API that keeps what it takes, and breaks as each test tells it."""
    with Storehouse() as service:
        yield service


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where conversions put their files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def rasters(tmp_path: Path) -> Callable[..., list[Path]]:
    """Make sound GeoTIFFs of these names; returns their paths."""

    def make(*names: str, **form: object) -> list[Path]:
        folder = tmp_path / "rasters"
        folder.mkdir(exist_ok=True)
        return [write_raster(folder / name, **form) for name in names]

    return make


def let_tasks_end(qtbot: object) -> None:
    """Wait until QGIS's task manager has nothing to do, and what is to be deleted is."""
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0, timeout=WAIT)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
