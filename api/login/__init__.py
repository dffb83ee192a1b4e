"""The login: as it is pasted, as QGIS keeps it, and the server it belongs to."""
