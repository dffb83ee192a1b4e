"""`qgis.PyQt` as QGIS 4 has it, as far as the plugin's Qt-only parts need it."""
