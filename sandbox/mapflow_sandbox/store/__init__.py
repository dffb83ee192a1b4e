"""State kept over restarts: accounts, projects and processings in one SQLite file."""

from .accounts import Account
from .database import Database
from .projects import Project, Role

__all__ = ["Account", "Database", "Project", "Role"]
