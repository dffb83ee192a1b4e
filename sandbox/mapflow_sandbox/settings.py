"""What a run of the sandbox is told on its command line."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

API_PREFIX = "/rest"
DEMO_EMAIL = "demo@example.org"
ROLES = ("readonly", "contributor", "maintainer", "owner")  # in a project, each more than the one before
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
M2_PER_KM2 = 1_000_000.0
GIB = 1024**3


class Dialect(enum.Enum):
    """Which of the two known shapes of the API the sandbox answers in."""

    REFERENCE = "reference"
    DEPLOYED = "deployed"


@dataclass(frozen=True)
class Settings:
    """One run of the server.

    Areas are in km², a search's as large as a processing's where it is None; `credits` is what a new account starts
    with; `memory_limit` (None for no limit) is the storage of an account and `max_upload_bytes` the largest file it may
    upload, in bytes. An image of at most `prepare_first_bytes` is prepared before its upload is answered, a larger one
    after it. An image whose file name fits one of the three patterns (as in a shell) is never prepared: it stays
    pending or in progress, or fails. `catalog` is how many pictures the imagery catalog has,
    `processings` how many a new data folder has from the past. `shares` are emails, each with the role that account has
    in all projects of the first one.
    """

    data: Path
    assets: Path
    dialect: Dialect = Dialect.DEPLOYED
    host: str = "127.0.0.1"
    port: int = 0
    credits: float = 5000.0
    area_limit_km2: float = 100.0
    search_area_limit_km2: float | None = None
    max_aois: int = 10
    review: bool = False
    workers: int = 2
    memory_limit: int | None = 10 * GIB
    max_upload_bytes: int = GIB
    prepare_first_bytes: int = 64 * 1024**2
    pending_images: str = ""
    in_progress_images: str = ""
    failing_images: str = ""
    downloads: bool = True
    catalog: int = 5000
    processings: int = 0
    link_seconds: int = 3600
    ready_file: Path | None = None
    emails: tuple[str, ...] = field(default=(DEMO_EMAIL,))
    shares: tuple[tuple[str, str], ...] = ()

    @property
    def area_limit_m2(self) -> float:
        """The largest area of one processing, and of the bounding box of each of its parts, in m²."""
        return self.area_limit_km2 * M2_PER_KM2

    @property
    def search_area_limit_m2(self) -> float:
        """The largest area of one search of the catalog, in m²."""
        limit = self.search_area_limit_km2
        return self.area_limit_m2 if limit is None else limit * M2_PER_KM2

    @property
    def database(self) -> Path:
        """The file that holds accounts, projects and processings."""
        return self.data / "sandbox.sqlite"

    @property
    def results(self) -> Path:
        """The folder of results: a folder a processing."""
        return self.data / "results"

    @property
    def lock(self) -> Path:
        """The file that a running server holds, so that no other one works on the same data."""
        return self.data / "in-use.sqlite"

    @property
    def images(self) -> Path:
        """The folder of uploaded images: a folder an image."""
        return self.data / "images"

    @property
    def uploads(self) -> Path:
        """The folder of files that are just arriving."""
        return self.data / "uploads"

    @property
    def link_key_file(self) -> Path:
        """The file that holds the key of signed links; readable by its owner alone."""
        return self.data / "links.key"

    @property
    def credentials_file(self) -> Path:
        """The file that holds what clients sign in with; readable by its owner alone."""
        return self.data / "credentials.json"
