"""The work on processings: a scheduler in the server, and processes of their own that read pixels and find objects.

Nothing is imported here, so that a worker need not load what only the server needs.
"""
