"""English needs no translation to count; a translation counts as its language does."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QCoreApplication

import translations
from mapflow_dock.text.translation import install_translation, plural_of, translate

RUSSIAN = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru"><context><name>Tree</name><message numerus="yes">
<source>“{name}”: %Ln images</source><comment>“{name}”: an image</comment>
<translation><numerusform>«{name}»: %Ln снимок</numerusform><numerusform>«{name}»: %Ln снимка</numerusform>
<numerusform>«{name}»: %Ln снимков</numerusform></translation>
</message></context></TS>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "mapflow_dock_ru.ts"
    source.write_text(RUSSIAN, encoding="utf-8")
    translations.release(source)
    return tmp_path


def images(count: int) -> str:
    return translate("Tree", "“{name}”: %Ln images", "“{name}”: an image", count).format(name="%n")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "“%n”: 0 images"),
        (1, "“%n”: an image"),
        (2, "“%n”: 2 images"),
        (1234, "“%n”: 1,234 images"),
        (10**12, "“%n”: 2,147,483,647 images"),
    ],
)
def test_english_needs_no_file(count: int, text: str) -> None:
    assert images(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "«%n»: 1 снимок"), (2, "«%n»: 2 снимка"), (5, "«%n»: 5 снимков"), (1021, "«%n»: 1,021 снимок")],
)
def test_a_language_has_the_plurals_it_needs(qapp: object, folder: Path, count: int, text: str) -> None:
    translator = install_translation(folder, "ru_RU")
    assert translator is not None
    try:
        assert images(count) == text
    finally:
        QCoreApplication.removeTranslator(translator)
    assert images(2) == "“%n”: 2 images"


def test_a_language_without_a_translation_installs_nothing(folder: Path) -> None:
    assert install_translation(folder, "de_DE") is None
    assert install_translation(folder / "nowhere", "ru") is None


@pytest.mark.parametrize(("amount", "number"), [(0, 0), (1.0, 1), (5, 5), (1.5, 2), (0.25, 2)])
def test_a_fraction_takes_the_plural_of_a_few(amount: float, number: int) -> None:
    assert plural_of(amount) == number
