"""Translation, by Qt: each text is a literal beside the context it is filed under, so that Qt's own tools find it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator

if TYPE_CHECKING:
    from pathlib import Path

_FILES = "mapflow_dock"  # i18n/mapflow_dock_ru.qm
_LARGEST = 2**31 - 1  # Qt counts in an int
_FEW = 2


def translate(context: str, text: str, singular: Optional[str] = None, n: int = -1) -> str:
    """Return `text` in the user's language, or in English where no translation is loaded.

    `context` is the name of the folder the call stands in, as Qt writes contexts: "MyImagery". A text about `n` things
    is an English plural with "%Ln" where the number goes (never "%n", which does not group its digits), and `singular`
    is what English says of one. Qt's tools show the singular to translators as a comment, and ask for a form for each
    plural they have.
    """
    n = min(n, _LARGEST)
    # PyQt takes a comment in plain ASCII only, but any bytes
    comment = None if singular is None else singular.encode()
    translated = str(QCoreApplication.translate(context, text, comment, n))  # type: ignore[arg-type]
    if n > 0:
        translated = translated.replace(str(QLocale().toString(n)), str(grouping_locale().toString(n)))
    if n == 1 and singular is not None and translated == _untranslated(text):
        return singular
    return translated


def grouping_locale() -> QLocale:
    """The locale numbers are written in: that of QGIS, with the digits of large ones in groups.

    QGIS leaves the groups out until a box deep in its options is ticked, and nobody reads 55800000 at a glance.
    """
    locale = QLocale()
    locale.setNumberOptions(locale.numberOptions() & ~QLocale.NumberOption.OmitGroupSeparator)
    return locale


def plural_of(amount: float) -> int:
    """The number whose plural an amount takes that is written out itself; Slavic fractions go like a few."""
    return int(amount) if amount == int(amount) else _FEW


def install_translation(folder: Path, language: str) -> Optional[QTranslator]:
    """Load the translation into `language` ("ru", "pt_BR"), which lasts while what is returned does.

    None where `folder` has none: "pt" serves "pt_BR" too.
    """
    translator = QTranslator()
    if not translator.load(QLocale(language), _FILES, "_", str(folder), ".qm"):
        return None
    QCoreApplication.installTranslator(translator)
    return translator


def _untranslated(text: str) -> str:
    """What Qt makes of a text about one thing that no translation has."""
    return text.replace("%Ln", str(QLocale().toString(1)))
