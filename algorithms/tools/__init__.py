"""The algorithms as QGIS shows them: names, parameters, help. What each does is in `work`, imported when it runs."""
