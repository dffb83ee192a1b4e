"""Translation, by Qt: each text is a literal beside the context it is filed under, so that Qt's own tools find it."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QCoreApplication


def translate(context: str, text: str, disambiguation: Optional[str] = None, n: int = -1) -> str:
    """Return `text` in the user's language, or as it is where no translation is loaded.

    `context` is the name of the folder the call stands in, as Qt writes contexts: "MyImagery". A text about `n` things
    has "%n" where the number goes, and a form for each plural the language has; English ones are in `i18n` too.
    """
    return str(QCoreApplication.translate(context, text, disambiguation, n))
