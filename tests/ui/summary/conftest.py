"""A result on the map, and the desktop around it as far as a summary needs it."""

from __future__ import annotations

import importlib.util
from types import SimpleNamespace

import pytest

if importlib.util.find_spec("qgis.core") is not None:
    from osgeo import ogr, osr
    from qgis.core import QgsProject, QgsRectangle, QgsVectorLayer
    from qgis.PyQt.QtWidgets import QWidget

    from mapflow_dock.layers.origin.metadata import RESULT_ROLE
    from mapflow_dock.layers.results.layers import PROCESSING, ROLE, SERVER
    from mapflow_dock.ui.summary.windows import SummaryWindows

    SIDE = 0.001

    def square(west, south=0.0, side=SIDE):
        east, north = west + side, south + side
        return f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"

    def write(path, name, rows):
        """A GeoPackage of geometries, classes and heights."""
        system = osr.SpatialReference()
        system.ImportFromEPSG(4326)
        data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        layer = data.CreateLayer(name, system, ogr.wkbUnknown)
        layer.CreateField(ogr.FieldDefn("class_id", ogr.OFTString))
        layer.CreateField(ogr.FieldDefn("height", ogr.OFTReal))
        for wkt, code, height in rows:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature["class_id"] = code
            feature["height"] = height
            feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
            layer.CreateFeature(feature)
        layer = data = None

    @pytest.fixture
    def put(qgis_app, qgis_new_project, tmp_path):
        """Put a layer of a result into the project."""

        def put_layer(name, rows, processing="id-1", title=""):
            path = tmp_path / f"{name}.gpkg"
            write(path, name, rows)
            layer = QgsVectorLayer(f"{path}|layername={name}", title or name, "ogr")
            layer.setCustomProperty(PROCESSING, processing)
            layer.setCustomProperty(SERVER, "https://example.org/rest")
            layer.setCustomProperty(ROLE, RESULT_ROLE)
            QgsProject.instance().addMapLayer(layer)
            return layer

        return put_layer

    @pytest.fixture
    def houses(put):
        """Six squares in a row, 2 and 4 m high, of two classes."""
        rows = [(square(i * 2 * SIDE), str(101 + i % 2), 2.0 + 2 * (i % 2)) for i in range(6)]
        return put("buildings", rows, title="Old town")

    @pytest.fixture
    def desktop(canvas, main_bar, qtbot):
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(600, 700)
        window.show()
        opened = []
        return SimpleNamespace(
            mapCanvas=lambda: canvas,
            mainWindow=lambda: window,
            messageBar=lambda: main_bar,
            openLayoutDesigner=opened.append,
            opened=opened,
        )

    @pytest.fixture
    def windows(desktop):
        made = SummaryWindows(desktop, desktop.mainWindow())
        yield made
        made.close()

    @pytest.fixture
    def open_summary(windows, desktop, qtbot):
        """Open the summary of a layer's result, worked out."""

        def open_it(layer):
            windows.open_of(layer, lambda *_ids: None)
            dialog = next(iter(windows._open.values()))
            qtbot.waitUntil(lambda: dialog.summary is not None and not dialog._latest.is_busy)
            return dialog

        return open_it

    @pytest.fixture
    def show_on_map(canvas):
        """Let the map show these degrees."""
        metres = 111319.49079327358

        def show(west, south, east, north):
            canvas.setExtent(QgsRectangle(west * metres, south * metres, east * metres, north * metres))
            return canvas.extent()

        return show
