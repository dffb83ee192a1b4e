"""Uploads: their list, what is asked of each, and the ways files come in."""
