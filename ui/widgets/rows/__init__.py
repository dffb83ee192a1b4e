"""Rows of lists and trees: how they are painted, and which ones changed."""
