"""Uploaded images on the map: their outlines, the size of their pixels, and previews."""
