"""Installs the packaged plugin into the user's own QGIS profile: behind `make install`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import package

FOLDERS = {
    "linux": Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"),
    "darwin": Path.home() / "Library" / "Application Support",
    "win32": Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming"),
}
VERSIONS = ("QGIS3", "QGIS4")  # QGIS 4 keeps its profiles beside those of QGIS 3


def profiles(name: str) -> list[Path]:
    """The profile called `name` of each QGIS there is; that of QGIS 3 where there is none yet."""
    data = FOLDERS.get(sys.platform, FOLDERS["linux"])
    everywhere = [data / "QGIS" / version / "profiles" / name for version in VERSIONS]
    return [folder for folder in everywhere if folder.is_dir()] or everywhere[:1]


def install(profile: Path, archive: Path) -> Path:
    """Put the content of `archive` into the profile in place of an earlier version; the folder it is in now."""
    plugins = profile / "python" / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    destination = plugins / package.PLUGIN
    if destination.is_symlink():
        raise SystemExit(f"{destination} is a link, perhaps to a checkout of yours: remove it first.")
    with tempfile.TemporaryDirectory(dir=plugins) as name:
        with zipfile.ZipFile(archive) as content:
            content.extractall(name)
        former = Path(name) / "former"
        if destination.exists():
            destination.rename(former)
        (Path(name) / package.PLUGIN).rename(destination)
        shutil.rmtree(former, ignore_errors=True)
    return destination


def main() -> int:
    """Package and install; PROFILE names the profile."""
    archive = package.archive_path()
    if package.main() != 0:
        return 1
    for profile in profiles(os.environ.get("PROFILE", "default")):
        print(f"Installed into {install(profile, archive)}")
    print("Start QGIS, and switch on “Mapflow Dock” under Plugins > Manage and Install Plugins > Installed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
