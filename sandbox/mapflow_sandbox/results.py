"""Results on disk: a FeatureCollection in EPSG:4326 for each part of a processing's area, and all of them as one.

A file is `<results>/<processing id>/<aoi id>.geojson`, a feature a line, so that files are joined without being read.
Beside it may be a GeoTIFF of the imagery that was fetched for it, and one of how probable the model found its objects
at each pixel.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_HEAD = b'{"type":"FeatureCollection","features":[\n'
_BETWEEN = b",\n"
_TAIL = b"\n]}\n"
_CHUNK = 256 * 1024
_UNFINISHED = ".part"


def path_of(folder: Path, processing_id: str, aoi_id: str) -> Path:
    """Where the result of one part is, `folder` being the one of all results."""
    return folder / processing_id / f"{aoi_id}.geojson"


def imagery_path(folder: Path, processing_id: str, aoi_id: str) -> Path:
    """Where the imagery of one part is, where it was fetched for the work."""
    return path_of(folder, processing_id, aoi_id).with_suffix(".tif")


def likely_path(result: Path) -> Path:
    """Where the raster is of how probable objects are, beside the result of a part."""
    return result.with_suffix(".likely.tif")


def write(path: Path, features: Iterable[dict[str, Any]]) -> int:
    """Write a result, which appears whole or not at all; says how many features it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=_UNFINISHED)
    count = 0
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_HEAD)
            for feature in features:
                stream.write(_BETWEEN if count else b"")
                stream.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode())
                count += 1
            stream.write(_TAIL)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)
    return count


@dataclass(frozen=True)
class Joined:
    """Several results as one FeatureCollection: its size in bytes, and its bytes, which can be read once."""

    size: int
    chunks: Iterator[bytes]


def join(paths: Sequence[Path]) -> Joined:
    """Open results as one. Raises FileNotFoundError; a file that is deleted later is still read to its end."""
    with ExitStack() as opening:
        streams = [opening.enter_context(path.open("rb")) for path in paths]
        bodies = [os.fstat(stream.fileno()).st_size - len(_HEAD) - len(_TAIL) for stream in streams]
        filled = [(stream, body) for stream, body in zip(streams, bodies, strict=True) if body > 0]
        opened = opening.pop_all()
    size = len(_HEAD) + len(_TAIL) + sum(body for _, body in filled) + len(_BETWEEN) * max(0, len(filled) - 1)
    return Joined(size, _chunks(opened, filled))


def _chunks(opened: ExitStack, filled: Sequence[tuple[IO[bytes], int]]) -> Iterator[bytes]:
    with opened:
        yield _HEAD
        for number, (stream, body) in enumerate(filled):
            if number:
                yield _BETWEEN
            stream.seek(len(_HEAD))
            left = body
            while left > 0:
                chunk = stream.read(min(left, _CHUNK))
                left -= len(chunk)
                yield chunk
        yield _TAIL


def remove(folder: Path, processing_id: str) -> None:
    """Remove the results of one processing; harmless when it has none."""
    shutil.rmtree(folder / processing_id, ignore_errors=True)


def remove_part(folder: Path, processing_id: str, aoi_id: str) -> None:
    """Remove the result of one part, its raster and its imagery; harmless when it has none."""
    result = path_of(folder, processing_id, aoi_id)
    result.unlink(missing_ok=True)
    likely_path(result).unlink(missing_ok=True)
    imagery_path(folder, processing_id, aoi_id).unlink(missing_ok=True)


def sweep(folder: Path, kept: set[str]) -> None:
    """Remove what a killed server left: files that were never finished, and results of processings not `kept`."""
    for processing in folder.iterdir() if folder.is_dir() else ():
        if processing.name not in kept:
            shutil.rmtree(processing, ignore_errors=True)
        else:
            for unfinished in processing.glob(f".*{_UNFINISHED}"):
                unfinished.unlink(missing_ok=True)
