"""Telling the image an upload has made from the others of a listing: by id, name, size and checksum."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Optional

from ..imagery_records import Image

_LONG_AGO = datetime.fromtimestamp(0, timezone.utc)


def kept_letters(name: str) -> str:
    """What is left of a file name however a service tidies it: letters and digits, without case."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def turn_key(file_name: str, mosaic_id: str = "", mosaic_name: str = "") -> tuple[str, str]:
    """What two uploads have in common that a listing could not tell apart: they must run one after the other.

    That is the mosaic's id and what a service keeps of the file's name, or the name of a mosaic that is made for it.
    """
    return (mosaic_id, kept_letters(file_name)) if mosaic_id else ("", mosaic_name)


def named(images: Iterable[Image], known: frozenset[str], name: str) -> list[Image]:
    """Those of `images`, but for the ids in `known`, that may be called `name`, newest first."""
    wanted = kept_letters(name)
    found = [image for image in images if image.id not in known and kept_letters(image.name) == wanted]
    return sorted(found, key=lambda image: image.uploaded or _LONG_AGO, reverse=True)


def fitting(images: Iterable[Image], size: Optional[int]) -> list[Image]:
    """Those of `images` that have `size` bytes; where none has, those that do not tell theirs.

    One that tells another size is another file. All fit where the size is not known.
    """
    held = list(images)
    if size is None:
        return held
    exact = [image for image in held if image.size == size]
    return exact or [image for image in held if image.size is None]


def by_checksum(images: Iterable[Image], checksum: str) -> Optional[Image]:
    """The first of `images` with that checksum; None where none has it."""
    return next((image for image in images if checksum and image.checksum == checksum), None)
