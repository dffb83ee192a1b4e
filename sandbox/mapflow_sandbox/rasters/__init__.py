"""An account's own imagery: uploads taken in, checked, prepared, and shown."""

from __future__ import annotations

from dataclasses import dataclass

from ..settings import Settings
from ..store import Database, images
from .files import RasterFiles
from .links import Links, load_or_make_key
from .preparation import Preparer

__all__ = ["Links", "Preparer", "RasterFiles", "Rasters", "open_rasters"]


@dataclass(frozen=True)
class Rasters:
    """The uploads of one sandbox: their files, what prepares them, and what signs links to them."""

    files: RasterFiles
    preparer: Preparer
    links: Links


def open_rasters(settings: Settings, database: Database) -> Rasters:
    """The uploads in the data folder; what an earlier run left half there is cleared away."""
    files = RasterFiles(settings.images, settings.uploads)
    files.tidy(images.all_ids(database))
    links = Links(load_or_make_key(settings.link_key_file), settings.link_seconds)
    return Rasters(files, Preparer(settings, database, files), links)
