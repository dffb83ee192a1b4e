"""Telling the image an upload has made from the others of a listing: by id, name, size and checksum."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Optional

from .imagery_records import Image

_LONG_AGO = datetime.fromtimestamp(0, timezone.utc)


def kept_letters(name: str) -> str:
    """What is left of a file name however a service tidies it: letters and digits, without case."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def likely(images: Iterable[Image], known: frozenset[str], name: str, size: Optional[int]) -> list[Image]:
    """Those of `images`, but for the ids in `known`, that may be the upload of `name` with `size` bytes, newest first.

    The size only chooses between images of that name: a service may tell that of what it made of the file.
    """
    wanted = kept_letters(name)
    named = [image for image in images if image.id not in known and kept_letters(image.name) == wanted]
    exact = [image for image in named if size is not None and image.size == size]
    return sorted(exact or named, key=lambda image: image.uploaded or _LONG_AGO, reverse=True)


def by_checksum(images: Iterable[Image], checksum: str) -> Optional[Image]:
    """The first of `images` with that checksum; None where none has it."""
    return next((image for image in images if checksum and image.checksum == checksum), None)
