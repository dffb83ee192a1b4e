"""Batches of processings: what they are of, and the table that says what became of each part."""
