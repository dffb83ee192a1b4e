"""Mapflow in QGIS's Processing framework: for the toolbox, models, batches, Python and `qgis_process`."""
