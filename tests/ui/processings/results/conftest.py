"""What the tests of *Save As* share: Qt's own file dialog, driven as a user does."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QFileDialog

from mapflow_dock.jobs.results.export import ExportFormat


@pytest.fixture(autouse=True)
def _own_dialogs():
    # the dialogs of a desktop cannot be driven; Qt's own is the same dialog with the same signals
    attribute = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = QCoreApplication.testAttribute(attribute)
    QCoreApplication.setAttribute(attribute, True)
    yield
    QCoreApplication.setAttribute(attribute, before)


@pytest.fixture
def choose_file(qtbot):
    """Choose a format in the menu and a file in the dialog, for what is chosen in the list."""

    def choose(page, export_format: ExportFormat, path):
        action = next(
            action
            for action in page.saveAsButton.menu().actions()
            if action.objectName() == f"saveAs{export_format.name.title()}Action"
        )
        action.trigger()
        dialog = page.findChild(QFileDialog, "saveResultDialog")
        qtbot.waitUntil(dialog.isVisible)
        dialog.setDirectory(str(path.parent))
        dialog.selectFile(path.name)
        dialog.accept()

    return choose
