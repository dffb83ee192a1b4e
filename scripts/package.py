"""Makes dist/mapflow_dock-VERSION.zip: what plugins.qgis.org gets, byte for byte the same from the same sources."""

from __future__ import annotations

import configparser
import re
import sys
import zipfile
from pathlib import Path, PurePosixPath

import translations
from rooms import PLUGIN, ROOT, data_folders, modules, rooms

GUIDE = "docs/guide.md"
FILES = (*modules(), "metadata.txt", "LICENSE", GUIDE)
FOLDERS = (*rooms(), *data_folders())
SUFFIXES = {".py", ".ui", ".qml", ".svg", ".png", ".qm", ".json"}
MANDATORY = (
    "name",
    "description",
    "version",
    "qgisMinimumVersion",
    "author",
    "email",
    "about",
    "tracker",
    "repository",
)
URLS = ("homepage", "tracker", "repository")
MAX_BYTES = 25_000_000
OLDEST = (1980, 1, 1, 0, 0, 0)  # the first time a zip can hold: the time of packing says nothing
READABLE = 0o100644 << 16


def contents() -> list[Path]:
    """The files of the plugin, relative to the checkout, in a fixed order."""
    found = [Path(name) for name in (*FILES, *pictures_of_guide())]
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            relative = path.relative_to(ROOT)
            if path.is_file() and path.suffix in SUFFIXES and "__pycache__" not in relative.parts:
                found.append(relative)
    return sorted(found)


def pictures_of_guide() -> list[str]:
    """The pictures that the guide shows, relative to the checkout."""
    text = (ROOT / GUIDE).read_text(encoding="utf-8")
    return sorted({f"docs/{name}" for name in re.findall(r"\]\((pictures/[^)\s]+)\)", text)})


def read_metadata(text: str) -> dict[str, str]:
    """The [general] section of metadata.txt, read as the site reads it: a bare % is an error."""
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return dict(parser.items("general"))


def write(destination: Path) -> None:
    """Write the zip; the same sources give the same bytes."""
    translations.release_all()
    destination.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(destination, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for relative in contents():
            entry = zipfile.ZipInfo(f"{PLUGIN}/{relative.as_posix()}", OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            entry.create_system = 3
            archive.writestr(entry, (ROOT / relative).read_bytes())


def problems(archive_path: Path) -> list[str]:
    """What plugins.qgis.org would refuse at the upload, as sentences; what it fetches from the network is left out."""
    found = []
    if archive_path.stat().st_size > MAX_BYTES:
        found.append(f"The zip is larger than {MAX_BYTES} bytes.")
    with zipfile.ZipFile(archive_path) as archive:
        broken = archive.testzip()
        if broken is not None:
            return [f"{broken} is damaged in the zip."]
        names = archive.namelist()
        found += _name_problems(names)
        folders = {PurePosixPath(name).parts[0] for name in names}
        if len(folders) != 1:
            return [*found, f"The zip has to hold one folder, not {len(folders)}."]
        folder = folders.pop()
        if not (re.fullmatch(r"[A-Za-z][A-Za-z0-9\-_]+", folder) and folder.isidentifier()):
            found.append(f"{folder} cannot be the name of a plugin's folder.")
        absent = [
            name for name in ("__init__.py", "metadata.txt", "LICENSE") if f"{folder}/{name}" not in names
        ]
        found += [f"{name} is missing." for name in absent]
        if "metadata.txt" not in absent:
            text = archive.read(f"{folder}/metadata.txt").decode("utf-8")
            found += _metadata_problems(read_metadata(text))
    return found


def _name_problems(names: list[str]) -> list[str]:
    found = [
        f"{name} is in the zip twice." for name in sorted({name for name in names if names.count(name) > 1})
    ]
    for name in names:
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or "\\" in name or re.match(r"[A-Za-z]:", name):
            found.append(f"{name} leads out of the zip.")
        if name.endswith(".pyc") or {"__pycache__", "__MACOSX", ".git"} & set(parts):
            found.append(f"{name} may not be in the zip.")
        if any(part.startswith(".") for part in parts):
            found.append(f"{name} is a hidden file.")
    return found


def _metadata_problems(metadata: dict[str, str]) -> list[str]:
    found = [
        f"metadata.txt lacks {key}." for key in (*MANDATORY, "homepage") if not metadata.get(key, "").strip()
    ]
    if not re.fullmatch(r"\d+\.\d+\.\d+", metadata.get("version", "")):
        found.append("The version is not MAJOR.MINOR.PATCH, by which the site orders versions.")
    if "/" in metadata.get("author", ""):
        found.append("The author's name has a slash in it.")
    found += [f"{key} is no web address." for key in URLS if not metadata.get(key, "").startswith("https://")]
    if "supportsQt6" in metadata:
        found.append("supportsQt6 means nothing any more; qgisMaximumVersion says it.")
    return found


def archive_path() -> Path:
    """Where the zip of this version goes."""
    version = read_metadata((ROOT / "metadata.txt").read_text(encoding="utf-8"))["version"]
    return ROOT / "dist" / f"{PLUGIN}-{version}.zip"


def main() -> int:
    """Write the zip, check it and say where it is."""
    destination = archive_path()
    write(destination)
    found = problems(destination)
    for sentence in found:
        print(f"package: {sentence}", file=sys.stderr)
    if found:
        return 1
    print(
        f"{destination.relative_to(ROOT)}  {destination.stat().st_size / 1024:.0f} KiB, {len(contents())} files"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
