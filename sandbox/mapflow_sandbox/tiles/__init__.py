"""Tiles of the Web Mercator matrix: imagery as PNG, results as Mapbox vector tiles."""
