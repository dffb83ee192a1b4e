"""Where a processing's pixels come from: what a request names becomes files (`source`), and those pixels (`raster`).

Nothing is imported here, so that a worker need not load what only the server needs.
"""
