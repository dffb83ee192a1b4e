"""What the tests of the dock's pages share: someone signed in to the test's `service`, a map, a message bar."""

from __future__ import annotations

import importlib.util

import pytest

if importlib.util.find_spec("qgis.core") is not None:  # some of these tests run without QGIS, too
    from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle
    from qgis.gui import QgsMapCanvas, QgsMessageBar

    from mapflow_dock.api.session import Session
    from mapflow_dock.api.settings import RESULTS_FOLDER

    @pytest.fixture
    def session(qgis_app, service, qtbot):
        """Someone signed in to `service`, whose project is known."""
        session = Session()
        with qtbot.waitSignal(session.project_changed):
            session.sign_in("demo@example.org:key", service.url, remember=False)
        session.client.retry_base_s = 0.005
        yield session
        session.close()

    @pytest.fixture
    def canvas(qgis_app, qgis_new_project, qtbot):
        """A map in EPSG:3857, near where its axes meet."""
        canvas = QgsMapCanvas()
        canvas.resize(400, 300)
        canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
        canvas.setExtent(QgsRectangle(0, 0, 1000, 800))
        qtbot.addWidget(canvas)
        canvas.show()
        return canvas

    @pytest.fixture
    def main_bar(qtbot):
        """The message bar of the main window, which a QGIS without its desktop lacks."""
        bar = QgsMessageBar()
        qtbot.addWidget(bar)
        bar.show()
        return bar

    @pytest.fixture
    def results(tmp_path):
        """The folder that results and previews are kept in."""
        folder = tmp_path / "results"
        RESULTS_FOLDER.write(str(folder))
        return folder
