"""What to tell the user when a server refuses a request and gives nothing but an HTTP status."""

from __future__ import annotations

from typing import Optional

from ...text.translation import translate


def status_sentence(status: int, host: str, wait_s: Optional[float]) -> str:
    """Return the sentence for `status` from `host`. `wait_s` is the time a busy service asks to wait, if it says so."""
    if status == 429 and wait_s is not None:
        told = translate("Messages", "{server} is busy and asks to wait {seconds} s. Try again then.")
        return told.format(server=host, seconds=max(1, round(wait_s)))
    plain = {**_common(), **_rejections()}.get(status)
    if plain is None and status >= 500:
        plain = translate(
            "Messages", "{server} has a problem of its own (HTTP {status}). Try again in a few minutes."
        )
    elif plain is None:
        plain = translate(
            "Messages",
            "{server} did not accept the request (HTTP {status}). Try again; if it stays so, ask the service's "
            "support.",
        )
    return plain.format(server=host, status=status)


def _common() -> dict[int, str]:
    gone = translate(
        "Messages",
        "{server} does not have what was asked for; it may have been deleted. Refresh and try again.",
    )
    return {
        401: translate(
            "Messages",
            "{server} does not accept the login. Copy the whole API token from your account page again, or make a "
            "new one there.",
        ),
        403: translate(
            "Messages", "Your account may not do this. Ask the project's owner, or the service's support."
        ),
        404: gone,
        410: gone,
        429: translate("Messages", "{server} is busy. Try again in a minute."),
    }


def _rejections() -> dict[int, str]:
    invalid = translate(
        "Messages",
        "{server} did not accept what was sent to it, and does not say why. Check what you entered, and try again.",
    )
    missing = translate("Messages", "{server} does not offer this. Check the server address, or do without.")
    return {
        400: invalid,
        402: translate("Messages", "Your balance does not cover this. Top it up on your account page."),
        405: missing,
        408: translate("Messages", "{server} waited too long for the whole request. Try again."),
        409: translate(
            "Messages",
            "This does not fit the state that {server} has by now. Refresh, look at it, and try again.",
        ),
        413: translate(
            "Messages",
            "What was sent is larger than {server} takes. Use a smaller file or a simpler area, and try again.",
        ),
        414: translate(
            "Messages", "The request is longer than {server} takes. Use shorter names, and try again."
        ),
        415: translate("Messages", "{server} does not take files of this kind. Use a GeoTIFF."),
        422: invalid,
        423: translate("Messages", "{server} is at work on this just now. Try again in a minute."),
        501: missing,
        507: translate("Messages", "There is no storage left on {server}. Delete what you no longer need."),
        511: translate(
            "Messages", "The network asks you to sign in first. Do that in a web browser, and try again."
        ),
    }
