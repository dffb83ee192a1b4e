"""What the algorithms do, in the thread QGIS runs them in."""
