"""Everything that becomes a QGIS layer, or is read from one."""
