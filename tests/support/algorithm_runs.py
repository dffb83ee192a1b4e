"""What a run of a Processing algorithm says and gives, kept for a test."""

# ruff: noqa: N802, N803 - named as QGIS names them

from __future__ import annotations

from dataclasses import dataclass, field

from qgis.core import QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtCore import QThread


class Feedback(QgsProcessingFeedback):
    """Keeps what it is told."""

    def __init__(self):
        super().__init__(False)
        self.lines = []
        self.steps = []
        self.threads = set()
        self.progressChanged.connect(self.steps.append)

    def _note(self, kind, text):
        self.threads.add(QThread.currentThread())
        self.lines.append((kind, text))

    def setProgressText(self, text):
        self._note("stage", text)

    def pushInfo(self, text):
        self._note("info", text)

    def pushWarning(self, text):
        self._note("warning", text)

    def reportError(self, text, fatalError=False):  # noqa: ARG002
        self._note("error", text)

    def has_told(self, beginning):
        return any(text.startswith(beginning) for _kind, text in self.lines)

    def told(self, kind):
        return [text for each, text in self.lines if each == kind]


@dataclass
class Ran:
    """What came of a run."""

    outcome: dict
    feedback: Feedback
    context: QgsProcessingContext = field(repr=False)
    is_whole: bool = True
    stopped_after: float | None = None  # seconds from the cancelling to the end

    def layer(self, name):
        """The layer of an output."""
        return self.context.getMapLayer(self.outcome[name])

    def rows(self, name):
        """The rows of a table as dicts."""
        layer = self.layer(name)
        names = layer.fields().names()
        return [dict(zip(names, row.attributes(), strict=True)) for row in layer.getFeatures()]
