"""Searches of the imagery catalog, page by page."""
