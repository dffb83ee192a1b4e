"""Makes the profile a QGIS starts with: nothing of the user's, the plugin as it is shipped, and switched on."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

import package

PLUGIN = package.PLUGIN
LIGHT, DARK = "default", "Night Mapping"

_PRESETS = {
    "UI": {},
    "locale": {"overrideFlag": "true", "userLocale": "en_US"},
    "qgis": {
        "checkVersion": "false",
        "showTips": "false",
        "newProjectDefault": "false",
    },
    "app": {"plugin_installer/checkOnStart": "false", "askToSaveMemoryLayers": "false"},
    "core": {"NewsFeed/httpsfeedqgisorg/disabled": "true"},
}


class Profile:
    """A folder QGIS keeps its settings, logins and plugins in; kept between two starts of QGIS if asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passphrase_path = folder / "passphrase"
        self._home = folder / "profiles" / "default"

    def make(
        self, theme: str = LIGHT, settings: Mapping[str, str] | None = None, is_switched_on: bool = True
    ) -> None:
        """Make it anew: `settings` are added to the plugin's own section of the settings file.

        A plugin that is not switched on is there for a job that loads it itself.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.passphrase_path.touch(mode=0o600)
        self.passphrase_path.write_text(secrets.token_urlsafe(24), encoding="ascii")
        self._write_settings(theme, settings or {}, is_switched_on)
        self.install_plugin()

    def install_plugin(self) -> None:
        """Put into it what `make package` packs, so that what is left out is missed here."""
        for relative in package.contents():
            destination = self.plugins / PLUGIN / relative
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package.ROOT / relative, destination)

    def link_plugin(self) -> None:
        """Put a link to the checkout into it, so that a change is there at the next start."""
        link = self.plugins / PLUGIN
        shutil.rmtree(link, ignore_errors=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(package.ROOT, target_is_directory=True)

    @property
    def plugins(self) -> Path:
        """The folder of its Python plugins."""
        return self._home / "python" / "plugins"

    @property
    def exists(self) -> bool:
        """Whether it was made before."""
        return self.passphrase_path.exists() and self._settings_path.exists()

    @property
    def _settings_path(self) -> Path:
        return self._home / "QGIS" / "QGIS3.ini"

    def _write_settings(self, theme: str, settings: Mapping[str, str], is_switched_on: bool) -> None:
        sections = {name: dict(values) for name, values in _PRESETS.items()}
        sections["PythonPlugins"] = {PLUGIN: str(is_switched_on).lower()}
        sections["UI"]["UITheme"] = theme
        sections["plugins"] = {f"{PLUGIN}/{key}": value for key, value in settings.items()}
        lines = []
        for name, values in sections.items():
            lines.append(f"[{name}]")
            lines += [f"{key.replace('/', chr(92))}={value}" for key, value in values.items()]
        self._settings_path.parent.mkdir(parents=True, exist_ok=True)
        self._settings_path.write_text("\n".join(lines) + "\n", encoding="utf-8")
