"""Drives the plugin in a real QGIS desktop: the demo, the pictures and the end-to-end tests stand on this.

`profile`, `screen` and `launch` run outside QGIS, in any Python; `bootstrap`, `eyes`, `hands` and the jobs inside it.
"""
