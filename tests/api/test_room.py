"""What the room as a whole keeps to."""

from __future__ import annotations

import subprocess
import sys

SECTIONS = (
    "account",
    "projects",
    "sources",
    "processings",
    "history",
    "http.errors",
    "http.reply",
    "http.fields",
    "login.credential",
)


def test_sections_and_errors_need_no_qgis_core():
    """So that item models, which use their dataclasses, are tested on Qt 6 where there is no QGIS."""
    imports = "; ".join(f"import mapflow_dock.api.{name}" for name in SECTIONS)
    program = f"import sys; sys.path[:0] = {sys.path!r}; sys.modules['qgis.core'] = None; {imports}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
