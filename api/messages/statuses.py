"""What to tell the user when a server refuses a request and gives nothing but an HTTP status."""

from __future__ import annotations

from typing import Optional

from ...text.quantities import number_text, with_unit
from ...text.translation import translate


def status_sentence(status: int, host: str, wait_s: Optional[float]) -> str:
    """Return the sentence for `status` from `host`. `wait_s` is the time a busy service asks to wait, if it says so."""
    if status in _BUSY and wait_s is not None:
        told = translate("Messages", "{server} is busy and asks to wait {time}. Try again then.")
        seconds = number_text(max(1, round(wait_s)), 0)
        return told.format(
            server=host, time=with_unit(translate("Messages", "{seconds} s").format(seconds=seconds))
        )
    plain = {**_common(), **_rejections(), **_faults()}.get(status)
    if plain is None and status >= 500:
        plain = translate(
            "Messages",
            "{server} could not do this, because of a problem of its own (HTTP {status}). Try again in a few minutes.",
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
    long = translate(
        "Messages", "The request is longer than {server} takes. Use shorter names, and try again."
    )
    return {
        400: invalid,
        402: translate("Messages", "Your balance does not cover this. Top it up on your account page."),
        405: missing,
        407: translate(
            "Messages",
            "The proxy on the way to {server} asks for a login. Enter it in QGIS's network options, and try again.",
        ),
        408: translate("Messages", "{server} waited too long for the whole request. Try again."),
        409: translate(
            "Messages",
            "This does not fit the state that {server} has by now. Refresh, look at it, and try again.",
        ),
        413: translate(
            "Messages",
            "{server} does not take so much at once. Use a smaller file, a smaller or simpler area, or fewer things at "
            "a time, and try again.",
        ),
        414: long,
        415: translate(
            "Messages",
            "{server} does not take this kind of content. Use a GeoTIFF if it was a file, or look for a newer version "
            "of the plugin.",
        ),
        421: missing,
        422: invalid,
        423: translate("Messages", "{server} is at work on this just now. Try again in a minute."),
        425: translate("Messages", "{server} is not ready for this yet. Try again in a minute."),
        426: translate(
            "Messages",
            "{server} does not work with this version of the plugin any more. Look for a newer version.",
        ),
        431: long,
        451: translate(
            "Messages", "{server} may not give this out, for legal reasons. Ask the service's support."
        ),
    }


def _faults() -> dict[int, str]:
    late = translate("Messages", "A part of {server} did not answer in time. Try again in a few minutes.")
    missing = translate("Messages", "{server} does not offer this. Check the server address, or do without.")
    return {
        501: missing,
        502: translate("Messages", "A part of {server} does not work just now. Try again in a few minutes."),
        503: translate(
            "Messages",
            "{server} is not available just now: it has too much to do, or is being worked on. Try again in a few "
            "minutes.",
        ),
        504: late,
        505: translate(
            "Messages",
            "{server} does not understand the plugin's requests; a proxy can be in the way. Check the server address "
            "and QGIS's network options.",
        ),
        507: translate("Messages", "There is no storage left on {server}. Delete what you no longer need."),
        511: translate(
            "Messages", "The network asks you to sign in first. Do that in a web browser, and try again."
        ),
    }


_BUSY = frozenset({429, 503})
