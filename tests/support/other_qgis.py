"""Another QGIS process, which has the settings of the tests and does what it is told."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PREAMBLE = """
import sys
from pathlib import Path
from qgis.PyQt.QtCore import QCoreApplication, QSettings
settings, *arguments = sys.argv[1:]
from qgis.core import QgsApplication, QgsSettings
application = QgsApplication([], False)
application.initQgis()
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(Path(settings).parents[1]))
QSettings.setDefaultFormat(QSettings.Format.IniFormat)
QCoreApplication.setOrganizationName(Path(settings).parent.name)
QCoreApplication.setApplicationName(Path(settings).stem)
if QgsSettings().fileName() != settings:
    sys.exit(QgsSettings().fileName())
"""


@pytest.fixture
def other_qgis(qgis_app):
    """Starts another QGIS with code and arguments; `process.stdout.readline()` waits for a line it prints."""
    from qgis.core import QgsSettings

    begun = []
    settings = QgsSettings().fileName()

    def start(code, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", PREAMBLE + code, settings, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
