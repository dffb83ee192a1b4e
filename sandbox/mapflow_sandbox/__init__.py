"""A Mapflow-compatible server on loopback, for demos, tests and work without an account."""

__version__ = "0.1.0"
