"""Text from the server, made fit to show: one line, bounded, never taken for markup."""

from __future__ import annotations

import html

MAX_LENGTH = 600


def bounded(text: str, limit: int = MAX_LENGTH) -> str:
    """`text` on one line, cut with an ellipsis at `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plain_tip(text: str) -> str:
    """A tool tip that shows `text` as it is and wraps; "" for nothing."""
    shown = bounded(text)
    return f"<p>{html.escape(shown)}</p>" if shown else ""
