"""The SQLite file: one connection a thread, write-ahead logging, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

SCHEMA_VERSION = 4


class Database:
    """Connections to one file. Readers never wait for the writer."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        self._writing = threading.RLock()
        with self._writing:
            self._migrate()

    @property
    def reader(self) -> sqlite3.Connection:
        """This thread's connection, for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.execute("pragma foreign_keys = on")
            self._local.connection = connection
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is kept, or none when the block raises."""
        with self._writing:
            connection = self.reader
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:  # SQLite itself has ended it where the disk is full
                    connection.execute("rollback")
                raise

    def _migrate(self) -> None:
        connection = self.reader
        (version,) = connection.execute("pragma user_version").fetchone()
        if version not in (0, SCHEMA_VERSION):
            raise SystemExit(
                f"{self._path} was written by another version of the sandbox; use a new data folder."
            )
        connection.executescript(files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))
        connection.execute(f"pragma user_version = {SCHEMA_VERSION}")
