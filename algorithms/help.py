"""The help of an algorithm as QGIS shows it: plain paragraphs, in the toolbox and in a terminal."""

from __future__ import annotations

from ..text.translation import translate


def help_page(description: str, algorithm: str, example: str) -> str:
    """Return the description, and how `qgis_process` is called, with `example` as options."""
    title = translate("Algorithms", "Example:")
    # one option a line: a long line would be broken after the hyphens
    lines = " \\\n".join([f"qgis_process run {algorithm}", *example.split()])
    return f"{description}\n\n{title}\n{lines}"
