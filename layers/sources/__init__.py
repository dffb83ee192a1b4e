"""Sources of imagery that QGIS knows already: its connections, and the raster layers of the project."""
