"""The help of an algorithm as QGIS shows it."""

from __future__ import annotations

import html

from ..text.translation import translate


def help_page(description: str, algorithm: str, example: str) -> str:
    """Return the description, paragraph by paragraph, and how `qgis_process` is called, with `example` as options."""
    paragraphs = "".join(f"<p>{html.escape(each)}</p>" for each in description.split("\n\n"))
    title = translate("Algorithms", "Example")
    call = html.escape(f"qgis_process run {algorithm} {example}")
    return f"{paragraphs}<p><b>{html.escape(title)}</b></p><pre>{call}</pre>"
