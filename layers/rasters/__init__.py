"""Rasters that are to be uploaded: what they are, what is wrong with them, and pictures made of them."""
