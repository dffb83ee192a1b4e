"""What a processing told its model beyond options: carried into its duplicate, where it is seen and can be removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ....text.server_text import bounded
from ....text.translation import translate
from ...widgets.icons import icon_named

_LONGEST = 200  # letters shown of all values


class CarriedParameters(QWidget):
    """A line of values that go to one model; it is seen while that model is chosen and there are values."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("carriedParameters")
        self.kept: tuple[str, Mapping[str, object]] = ("", {})  # id of the model, and what it is told
        self._model_id = ""
        self.label = QLabel(self)
        self.label.setObjectName("carriedParametersLabel")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QToolButton(self)
        self.button.setObjectName("withoutParametersButton")
        self.button.setAutoRaise(True)
        self.button.setIcon(icon_named("mActionRemove.svg"))
        title = translate("Model", "Run without these parameters")
        self.button.setToolTip(title)
        self.button.setAccessibleName(title)
        self.button.clicked.connect(lambda: self.keep("", {}))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self._show()

    @property
    def values(self) -> Mapping[str, object]:
        """What the chosen model is told; empty where there is nothing."""
        return self.kept[1] if self.kept[0] == self._model_id else {}

    def keep(self, model_id: str, values: Mapping[str, object]) -> None:
        """Tell the model of that id these values."""
        if (model_id, values) != self.kept:
            self.kept = (model_id, values)
            self._show()
            self.changed.emit()

    def follow(self, model_id: str) -> None:
        """Another model is chosen."""
        self._model_id = model_id
        self._show()

    def _show(self) -> None:
        told = ", ".join(f"{name} = {_written(value)}" for name, value in self.values.items())
        text = translate("Model", "Parameters of the duplicated processing: {values}")
        self.label.setText(text.format(values=bounded(told, _LONGEST)))
        self.setVisible(bool(told))


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
