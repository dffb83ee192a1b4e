"""The imagery catalog: a search of scenes and mosaics that can be had (API reference, Imagery Catalog)."""
