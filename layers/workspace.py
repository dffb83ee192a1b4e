"""Hidden folders in which files are made, until they are complete and are moved to their place, or sent."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from qgis.PyQt.QtCore import QStandardPaths

from ..text.disk import not_enough_room
from ..text.translation import translate
from .gdal_errors import ConversionError

WORKSPACE_PREFIX = ".mapflow-"
_ROOM_TO_SPARE = 64 * 1024 * 1024  # bytes that stay free on the disk


def open_workspace(folder: Path) -> Path:
    """Create `folder` where it is missing, and an empty hidden folder in it; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=WORKSPACE_PREFIX, dir=folder))


def discard_workspace(workspace: Path) -> None:
    """Remove a workspace and what is in it; a file that another program has open stays."""
    shutil.rmtree(workspace, ignore_errors=True)


def free_bytes(folder: Path) -> int:
    """Return the bytes that are free on the disk of `folder`."""
    return shutil.disk_usage(folder).free


def check_room(folder: Path, needed: int) -> None:
    """Raise ConversionError when fewer than `needed` bytes and some to spare are free on the disk of `folder`."""
    free = free_bytes(folder)
    if free < needed + _ROOM_TO_SPARE:
        raise ConversionError(not_enough_room(folder, needed + _ROOM_TO_SPARE, free))


def roomy_folder(needed: int) -> Path:
    """Return the first of the temporary folders with `needed` bytes and some to spare.

    Raises ConversionError where there is none; it names the folder with the most room.
    """
    caches = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    candidates = [Path(tempfile.gettempdir())] + ([Path(caches)] if caches else [])
    rooms: dict[Path, int] = {}
    for folder in candidates:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            rooms[folder] = free_bytes(folder)
        except OSError:
            continue  # there is another candidate, or the error below
        if rooms[folder] >= needed + _ROOM_TO_SPARE:
            return folder
    if not rooms:
        raise ConversionError(translate("Layers", "There is no folder for temporary files on this computer."))
    roomiest = max(rooms, key=rooms.__getitem__)
    raise ConversionError(not_enough_room(roomiest, needed + _ROOM_TO_SPARE, rooms[roomiest]))
