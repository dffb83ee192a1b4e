"""Where the files of uploads lie: a folder an image, under names that never come from a client."""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

BUCKET = "s3://mapflow-sandbox"  # what the places of files are told as
PREVIEW_PX = {"s": 256, "l": 1024}


@dataclass(frozen=True)
class ImageFolder:
    """The files of one image: as it came, and what was made of it."""

    path: Path

    @property
    def original(self) -> Path:
        """The file as it was uploaded, byte for byte."""
        return self.path / "original.tif"

    @property
    def cog(self) -> Path:
        """The Cloud Optimized GeoTIFF that tiles and processings read: 8 bits a band."""
        return self.path / "cog.tif"

    @property
    def work(self) -> Path:
        """What a preparation has not finished yet."""
        return self.path / "work"

    def preview(self, size: str) -> Path:
        """The JPEG of a size of `PREVIEW_PX`."""
        return self.path / f"preview-{size}.jpg"


@dataclass(frozen=True)
class RasterFiles:
    """All files of uploads under one data folder."""

    images: Path
    uploads: Path

    def of(self, image_id: str) -> ImageFolder:
        """The folder of an image."""
        return ImageFolder(self.images / image_id)

    def new_upload(self) -> Path:
        """Where a file lies while it arrives."""
        self.uploads.mkdir(parents=True, exist_ok=True)
        return self.uploads / f"{uuid.uuid4()}.part"

    def adopt(self, upload: Path, image_id: str) -> None:
        """Make a file that has arrived the original of an image."""
        folder = self.of(image_id)
        folder.path.mkdir(parents=True)
        os.replace(upload, folder.original)

    def remove(self, image_id: str) -> None:
        """Remove all files of an image; what a running preparation still writes goes when it ends."""
        shutil.rmtree(self.of(image_id).path, ignore_errors=True)

    def tidy(self, known: set[str]) -> None:
        """Remove what a server that was killed left behind: half-arrived files, and images without a record."""
        shutil.rmtree(self.uploads, ignore_errors=True)
        self.images.mkdir(parents=True, exist_ok=True)
        for folder in self.images.iterdir():
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)
