"""What the options page stores, as the rest of the plugin reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QStandardPaths, QUrl

from ...api.settings import (
    DEFAULT_SERVER,
    RESULTS_BESIDE_PROJECT,
    RESULTS_FOLDER,
    RESULTS_PLACE_TOLD,
)
from ...text.translation import translate

if TYPE_CHECKING:
    from qgis.core import QgsProject

BESIDE_PROJECT = "Mapflow"  # the folder beside a project: a product's name, the same in every language
PAGE_NAME = "MapflowDockOptions"


def default_results_folder() -> Path:
    """`Mapflow` among the user's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or str(Path.home())) / "Mapflow"


def results_folder() -> Path:
    """The folder downloaded results are kept in; it need not exist yet."""
    stored = RESULTS_FOLDER.read()
    return Path(stored) if stored else default_results_folder()


@dataclass(frozen=True)
class ResultsPlace:
    """Where a result of the open QGIS project goes, and where else one may be that was downloaded before.

    `remark` is what to tell of it, "" where it is as the user has chosen.
    """

    folder: Path
    others: tuple[Path, ...] = ()
    remark: str = ""


def results_place(project: QgsProject) -> ResultsPlace:
    """The place for the results of `project`: the folder, or beside a project that is saved, where that is wanted."""
    chosen = results_folder()
    home = project.absolutePath()
    beside = Path(home) / BESIDE_PROJECT if home else None
    if not RESULTS_BESIDE_PROJECT.read():
        return ResultsPlace(chosen, () if beside is None else (beside,))
    if beside is None:
        text = translate(
            "Options",
            "The QGIS project is not saved yet, so the file is not beside it but in {folder}. Save the project before "
            "you add results.",
        )
        return ResultsPlace(chosen, (), text.format(folder=chosen))
    return ResultsPlace(beside, (chosen,))


def place_to_tell(place: ResultsPlace) -> str:
    """What to say of where results go, the first time nobody has chosen that; "" from then on."""
    if RESULTS_PLACE_TOLD.read() or RESULTS_FOLDER.read() or RESULTS_BESIDE_PROJECT.read():
        return ""
    RESULTS_PLACE_TOLD.write(True)
    return translate("Options", "Results are kept in {folder}.").format(folder=place.folder)


def server_problem(address: str) -> str:
    """What is wrong with a server address, as a sentence; empty when nothing is."""
    url = QUrl(address.strip(), QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme() not in ("http", "https") or not url.host():
        return translate("Options", "Write the whole server address, as in {example}.").format(
            example=DEFAULT_SERVER
        )
    if url.userInfo():
        return translate(
            "Options", "The server address must not contain a login. Leave out everything before the @ sign."
        )
    if url.hasQuery() or url.hasFragment():
        return translate("Options", "The server address must end with its path, without ? or #.")
    return ""
