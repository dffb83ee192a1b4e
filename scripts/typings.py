"""Puts together what mypy needs to know QGIS, in build/typings: the published stubs are not in the form mypy reads.

`qgis-stubs` types `qgis._core` and `qgis._gui`, but leaves `qgis.core`, `qgis.gui` and `qgis.PyQt` as plain Python
files, which mypy does not take from a stub package. It also says of every pointer that it may be None, as it cannot
know better, and it lacks the names QGIS adds when it starts. Both are mended here.
"""

from __future__ import annotations

import re
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "typings"
TYPED = ("core", "gui")
QT = ("QtCore", "QtGui", "QtNetwork", "QtSvg", "QtTest", "QtWidgets", "QtXml", "sip")
NEVER_NONE = (
    (re.compile(r"-> typing\.Optional\[('?(?:\w+\.)?Q\w+'?)\]:"), r"-> \1:"),  # what is returned
    # what an event handler and an algorithm get
    (re.compile(r"typing\.Optional\[('?(?:\w+\.)?(?:Q\w+Event|QgsProcessingFeedback)'?)\]"), r"\1"),
)
ADDED_ENUMS = {  # by the names QGIS 3.22 has, which later ones keep
    "GeometryType": ("PointGeometry", "LineGeometry", "PolygonGeometry", "UnknownGeometry", "NullGeometry"),
    "DistanceUnit": ("DistanceMeters", "DistanceDegrees"),
    "LayerType": ("RasterLayer", "VectorLayer", "VectorTileLayer"),
    "ProcessingSourceType": ("TypeVectorPolygon",),
}
ADDED_CORE = """
class QgsCsException(Exception): ...
class QgsProviderConnectionException(Exception): ...
class QgsProcessingException(Exception): ...
"""
UIC = """
from typing import Any, Optional

def loadUiType(uifile: str) -> tuple[Any, Any]: ...
def loadUi(uifile: str, baseinstance: Optional[Any] = ...) -> Any: ...
"""
UTILS = """
from typing import Any, Optional
from qgis.gui import QgisInterface

iface: Optional[QgisInterface]
plugins: dict[str, Any]

def loadPlugin(packageName: str) -> bool: ...
def startPlugin(packageName: str) -> bool: ...
def unloadPlugin(packageName: str) -> bool: ...
"""


def mended(text: str) -> str:
    """A stub file's text, with what it cannot know put right."""
    for pattern, replacement in NEVER_NONE:
        text = pattern.sub(replacement, text)
    for name, members in ADDED_ENUMS.items():
        head = f"    class {name}(int):\n"
        lines = "".join(f"        {member} = ... # type: Qgis.{name}\n" for member in members)
        text = text.replace(head, head + lines)
        alias = f"    {name}: typing.TypeAlias = Qgis.{name}\n"
        text = text.replace(f"    {name}: typing.Type[Qgis.{name}]\n", alias)
    return text


def write() -> None:
    """Write it anew, when the stubs that are installed are not those of last time."""
    installed = distribution("qgis-stubs")
    stamp = FOLDER / "version"
    wanted = f"{installed.version} {Path(__file__).stat().st_mtime_ns}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    package = FOLDER / "qgis"
    (package / "PyQt").mkdir(parents=True)
    for name in ("__init__.pyi", "PyQt/__init__.pyi"):
        (package / name).touch()
    for name in TYPED:
        text = Path(str(installed.locate_file(f"qgis-stubs/_{name}.pyi"))).read_text(encoding="utf-8")
        (package / f"_{name}.pyi").write_text(mended(text), encoding="utf-8")
        added = ADDED_CORE if name == "core" else ""
        (package / f"{name}.pyi").write_text(f"from qgis._{name} import *\n{added}", encoding="utf-8")
    for name in QT:
        (package / "PyQt" / f"{name}.pyi").write_text(f"from PyQt5.{name} import *\n", encoding="utf-8")
    (package / "PyQt" / "uic.pyi").write_text(UIC, encoding="utf-8")
    (package / "utils.pyi").write_text(UTILS, encoding="utf-8")
    stamp.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    write()
    sys.exit()
