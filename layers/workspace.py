"""Hidden folders in which files are made, until they are complete and are moved to their place, or sent.

Each is locked as long as the QGIS lives that works in it, and is noted among the settings until it is gone. So the next
QGIS can remove what one left behind that was killed, and touches nothing that is in use or is somebody else's.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path

from qgis.PyQt.QtCore import QLockFile, QStandardPaths

from ..api.settings import WORKSPACES
from ..text.disk import not_enough_room
from ..text.translation import translate
from .gdal_errors import ConversionError

WORKSPACE_PREFIX = ".mapflow-"
FORMER = "former"  # folder in a workspace for files that are being replaced, as long as that is not complete
_LOCK = ".lock"  # what the name of its lock, which is beside a workspace, has more
_LOG = logging.getLogger("mapflow_dock")
_ROOM_TO_SPARE = 64 * 1024 * 1024  # bytes that stay free on the disk
_OLD_S = (
    60.0  # seconds after which a workspace without a lock is one whose QGIS ended before it could lock it
)
_locks: dict[Path, QLockFile] = {}  # of the workspaces this QGIS works in


def open_workspace(folder: Path) -> Path:
    """Create `folder` where it is missing, and an empty hidden folder in it; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = folder.absolute() / f"{WORKSPACE_PREFIX}{uuid.uuid4().hex}"
    WORKSPACES.write(workspace.name, str(workspace))
    try:
        workspace.mkdir(mode=0o700)
    except OSError:
        WORKSPACES.forget(workspace.name)
        raise
    lock = _lock_of(workspace)
    lock.tryLock(0)
    _locks[workspace] = lock
    return workspace


def discard_workspace(workspace: Path) -> None:
    """Remove a workspace and what is in it; a file that another program has open stays until the next start."""
    lock = _locks.pop(workspace, None)
    if lock is not None:
        lock.unlock()
    _remove(workspace)


def remove_leftovers() -> None:
    """Remove the workspaces of QGIS that were killed, and put back the files they were just replacing.

    It takes as long as the disk does, and so belongs into another thread.
    """
    for name, path in WORKSPACES.read_all().items():
        workspace = Path(path)
        is_one = workspace.name == name and name.startswith(WORKSPACE_PREFIX) and workspace.is_absolute()
        if not is_one:  # somebody has written something else into the settings
            WORKSPACES.forget(name)
        elif workspace.parent.is_dir() and not workspace.is_symlink() and _is_left_behind(workspace):
            try:
                _put_back(workspace)
            except OSError as problem:  # what is in there may be the only copy
                _LOG.warning("A file could not be put back from %s: %s", workspace, problem.strerror)
            else:
                _remove(workspace)


def _remove(workspace: Path) -> None:
    shutil.rmtree(workspace, ignore_errors=True)
    if not workspace.exists():
        WORKSPACES.forget(workspace.name)


def _is_left_behind(workspace: Path) -> bool:
    """Whether no QGIS that is alive works in it; one that is gone already counts."""
    try:
        age = time.time() - workspace.stat().st_mtime
    except FileNotFoundError:
        age = _OLD_S
    except OSError:
        return False
    if not _lock_path(workspace).exists() and age < _OLD_S:
        return False
    lock = _lock_of(workspace)
    if not lock.tryLock(0):
        return False
    lock.unlock()
    return True


def _put_back(workspace: Path) -> None:
    """Undo a replacement that was not complete."""
    former = workspace / FORMER
    for kept in former.iterdir() if former.is_dir() else ():
        os.replace(kept, workspace.parent / kept.name)


def _lock_path(workspace: Path) -> Path:
    return workspace.with_name(workspace.name + _LOCK)


def _lock_of(workspace: Path) -> QLockFile:
    lock = QLockFile(str(_lock_path(workspace)))
    lock.setStaleLockTime(0)  # a lock holds as long as its process lives, however long that is
    return lock


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
