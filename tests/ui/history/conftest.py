"""The history window of someone signed in to a sandbox with a past."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import Qt

from mapflow_dock.api.session import Session
from mapflow_dock.ui.history.dialog import HistoryDialog

COUNT = 700  # more than a page
PATIENCE_MS = 20_000


@pytest.fixture
def past(sandbox):
    return sandbox.start(sandbox.dialect, processings=COUNT)


@pytest.fixture
def session(qtbot, past):
    session = Session()
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        session.sign_in(past.basic, past.url, remember=False)
    yield session
    session.close()


@pytest.fixture
def dialog(qtbot, session):
    dialog = HistoryDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.loading.is_complete, timeout=PATIENCE_MS)
    return dialog
