"""State kept over restarts: accounts, projects and processings in one SQLite file."""

from .accounts import Account
from .database import Database
from .processings import Aoi, Message, Order, Processing
from .projects import Project, Role

__all__ = ["Account", "Aoi", "Database", "Message", "Order", "Processing", "Project", "Role"]
