"""A part of a page that is as high as what is in it while there is room, and scrolls where there is none."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QEvent, QObject, QSize, Qt
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

_LEAST_LINES = 2


class FittingScroll(QScrollArea):
    """Scrolls `content` up and down, never sideways."""

    def __init__(self, content: QWidget, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is in it
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setWidget(content)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: all of the content, as high as it is at this width."""
        content = self.widget()
        if content is None:
            return super().sizeHint()
        layout = content.layout()
        width = self.viewport().width()
        is_bent = layout is not None and layout.hasHeightForWidth()
        height = layout.totalHeightForWidth(width) if is_bent else content.sizeHint().height()
        around = self.height() - self.viewport().height()  # a border, which QGIS's dark themes give it
        return QSize(content.sizeHint().width(), height + around)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: a few lines. What is in it gets narrower once it has to."""
        return QSize(super().minimumSizeHint().width(), _LEAST_LINES * self.fontMetrics().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: what is in it takes another room now."""
        if watched is self.widget() and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.updateGeometry()
        return bool(super().eventFilter(watched, event))
