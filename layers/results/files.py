"""Results as files: names that are safe on every system, and a workspace where files stay until they are complete.

Everything is made in a hidden folder beside the destination and moved there when it is complete. So a failure, a
cancellation or a crash leaves the destination as it was.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ...text.file_names import plain_stem
from ..workspace import FORMER

MARK_LENGTH = 8  # letters of a processing's id at the end of a file's name


def safe_stem(name: str, processing_id: str) -> str:
    """Return a file name without suffix from a processing's name and id; nothing in it can leave the folder."""
    mark = plain_stem(processing_id, "", MARK_LENGTH)
    return "_".join(part for part in (plain_stem(name, "result"), mark) if part)


def free_path(folder: Path, stem: str, suffix: str, companions: Iterable[str] = ()) -> Path:
    """Return a path of that name in `folder` that does not exist yet: a result never overwrites another file.

    Nor does a file of that name with one of the suffixes in `companions`, which would be taken for a part of it.
    """
    suffixes = (suffix, *companions)
    path = folder / f"{stem}{suffix}"
    number = 2
    while any(path.with_suffix(each).exists() for each in suffixes):
        path = folder / f"{stem}_{number}{suffix}"
        number += 1
    return path


def move_in(finished: Mapping[Path, Path], obsolete: Iterable[Path], workspace: Path) -> None:
    """Move finished files to their places, all or none, and remove the `obsolete` ones.

    `finished` maps each file in the workspace to its place. Raises OSError, with everything as it was before.
    """
    former = workspace / FORMER
    former.mkdir()
    moved_out: list[tuple[Path, Path]] = []
    moved_in: list[Path] = []
    try:
        for place in [*finished.values(), *obsolete]:
            if place.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
            if place.exists():
                kept = former / place.name
                os.replace(place, kept)
                moved_out.append((kept, place))
        for made, place in finished.items():
            os.replace(made, place)
            moved_in.append(place)
        os.replace(former, workspace / "replaced")  # from here on nothing is put back after a crash
    except OSError:
        for place in moved_in:
            place.unlink(missing_ok=True)
        for kept, place in moved_out:
            os.replace(kept, place)
        raise
