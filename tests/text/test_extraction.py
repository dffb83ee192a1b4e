"""Qt's own tools find every text of the code and of the forms, and what they make of it is shown."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QDialog, QLabel

import translations
from mapflow_dock.api.imagery_records import Mosaic
from mapflow_dock.text.quantities import age_text, area_text, credits_text
from mapflow_dock.text.translation import install_translation, translate
from mapflow_dock.ui.my_imagery.tree.branch import Branch
from rooms import ROOT, python_files

NOW = datetime(2026, 2, 10, 12, 0, tzinfo=UTC)
FORM = ROOT / "ui" / "header" / "project_dialog.ui"
RUSSIAN = {
    "{area} km²": "{area} км²",
    "%Ln days ago": ("%Ln день назад", "%Ln дня назад", "%Ln дней назад"),
    "{amount} credits": ("{amount} кредит", "{amount} кредита", "{amount} кредитов"),
    "%Ln images could not be read and are left out.": (
        "Не прочитано %Ln изображение.",
        "Не прочитано %Ln изображения.",
        "Не прочитано %Ln изображений.",
    ),
    "No images yet: press Upload, or drop files on this mosaic.": "Изображений пока нет.",
    "&Description (optional)": "&Описание (необязательно)",
}


class Text(NamedTuple):
    """One text to translate."""

    context: str
    source: str
    comment: str
    is_plural: bool


def calls(path: Path) -> Iterator[tuple[ast.Call, bool]]:
    """Each call of `translate`, and whether it runs only once a function is called."""

    def within(node: ast.AST, is_late: bool) -> Iterator[tuple[ast.Call, bool]]:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
            yield node, is_late
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            yield from within(child, is_late or is_function)

    return within(ast.parse(path.read_text(encoding="utf-8")), False)


def texts_in_code() -> set[Text]:
    found = set()
    for path in python_files():
        for call, _is_late in calls(path):
            context, source, *others = (
                each.value for each in call.args[:3] if isinstance(each, ast.Constant)
            )
            found.add(Text(context, source, others[0] or "" if others else "", len(call.args) > 3))
    return found


def texts_in_forms() -> set[Text]:
    found = set()
    for path in sorted((ROOT / "ui").rglob("*.ui")):
        form = ET.parse(path).getroot()
        for string in form.iter("string"):
            if string.text and string.get("notr") != "true":
                found.add(
                    Text(str(form.findtext("class")), string.text, string.get("comment", ""), is_plural=False)
                )
    return found


def gathered(path: Path) -> set[Text]:
    return {
        Text(
            str(context.findtext("name")),
            str(message.findtext("source")),
            message.findtext("comment") or "",
            message.get("numerus") == "yes",
        )
        for context in ET.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


@pytest.fixture(scope="module")
def russian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("translations") / "mapflow_dock_ru.ts"
    translations.gather(path, "ru")
    return path


@pytest.fixture(scope="module")
def translated(russian: Path) -> Path:
    """The folder of the .qm file made of a translation of a few texts."""
    tree = ET.parse(russian)
    for message in tree.getroot().iter("message"):
        words = RUSSIAN.get(str(message.findtext("source")))
        translation = message.find("translation")
        assert translation is not None
        if words is None:
            continue
        translation.clear()
        if isinstance(words, str):
            translation.text = words
        for each in () if isinstance(words, str) else words:
            ET.SubElement(translation, "numerusform").text = each
    path = russian.parent / "done" / russian.name
    path.parent.mkdir()
    tree.write(path, encoding="utf-8")
    translations.release(path)
    return path.parent


@pytest.fixture
def in_russian(translated: Path, qapp: QCoreApplication) -> Iterator[Callable[[str], str]]:
    translator = install_translation(translated, "ru_RU")
    assert translator is not None
    yield lambda text: translate("Text", text)
    QCoreApplication.removeTranslator(translator)


def test_every_text_of_code_and_forms_is_found(russian: Path) -> None:
    wanted = texts_in_code() | texts_in_forms()
    assert len(wanted) > 900
    assert gathered(russian) == wanted


def test_a_text_that_counts_says_how_many() -> None:
    counting = {text for text in texts_in_code() if "%Ln" in text.source}
    plurals = {text for text in texts_in_code() if text.is_plural}
    assert counting <= plurals
    assert {text.source for text in plurals - counting} == {
        "{amount} credits",  # it may have decimals
        # spoken of, not counted
        "Nothing is wrong with these files.",
        "They go into the mosaic “{name}”.",
    }


def test_every_count_is_grouped_as_other_numbers_are() -> None:
    """Qt writes 1234 for %n, and 1,234 for %Ln; one that is small today is large for somebody else."""
    texts = texts_in_code() | texts_in_forms()
    assert not [text for text in texts if "%n" in text.source + text.comment]
    assert [text for text in texts if "%Ln" in text.source], "or else this finds nothing at all"


def test_nothing_is_translated_before_the_language_is_known() -> None:
    early = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in python_files()
        for call, is_late in calls(path)
        if not is_late
    ]
    assert not early


def test_a_translation_of_a_function_is_shown(in_russian: object) -> None:
    assert area_text(3_000_000) == "3\u00a0км²"


def test_a_translation_of_a_class_is_shown(in_russian: object) -> None:
    note = Branch(1, Mosaic(id="m", name="M")).note_of(skipped=0)
    assert note is not None
    assert note.text == "Изображений пока нет."


def test_a_translation_of_a_form_is_shown(in_russian: object, qtbot: object) -> None:
    dialog = uic.loadUi(str(FORM), QDialog())
    assert "&Описание (необязательно)" in {label.text() for label in dialog.findChildren(QLabel)}


@pytest.mark.parametrize(
    ("days", "text"),
    [(1, "1\u00a0день назад"), (2, "2\u00a0дня назад"), (5, "5\u00a0дней назад"), (6, "6\u00a0дней назад")],
)
def test_a_language_has_the_plurals_it_needs(in_russian: object, days: int, text: str) -> None:
    assert age_text(NOW - timedelta(days=days), NOW) == text


@pytest.mark.parametrize(
    ("skipped", "text"),
    [
        (1, "Не прочитано 1 изображение."),
        (2, "Не прочитано 2 изображения."),
        (5, "Не прочитано 5 изображений."),
        (21, "Не прочитано 21 изображение."),
    ],
)
def test_one_has_a_form_of_its_own_where_english_has_a_sentence(
    in_russian: object, skipped: int, text: str
) -> None:
    note = Branch(1, Mosaic(id="m", name="M")).note_of(skipped)
    assert note is not None
    assert note.text == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1, "1\u00a0кредит"),
        (2, "2\u00a0кредита"),
        (5, "5\u00a0кредитов"),
        (2.5, "2.5\u00a0кредита"),
        (1200, "1,200\u00a0кредитов"),
    ],
)
def test_amounts_with_decimals_have_plurals(in_russian: object, amount: float, text: str) -> None:
    assert credits_text(amount) == text


def test_what_is_not_translated_is_english(in_russian: Callable[[str], str]) -> None:
    assert in_russian("just now") == "just now"
    assert translate("Tree", "%Ln images", "1 image", 1) == "1 image"
    assert translate("Tree", "%Ln images", "1 image", 2000) == "2,000 images"


def test_a_translation_with_a_strange_field_is_refused(translated: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "mapflow_dock_ru.ts"
    text = (translated / "mapflow_dock_ru.ts").read_text(encoding="utf-8")
    spoilt.write_text(text.replace("{area} км²", "{площадь} км²"), encoding="utf-8")
    with pytest.raises(translations.TranslationError, match="площадь"):
        translations.release(spoilt)
