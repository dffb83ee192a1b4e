"""A real QGIS desktop for each test, on a screen of its own, with a new profile that has the packaged plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.launch import Desktop
from desktop.profile import Profile

JOBS = Path(__file__).parent / "jobs"


class QgisUser:
    """Starts QGIS as often as a test asks, each time with the same profile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts = 0
        self.profile = Profile(folder / "profile")
        self.profile.make(settings={"results_folder": str(folder / "results")})

    def run(self, job: str, seconds: float = 120, **settings: object) -> dict:
        """Let QGIS do `tests/e2e/jobs/JOB.py`; returns what the job returned once QGIS has closed by itself."""
        self._starts += 1
        desktop = Desktop(self._folder / f"start-{self._starts}", self.profile)
        run = desktop.run(JOBS / f"{job}.py", {"files": self._folder, **settings}, seconds)
        assert run.code == 0, f"QGIS ended with code {run.code}\n{run.log}"
        assert "Traceback" not in run.log
        return run.result


@pytest.fixture
def qgis_user(tmp_path: Path) -> QgisUser:
    return QgisUser(tmp_path)
