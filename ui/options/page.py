"""What the user sets once: where results go, whether spending is confirmed, which server. Settings → Options."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Optional

from qgis.gui import QgsFileWidget, QgsOptionsPageWidget
from qgis.PyQt import uic
from qgis.PyQt.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ...api.settings import (
    ADD_WHEN_READY,
    CONFIRM_SPENDING,
    DEFAULT_SERVER,
    RESULTS_BESIDE_PROJECT,
    RESULTS_FOLDER,
    SERVER,
)
from ...text.translation import translate
from ..widgets.guide import Chapter, open_guide
from .preferences import default_results_folder, results_folder, server_problem

_FORM = str(Path(__file__).with_name("page.ui"))


class OptionsForm(QWidget):
    """The fields of the options page."""

    folderWidget: QgsFileWidget
    folderMessage: QLabel
    besideCheck: QCheckBox
    addCheck: QCheckBox
    confirmCheck: QCheckBox
    optionsServerEdit: QLineEdit
    optionsServerDefaultButton: QPushButton
    optionsHelpButton: QPushButton
    serverMessage: QLabel

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.folderWidget.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folderWidget.setDialogTitle(translate("Options", "Folder for Downloaded Results"))
        self.folderWidget.lineEdit().setPlaceholderText(str(default_results_folder()))
        self.folderWidget.setFilePath(str(results_folder()))
        self.besideCheck.setChecked(RESULTS_BESIDE_PROJECT.read())
        self.addCheck.setChecked(ADD_WHEN_READY.read())
        self.confirmCheck.setChecked(CONFIRM_SPENDING.read())
        self.optionsServerEdit.setText(SERVER.read())
        self.optionsServerEdit.setPlaceholderText(DEFAULT_SERVER)
        self.optionsServerDefaultButton.clicked.connect(self._use_default_server)
        # the button of QGIS's own dialog knows QGIS's manual alone
        self.optionsHelpButton.clicked.connect(partial(open_guide, Chapter.SETTINGS))
        self.optionsServerEdit.textChanged.connect(self._tell)
        self.folderWidget.fileChanged.connect(self._tell)
        self._tell()

    def folder_problem(self) -> str:
        """What is wrong with the folder, as a sentence; empty when nothing is."""
        text = self.folderWidget.filePath().strip()
        if not text:
            return ""
        path = Path(text).expanduser()
        if not path.is_absolute():
            return translate("Options", "Give the whole path of the folder. The former folder stays in use.")
        if path.exists() and not path.is_dir():
            return translate("Options", "This is a file, not a folder. The former folder stays in use.")
        return ""

    def save(self) -> None:
        """Write what is valid; an invalid field keeps its former value."""
        if not self.folder_problem():
            folder = self.folderWidget.filePath().strip()
            RESULTS_FOLDER.write_unless_default(folder, str(default_results_folder()))
        RESULTS_BESIDE_PROJECT.write(self.besideCheck.isChecked())
        ADD_WHEN_READY.write(self.addCheck.isChecked())
        CONFIRM_SPENDING.write(self.confirmCheck.isChecked())
        server = self.optionsServerEdit.text().strip().rstrip("/")
        if not server or not server_problem(server):
            SERVER.write_unless_default(server, DEFAULT_SERVER)

    def _use_default_server(self, _checked: bool = False) -> None:
        self.optionsServerEdit.setText(DEFAULT_SERVER)

    def _tell(self, _text: str = "") -> None:
        folder_problem = self.folder_problem()
        self.folderMessage.setText(folder_problem)
        self.folderMessage.setVisible(bool(folder_problem))
        server = self.optionsServerEdit.text().strip()
        problem = server_problem(server) if server else ""
        self.serverMessage.setText(problem or translate("Options", "Used the next time you sign in."))


class OptionsPage(QgsOptionsPageWidget):
    """The page in Settings → Options."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.form = OptionsForm(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)

    def apply(self) -> None:
        """QGIS: the user pressed OK."""
        self.form.save()
