"""What a QGIS project holds of a result: its layers, tiles and rasters, in their groups, and how they change places."""
