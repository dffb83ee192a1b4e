"""A version that follows the code: what a program made is kept under the version of the sources that made it."""

from __future__ import annotations

import hashlib
from pathlib import Path


def source_version(places: list[Path], extra: str = "") -> str:
    """Ten hex digits that change with the Python files in `places` (files or folders) and with `extra`."""
    digest = hashlib.sha256(extra.encode())
    for place in places:
        for source in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            digest.update(source.name.encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:10]
