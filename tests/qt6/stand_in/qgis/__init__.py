"""Stands in for QGIS on a machine without a Qt 6 build of it: only `qgis.PyQt`, and that is PyQt6."""
