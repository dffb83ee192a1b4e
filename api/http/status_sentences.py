"""What to tell the user of an answer that says no by its HTTP status, and nothing more."""

from __future__ import annotations

from typing import Optional

from ...text.translation import translate
from .errors import Fault


def status_sentence(fault: Fault, status: int, host: str, wait_s: Optional[float]) -> str:
    """The sentence for `status`, which is of the kind `fault`, from `host`; `wait_s` is how long it asks to wait."""
    plain = _rejections().get(status) or _kinds().get(fault)
    if fault is Fault.BUSY and wait_s is not None:
        plain = translate("Http", "{server} is busy and asks to wait {seconds} s. Try again then.")
        return plain.format(server=host, seconds=max(1, round(wait_s)))
    if plain is None:
        plain = translate(
            "Http",
            "{server} did not accept the request (HTTP {status}). Try again; if it stays so, ask the service's "
            "support.",
        )
    return plain.format(server=host, status=status)


def _kinds() -> dict[Fault, str]:
    return {
        Fault.CREDENTIAL: translate(
            "Http",
            "{server} does not accept the login. Copy the whole API token from your account page again, or make a "
            "new one there.",
        ),
        Fault.FORBIDDEN: translate(
            "Http", "Your account may not do this. Ask the project's owner, or the service's support."
        ),
        Fault.NOT_FOUND: translate(
            "Http",
            "{server} does not have what was asked for; it may have been deleted. Refresh and try again.",
        ),
        Fault.BUSY: translate("Http", "{server} is busy. Try again in a minute."),
        Fault.SERVER: translate(
            "Http", "{server} has a problem of its own (HTTP {status}). Try again in a few minutes."
        ),
    }


def _rejections() -> dict[int, str]:
    invalid = translate(
        "Http",
        "{server} did not accept what was sent to it, and does not say why. Check what you entered, and try again.",
    )
    missing = translate("Http", "{server} does not offer this. Check the server address, or do without.")
    return {
        400: invalid,
        402: translate("Http", "Your balance does not cover this. Top it up on your account page."),
        405: missing,
        408: translate("Http", "{server} waited too long for the whole request. Try again."),
        409: translate(
            "Http",
            "This does not fit the state that {server} has by now. Refresh, look at it, and try again.",
        ),
        413: translate(
            "Http",
            "What was sent is larger than {server} takes. Use a smaller file or a simpler area, and try again.",
        ),
        414: translate(
            "Http", "The request is longer than {server} takes. Use shorter names, and try again."
        ),
        415: translate("Http", "{server} does not take files of this kind. Use a GeoTIFF."),
        422: invalid,
        423: translate("Http", "{server} is at work on this just now. Try again in a minute."),
        501: missing,
        507: translate("Http", "There is no storage left on {server}. Delete what you no longer need."),
        511: translate(
            "Http", "The network asks you to sign in first. Do that in a web browser, and try again."
        ),
    }
