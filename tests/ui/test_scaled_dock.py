"""The dock on screens of 150 and 200 %: what is read and reached in test_narrow_dock.py is so there, too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SECONDS = 240


@pytest.mark.parametrize("factor", ["1.5", "2"])
def test_nothing_is_cut_where_everything_is_larger(factor: str) -> None:
    # Qt reads the factor once, when the application is made
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", HERE / "test_narrow_dock.py"],
        cwd=HERE.parent.parent,
        env={**os.environ, "QT_SCALE_FACTOR": factor},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert re.search(r"\b[5-9]\d* passed", ended.stdout), "they were run"
