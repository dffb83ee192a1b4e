"""Finds the image that an upload has made among the images of a listing: by id, name, size and checksum."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Optional

from ..imagery_records import Image

_LONG_AGO = datetime.fromtimestamp(0, timezone.utc)


def kept_letters(name: str) -> str:
    """Return the letters and digits of a file name, in lower case.

    A service may change everything else in a name when it stores a file.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def turn_key(file_name: str, mosaic_id: str = "", mosaic_name: str = "") -> tuple[str, str]:
    """Return the key of an upload. Uploads with equal keys must run one after the other.

    A listing could not tell their images apart. The key is the id of the mosaic with what a service keeps of the
    file's name; or the name of the mosaic, when the mosaic is made for the upload.
    """
    return (mosaic_id, kept_letters(file_name)) if mosaic_id else ("", mosaic_name)


def named(images: Iterable[Image], known: frozenset[str], name: str) -> list[Image]:
    """Return the images that may have the name `name` and whose ids are not in `known`, newest first."""
    wanted = kept_letters(name)
    found = [image for image in images if image.id not in known and kept_letters(image.name) == wanted]
    return sorted(found, key=lambda image: image.uploaded or _LONG_AGO, reverse=True)


def fitting(images: Iterable[Image], size: Optional[int]) -> list[Image]:
    """Return the images that have `size` bytes; if there are none, the images whose size is not known.

    An image of another size is another file. If `size` is None, all images fit.
    """
    held = list(images)
    if size is None:
        return held
    exact = [image for image in held if image.size == size]
    return exact or [image for image in held if image.size is None]


def by_checksum(images: Iterable[Image], checksum: str) -> Optional[Image]:
    """The first of `images` with that checksum; None where none has it."""
    return next((image for image in images if checksum and image.checksum == checksum), None)
