"""Saving something as a file: in which format, where, what is lost by that, and how it gets onto the map."""
