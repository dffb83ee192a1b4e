"""The upload panel of someone signed in to a Data API that keeps what it takes, and breaks as each test tells it."""

from __future__ import annotations

import importlib.util
from types import SimpleNamespace

import pytest

# the tests of the item model run without QGIS, too
if importlib.util.find_spec("qgis.core") is not None:
    from upload_service import WAIT, let_tasks_end, rasters, service, temporary

    from mapflow_dock.jobs.uploads.batch import UploadTarget
    from mapflow_dock.jobs.uploads.stage import Stage
    from mapflow_dock.layers.rasters.source import sources_of_paths
    from mapflow_dock.ui.uploads.dialog import UploadDialog
    from mapflow_dock.ui.uploads.panel import UploadPanel

    __all__ = ["rasters", "service", "temporary"]

    @pytest.fixture
    def panel(session, main_bar, temporary, qtbot):
        iface = SimpleNamespace(messageBar=lambda: main_bar)
        panel = UploadPanel(session, iface, lambda: panel.is_in_view)
        panel.is_in_view = True
        panel.notices = []
        panel.arrivals = []
        panel.notice.connect(panel.notices.append)
        panel.arrived.connect(lambda mosaic_id, image: panel.arrivals.append((mosaic_id, image)))
        qtbot.addWidget(panel)
        panel.resize(340, 300)
        panel.show()
        yield panel
        if not panel.is_closed:
            panel.close()
        let_tasks_end(qtbot)

    @pytest.fixture
    def upload(panel):
        """Give files to the panel, for a new mosaic of that name or one that is there."""

        def upload(paths, name="", mosaic_id=""):
            panel.upload(*sources_of_paths(paths), UploadTarget(mosaic_id, name or mosaic_id))

        return upload

    @pytest.fixture
    def user(panel, qtbot):
        return User(panel, qtbot)

    class User:
        """What somebody sees and does."""

        def __init__(self, panel, qtbot):
            self.panel = panel
            self.qtbot = qtbot

        def wait(self, is_so, timeout=WAIT):
            self.qtbot.waitUntil(is_so, timeout=timeout)

        def dialog(self) -> UploadDialog:
            """The dialog that asks, once it is there."""

            def shown():
                return [each for each in self.panel.window().findChildren(UploadDialog) if each.isVisible()]

            self.wait(lambda: bool(shown()))
            return shown()[0]

        def go_on(self):
            """Agree to what the dialog proposes."""
            dialog = self.dialog()
            self.wait(dialog.upload_button.isEnabled)
            dialog.upload_button.click()

        def stages(self):
            return [row.stage for row in self.panel.model.rows()]

        def rows(self):
            return {row.name: row for row in self.panel.model.rows()}

        def wait_over(self):
            """Until nothing more comes by itself."""
            self.wait(lambda: bool(self.stages()) and all(stage.is_over for stage in self.stages()))
            return self.stages()

        def wait_for(self, stage: Stage, count=1):
            self.wait(lambda: self.stages().count(stage) >= count)

        def choose(self, *names):
            """Select rows by name."""
            view = self.panel.uploadsView
            view.clearSelection()
            model = view.selectionModel()
            for place, row in enumerate(self.panel.model.rows()):
                if row.name in names:
                    model.select(self.panel.model.index(place), model.SelectionFlag.Select)

        def said(self):
            return " | ".join(notice.text for notice in self.panel.notices)
