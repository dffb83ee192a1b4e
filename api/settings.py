"""Everything the plugin keeps among QGIS's settings: each key is named here, with its type and its default."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QByteArray

_GROUP = "plugins/mapflow_dock/"
DEFAULT_SERVER = "https://api.mapflow.ai/rest"


@dataclass(frozen=True)
class TextSetting:
    """A line of text; `default` stands for one that is missing or empty."""

    name: str
    default: str = ""

    def read(self) -> str:
        """The text, without spaces around it."""
        return str(QgsSettings().value(_GROUP + self.name, "") or "").strip() or self.default

    def write(self, text: str) -> None:
        """Keep `text`."""
        QgsSettings().setValue(_GROUP + self.name, text)

    def write_unless_default(self, text: str, default: str) -> None:
        """Keep `text`, or nothing where it is empty or the default: a later version's default then applies."""
        if text and text != default:
            self.write(text)
        else:
            self.forget()

    def forget(self) -> None:
        """Keep nothing."""
        QgsSettings().remove(_GROUP + self.name)

    def of(self, account_key: str) -> TextSetting:
        """The same setting for one account."""
        return TextSetting(f"{self.name}/{account_key}", self.default)

    def accounts(self) -> list[str]:
        """The keys of the accounts it is kept for."""
        settings = QgsSettings()
        settings.beginGroup(_GROUP + self.name)
        keys = [str(key) for key in settings.childKeys()]
        settings.endGroup()
        return keys


@dataclass(frozen=True)
class FlagSetting:
    """A yes or no."""

    name: str
    default: bool

    def read(self) -> bool:
        """Whether it is set."""
        return bool(QgsSettings().value(_GROUP + self.name, self.default, type=bool))

    def write(self, is_set: bool) -> None:
        """Keep it."""
        QgsSettings().setValue(_GROUP + self.name, is_set)


@dataclass(frozen=True)
class BytesSetting:
    """The state of a part of the window, as Qt saves it; empty where none was kept."""

    name: str

    def read(self) -> QByteArray:
        """The state; empty where what is kept is none."""
        state = QgsSettings().value(_GROUP + self.name, QByteArray())
        return state if isinstance(state, QByteArray) else QByteArray()

    def write(self, state: QByteArray) -> None:
        """Keep it."""
        QgsSettings().setValue(_GROUP + self.name, state)


@dataclass(frozen=True)
class RecordsSetting:
    """Texts by their keys, each by itself on the disk, so that two QGIS do not undo what the other has written."""

    name: str

    def of(self, account_key: str) -> RecordsSetting:
        """The same setting for one account."""
        return RecordsSetting(f"{self.name}/{account_key}")

    def read_all(self) -> dict[str, str]:
        """All of them, in the order of their keys."""
        settings = QgsSettings()
        settings.beginGroup(_GROUP + self.name)
        return {key: str(settings.value(key, "") or "") for key in settings.childKeys()}

    def write(self, key: str, text: str) -> None:
        """Keep `text`; it is on the disk when this returns."""
        settings = QgsSettings()
        settings.setValue(f"{_GROUP}{self.name}/{key}", text)
        settings.sync()

    def forget(self, key: str) -> None:
        """Keep nothing under `key`."""
        QgsSettings().remove(f"{_GROUP}{self.name}/{key}")


@dataclass(frozen=True)
class QgisRecords:
    """What QGIS itself keeps, record by record, at one of `places`: it is read, and left as it is."""

    places: tuple[str, ...]

    def read_all(self) -> dict[str, dict[str, object]]:
        """The values of each record by their keys; a record that is at several places is read at the first."""
        records: dict[str, dict[str, object]] = {}
        settings = QgsSettings()
        for place in self.places:
            settings.beginGroup(place)
            for name in settings.childGroups():
                settings.beginGroup(name)
                records.setdefault(name, {key: settings.value(key) for key in settings.childKeys()})
                settings.endGroup()
            settings.endGroup()
        return records


# QGIS's own: its connections to tiles, as 3.30 and later keep them, and as earlier ones do
TILE_CONNECTIONS = QgisRecords(("connections/xyz/items", "qgis/connections-xyz"))

# the login and the server
# The server of the last sign-in, or the one that was chosen in the options for the next sign-in.
SERVER = TextSetting("server", DEFAULT_SERVER)
LOGIN_PLACE = TextSetting("login/kind")
LOGIN_AUTHCFG = TextSetting("login/authcfg")
LOGIN_SERVER = TextSetting("login/server")
FORMER_AUTHCFG = TextSetting("former_login/authcfg")  # layers of saved projects name it
FORMER_SERVER = TextSetting("former_login/server")

# of each account
PROJECT = TextSetting("projects")  # the id of the one used last
WATCHED = TextSetting("watched")  # what was running last, as JSON
SENT = RecordsSetting("sent")  # what is not known to be settled, as JSON by id

# of each server
OFFERS = TextSetting("offers")  # names of models, providers and projects, as JSON

# of the user, whatever the account and the server
OWN_SOURCES = RecordsSetting("own_sources")  # as JSON by a key that means nothing
OWN_LOGINS = RecordsSetting("own_logins")  # the configurations that were made for them, by their ids

# what was left when QGIS ended
WORKSPACES = RecordsSetting("workspaces")  # paths of the folders files are being made in, by their names

# what the user chose
RESULTS_FOLDER = TextSetting("results_folder")
DOCK_SEEN = FlagSetting("dock_seen", False)  # from then on the dock is as wide as the user leaves it
ADD_WHEN_READY = FlagSetting("add_when_ready", False)
CONFIRM_SPENDING = FlagSetting("confirm_spending", True)
UPLOADS_FROM = TextSetting("last_upload_folder")
IMAGES_TO = TextSetting("last_image_folder")
RESULTS_TO = TextSetting("last_save_folder")
IMAGERY_ORDER = TextSetting("imagery_order")
SEARCH_FILTERS = TextSetting("search_filters")
SEARCH_AS_TABLE = FlagSetting("search_as_table", False)
SEARCH_COLUMNS = TextSetting("search_columns")  # names with their widths in pixels, commas between
HISTORY_TO = TextSetting("last_history_folder")
HISTORY_HEADER = BytesSetting("history_header")
PROCESSINGS_HEADER = BytesSetting("processings_header")
PROCESSINGS_HIDDEN = TextSetting("processings_hidden_columns")  # names of columns, with commas between
