"""Settings stay where users of earlier versions have them, and read as what they are."""

from __future__ import annotations

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QByteArray

from mapflow_dock.api import settings


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        (settings.SERVER, "server"),
        (settings.LOGIN_PLACE, "login/kind"),
        (settings.LOGIN_AUTHCFG, "login/authcfg"),
        (settings.LOGIN_SERVER, "login/server"),
        (settings.FORMER_AUTHCFG, "former_login/authcfg"),
        (settings.FORMER_SERVER, "former_login/server"),
        (settings.PROJECT.of("0123abcd"), "projects/0123abcd"),
        (settings.WATCHED.of("0123abcd"), "watched/0123abcd"),
        (settings.RESULTS_FOLDER, "results_folder"),
        (settings.UPLOADS_FROM, "last_upload_folder"),
        (settings.IMAGES_TO, "last_image_folder"),
        (settings.RESULTS_TO, "last_save_folder"),
        (settings.IMAGERY_ORDER, "imagery_order"),
        (settings.PROCESSINGS_HIDDEN, "processings_hidden_columns"),
    ],
)
def test_texts_are_found_where_they_always_were(setting, key):
    assert setting.read() == setting.default
    QgsSettings().setValue(f"plugins/mapflow_dock/{key}", " kept ")
    assert setting.read() == "kept"
    setting.write("other")
    assert QgsSettings().value(f"plugins/mapflow_dock/{key}") == "other"
    setting.forget()
    assert setting.read() == setting.default


@pytest.mark.parametrize(("kept", "read"), [(False, False), ("false", False), ("true", True), (None, True)])
def test_a_flag_is_read_as_one(kept, read):
    if kept is not None:
        QgsSettings().setValue("plugins/mapflow_dock/confirm_spending", kept)
    assert settings.CONFIRM_SPENDING.read() is read


@pytest.mark.parametrize("kept", ["text", 5, None])
def test_a_state_that_is_none_is_empty(kept):
    QgsSettings().setValue("plugins/mapflow_dock/processings_columns", kept)
    assert settings.PROCESSINGS_HEADER.read().isEmpty()


def test_a_state_comes_back():
    settings.PROCESSINGS_HEADER.write(QByteArray(b"abc"))
    assert bytes(settings.PROCESSINGS_HEADER.read()) == b"abc"


def test_a_default_is_not_kept():
    settings.SERVER.write("https://maps.example.org/rest")
    settings.SERVER.write_unless_default(settings.DEFAULT_SERVER, settings.DEFAULT_SERVER)
    assert not QgsSettings().contains("plugins/mapflow_dock/server")
