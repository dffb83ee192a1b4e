"""The tree of mosaics and images."""
