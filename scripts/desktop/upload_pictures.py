"""Uploads in each of their states, as pictures; inside QGIS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from desktop import imagery_steps, steps
from desktop.hands import Desk

NARROW = 340
MEADOWS = "Meadows"


def take(desk: Desk) -> None:
    """Take them all."""
    painted = Path(desk.settings["rasters"][0])
    imagery_steps.open_imagery(desk)
    desk.drag_in("MyImageryPage", [painted], drop=False)
    _dock(desk, "uploads-dragged")
    _decide(desk, _rasters(painted.parent / "to check"))
    _under_way(desk)


def _decide(desk: Desk, paths: list[Path]) -> None:
    """The dialog with all that is wrong, closed and opened again."""
    desk.drag_in("MyImageryPage", paths)
    desk.wait("the upload is to be decided", lambda: desk.sees("UploadDialog"))
    desk.type_into("mosaicNameEdit", MEADOWS)
    desk.settle()
    desk.picture("dialog-upload", desk.find("UploadDialog"))
    QTest.keyClick(desk.find("UploadDialog"), Qt.Key.Key_Escape)
    desk.wait("the dialog was closed", lambda: not desk.sees("UploadDialog"))
    _dock(desk, "uploads-undecided")
    desk.click("decideButton")
    desk.wait("the upload is to be decided", lambda: desk.sees("UploadDialog"))
    desk.type_into("mosaicNameEdit", MEADOWS)
    desk.click("startUploadsButton")


def _under_way(desk: Desk) -> None:
    """Uploads while they run, and what came of them."""
    for word in ("Converting", "Sending"):
        desk.wait(f"one is at “{word}”", lambda word=word: word in _told(desk), 60)
        desk.picture(f"uploads-{word.lower()}", desk.find(steps.DOCK))
    over = ("Uploaded", "Failed", "Left out")
    desk.wait("all are over", lambda: all(any(word in text for word in over) for text in _texts(desk)), 90)
    desk.wait("the mosaic is listed", lambda: desk.sees("imageryView"))
    _dock(desk, "uploads-over")
    desk.choose_width(steps.DOCK, NARROW)
    _dock(desk, "uploads-narrow")
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)


def _texts(desk: Desk) -> list[str]:
    return imagery_steps.upload_texts(desk)


def _told(desk: Desk) -> str:
    return " ".join(_texts(desk))


def _dock(desk: Desk, name: str) -> None:
    desk.settle()
    QApplication.processEvents()
    desk.picture(name, desk.find(steps.DOCK))


def _rasters(folder: Path) -> list[Path]:
    """Files of every kind the checks tell apart; the sound one is large enough to be seen while it is sent."""
    folder.mkdir(parents=True, exist_ok=True)
    sound = _write(folder / "meadows north.tif", 5_000, gdal.GDT_Byte)
    deep = _write(folder / "meadows south.tif", 3_000, gdal.GDT_Float64)
    nowhere = _write(folder / "without a place.tif", 200, gdal.GDT_Byte, epsg=None)
    damaged = _write(folder / "damaged.tif", 600, gdal.GDT_Float64, options=("TILED=YES", "COMPRESS=DEFLATE"))
    content = damaged.read_bytes()
    damaged.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    picture = folder / "map sheet.png"
    gdal.Translate(str(picture), str(_write(folder / "sheet.tif", 400, gdal.GDT_UInt16)), format="PNG")
    return [sound, deep, picture, nowhere, damaged]


def _write(path: Path, side: int, kind: int, epsg: int | None = 32637, options: tuple[str, ...] = ()) -> Path:
    made = gdal.GetDriverByName("GTiff").Create(str(path), side, side, 3, kind, list(options))
    if epsg is not None:
        system = osr.SpatialReference()
        system.ImportFromEPSG(epsg)
        made.SetProjection(system.ExportToWkt())
    made.SetGeoTransform((500_000.0, 0.5, 0, 6_100_000.0, 0, -0.5))
    rows = np.tile(np.linspace(20, 230, side), (64, 1))
    for row in range(0, side, 64):
        for number in (1, 2, 3):
            made.GetRasterBand(number).WriteArray(
                rows[: min(64, side - row), :: 1 if number < 3 else -1], 0, row
            )
    made = None
    return path
