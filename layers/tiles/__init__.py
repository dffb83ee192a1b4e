"""Tiles as layers: a provider's imagery, and results as vector tiles."""
