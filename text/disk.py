"""What the operating system says of a disk or a file that cannot be written, as sentences that say what to do next."""

from __future__ import annotations

import errno
from pathlib import Path

from .quantities import apart, size_text
from .translation import translate

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


def write_fault(error: OSError, folder: Path) -> str:
    """Say why a file could not be written in `folder`, and what to do."""
    if error.errno in _FULL:
        return disk_full(folder)
    path = str(error.filename2 or error.filename or folder)
    if isinstance(error, PermissionError):
        text = translate(
            "Text",
            "“{path}” cannot be written: it is open in another program, or you have no permission. Close it, or "
            "choose another folder.",
        )
        return text.format(path=path)
    text = translate("Text", "“{path}” cannot be written: {reason}. Check the folder, or choose another one.")
    return text.format(path=path, reason=error.strerror or str(error))


def disk_full(folder: Path) -> str:
    """Say that the disk of `folder` is full."""
    text = translate(
        "Text",
        "There is not enough room in {folder}: the disk is full, or nearly so. Free some room, or choose another "
        "folder, and try again.",
    )
    return text.format(folder=folder)


def not_enough_room(folder: Path, needed: int, free: int) -> str:
    """Say that `needed` bytes do not fit on the disk of `folder`, which has `free` ones."""
    text = translate(
        "Text",
        "There is not enough room on the disk: {needed} are needed in {folder}, and {free} are free. Free some "
        "room and try again.",
    )
    wanted, there = apart(size_text, needed, free)
    return text.format(needed=wanted, free=there, folder=folder)
