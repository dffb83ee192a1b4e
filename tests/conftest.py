"""What all tests share: the plugin importable as `mapflow_dock`, a clean QGIS, and running sandboxes.

The folders under `tests/` run in three Pythons: most in the one that has QGIS, `tests/sandbox` in the sandbox's,
`tests/qt6` in one with PyQt6. This file is loaded in each of them, so it imports QGIS only where there is one.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Callable

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
IMPORT_FOLDER = ROOT / "build" / "import"
PLUGIN = "mapflow_dock"
DIALECTS = ("deployed", "reference")
MASTER = "a phrase for the tests' own store"
GUEST = "guest@example.org"
SETTINGS_GROUP = f"plugins/{PLUGIN}"


def _link_plugin() -> None:
    """Make the checkout importable under the plugin's own name, whatever the folder is called."""
    link = IMPORT_FOLDER / PLUGIN
    IMPORT_FOLDER.mkdir(parents=True, exist_ok=True)
    target = os.path.relpath(ROOT, IMPORT_FOLDER)
    if not link.is_symlink() or os.readlink(link) != target:
        # renamed into place: several test runs may do this at once
        fresh = IMPORT_FOLDER / f"{PLUGIN}.{os.getpid()}"
        fresh.symlink_to(target, target_is_directory=True)
        fresh.replace(link)
    for folder in (IMPORT_FOLDER, ROOT / "scripts", ROOT / "tests" / "support"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


_link_plugin()

from sandbox_process import SandboxAddress, SandboxError, SandboxProcess  # noqa: E402 - needs the path set above

HAS_QGIS = importlib.util.find_spec("qgis") is not None
if not HAS_QGIS and importlib.util.find_spec("PyQt6") is not None:
    sys.path.insert(0, str(ROOT / "tests" / "qt6" / "stand_in"))  # qgis.PyQt alone, and that is PyQt6
_QGIS_FOLDER = Path(tempfile.mkdtemp(prefix="mapflow_dock_qgis_")) if HAS_QGIS else None
if _QGIS_FOLDER is not None:
    # read when the application is made, which is why pytest-qgis is loaded here and not by itself (see pyproject.toml)
    os.environ["QGIS_AUTH_DB_DIR_PATH"] = str(_QGIS_FOLDER)
    pytest_plugins = ["pytest_qgis.plugin"]


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and give this process settings of its own."""
    config.addinivalue_line("markers", "both_dialects: run with a sandbox of each dialect of the API")
    config.addinivalue_line("markers", "dialect(name): the dialect the `sandbox` fixture speaks")
    if _QGIS_FOLDER is not None:
        from qgis.PyQt.QtCore import QSettings

        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(_QGIS_FOLDER))
    elif importlib.util.find_spec("PyQt6") is not None:
        from PyQt6.QtCore import QLocale

        QLocale.setDefault(QLocale("en_US"))  # as QGIS does; Qt alone takes the machine's, which may be C


def pytest_unconfigure() -> None:
    """Remove what `pytest_configure` made."""
    if _QGIS_FOLDER is not None:
        shutil.rmtree(_QGIS_FOLDER, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test marked `both_dialects` once with each."""
    if "sandbox" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_dialects"):
        metafunc.parametrize("sandbox", DIALECTS, indirect=True)


@dataclass(frozen=True)
class RunningSandbox(SandboxAddress):
    """A sandbox a test talks to: its address, its dialect, its process, and ways to have a different one.

    `start` makes one for this test alone, `kept` one that other tests with the same options have, too.
    """

    dialect: str
    process: SandboxProcess
    start: Callable[..., RunningSandbox]
    kept: Callable[..., RunningSandbox]


class Sandboxes:
    """The sandboxes of one test run: one of each dialect kept for all tests, others for one test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, RunningSandbox] = {}
        self._brief: list[SandboxProcess] = []
        self._count = 0

    def kept(self, dialect: str, **options: object) -> RunningSandbox:
        """The sandbox of `dialect` with these options that lives as long as the run; GUEST has an account there."""
        options = {"account": GUEST, **options}
        name = f"{dialect} {sorted(options.items())}"
        if name not in self._kept:
            self._kept[name] = self._run(dialect=dialect, **options)
        return self._kept[name]

    def start(self, dialect: str = DIALECTS[0], **options: object) -> RunningSandbox:
        """A new sandbox with `options` of its command line, for instance `credits=0`; it ends with the test."""
        running = self._run(dialect=dialect, **options)
        self._brief.append(running.process)
        return running

    def stop_brief(self) -> None:
        """End those that `start` made."""
        while self._brief:
            self._brief.pop().stop()

    def stop_all(self) -> None:
        """End every one."""
        self.stop_brief()
        while self._kept:
            self._kept.popitem()[1].process.stop()

    def _run(self, dialect: str, **options: object) -> RunningSandbox:
        self._count += 1
        process = SandboxProcess(self._folder / f"{self._count}-{dialect}", dialect=dialect, **options)
        try:
            address = process.start()
        except SandboxError as error:
            pytest.fail(str(error), pytrace=False)

        def start(dialect: str = dialect, **options: object) -> RunningSandbox:
            return self.start(dialect, **options)

        def kept(dialect: str = dialect, **options: object) -> RunningSandbox:
            return self.kept(dialect, **options)

        return RunningSandbox(**vars(address), dialect=dialect, process=process, start=start, kept=kept)


@pytest.fixture(scope="session")
def sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    """Every sandbox of this run; tests use `sandbox`."""
    sandboxes = Sandboxes(tmp_path_factory.mktemp("sandboxes"))
    yield sandboxes
    sandboxes.stop_all()


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, sandboxes: Sandboxes) -> Iterator[RunningSandbox]:
    """A running sandbox, shared with other tests; `sandbox.start(credits=0)` is one for this test alone.

    `sandbox.kept(review=True)` is another that tests share.

    It speaks the deployed dialect unless the test is marked `both_dialects` or `dialect("reference")`.
    """
    marker = request.node.get_closest_marker("dialect")
    dialect = getattr(request, "param", None) or (marker.args[0] if marker else DIALECTS[0])
    yield sandboxes.kept(dialect)
    sandboxes.stop_brief()


if HAS_QGIS:

    @pytest.fixture(scope="session", autouse=True)
    def _nothing_left(qgis_app: object) -> Iterator[None]:
        """Delete what the tests left behind as long as there is an application: Qt objects must not outlive it."""
        yield
        from qgis.PyQt.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

    @pytest.fixture(scope="session", autouse=True)
    def _master(_nothing_left: None) -> None:
        """Open the authentication store, as a user does by QGIS's own prompt; it is this process's own file."""
        from qgis.core import QgsApplication

        manager = QgsApplication.authManager()
        if not manager.setMasterPassword(MASTER, True):
            pytest.fail("The authentication store of the tests cannot be opened.", pytrace=False)

    @pytest.fixture(autouse=True)
    def _clean_qgis(_master: None) -> Iterator[None]:
        """Leave no login, no setting and no layer of one test to the next."""
        yield
        from qgis.core import QgsApplication, QgsProject, QgsSettings

        manager = QgsApplication.authManager()
        if not manager.masterPasswordIsSet():
            manager.setMasterPassword(MASTER, True)
        if manager.configIds():  # to remove none takes 20 ms, which is most of what a small test takes
            manager.removeAllAuthenticationConfigs()
        QgsSettings().remove(SETTINGS_GROUP)
        QgsProject.instance().removeAllMapLayers()
