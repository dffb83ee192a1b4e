"""What became of one attempt: the HTTP status and body, or a network fault, as an ApiError with its sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Optional, Union

from qgis.PyQt.QtCore import QDateTime, Qt, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply

from ...text.server_text import bounded, bounded_lines
from ...text.translation import translate
from ..answers.content import Content
from ..answers.json_reading import read_json
from ..answers.record_reading import each_record, is_list
from ..messages.statuses import status_sentence
from .addresses import origin_of, shown_host
from .error_body import read_error_body
from .errors import MAX_RAW, ApiError, Fault, sentence_of

_Error = QNetworkReply.NetworkError
_NEVER_SENT = frozenset(
    {
        _Error.ConnectionRefusedError,
        _Error.HostNotFoundError,
        _Error.SslHandshakeFailedError,
        _Error.ProxyConnectionRefusedError,
        _Error.ProxyNotFoundError,
        _Error.ProxyAuthenticationRequiredError,
        _Error.ProtocolUnknownError,
    }
)
_PROXY = frozenset(
    {
        _Error.ProxyConnectionRefusedError,
        _Error.ProxyConnectionClosedError,
        _Error.ProxyNotFoundError,
        _Error.ProxyTimeoutError,
        _Error.ProxyAuthenticationRequiredError,
        _Error.UnknownProxyError,
    }
)
_SECONDS = re.compile("[0-9]{1,9}")
TLS_CODE = "tls"
MOVED_CODE = "moved"  # with the parameter "target", the host that was sent on to
# What web frameworks say when the service itself says nothing.
_PHRASES = frozenset(
    {
        "bad request",
        "forbidden",
        "not found",
        "method not allowed",
        "conflict",
        "gone",
        "unprocessable entity",
        "unprocessable content",
        "payment required",
        "request timeout",
        "payload too large",
        "content too large",
        "request entity too large",
        "uri too long",
        "unsupported media type",
        "locked",
        "insufficient storage",
    }
)


@dataclass(frozen=True)
class Attempt:
    """One finished attempt. `status` is 0 where no answer came; `body` is bounded."""

    url: QUrl
    status: int
    body: Union[bytes, bytearray] = b""
    content_type: str = ""
    retry_after: str = ""
    location: QUrl = field(default_factory=QUrl)
    error: Optional[QNetworkReply.NetworkError] = None
    error_text: str = ""
    timed_out: bool = False
    is_from_cache: bool = False
    was_challenged: bool = False  # the server asked for a login by HTTP's own means

    @property
    def is_broken(self) -> bool:
        """Whether the connection failed, before or after the status had come."""
        return self.status == 0 or (200 <= self.status < 300 and self.error is not None)

    @property
    def is_html(self) -> bool:
        """Whether the body is a web page."""
        start = self.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        is_markup = start.startswith(b"<") and (not start.startswith(b"<?xml") or b"<html" in start)
        return "html" in self.content_type.lower() or is_markup

    @property
    def is_portal(self) -> bool:
        """Whether the answer is a web page of the network, such as a hotel's login page, and not of the service."""
        return self.is_html and not self.was_challenged


def broken_connection(attempt: Attempt) -> ApiError:
    """The error of an attempt that got no (whole) answer."""
    host = shown_host(attempt.url)
    query = attempt.url.query(QUrl.ComponentFormattingOption.FullyEncoded)  # of a presigned address: a key
    raw = attempt.error_text.replace(query, "…") if query else attempt.error_text
    if attempt.timed_out:
        return ApiError(
            Fault.TIMEOUT,
            translate("Http", "{server} did not answer in time. Try again in a moment.").format(server=host),
            raw=raw,
        )
    unsent = attempt.error in _NEVER_SENT
    if attempt.error == _Error.SslHandshakeFailedError:
        sentence = translate(
            "Http",
            "The secure connection to {server} failed: its certificate is not trusted here, or something on the "
            "way intercepts it. Check the address and the computer's clock, or ask your administrator.",
        )
        return ApiError(Fault.NETWORK, sentence.format(server=host), code=TLS_CODE, raw=raw, unsent=True)
    if attempt.error in _PROXY:
        sentence = translate(
            "Http",
            "The proxy did not let the request to {server} through. Check the proxy in QGIS's network options.",
        )
    elif attempt.error == _Error.HostNotFoundError:
        sentence = translate(
            "Http", "{server} was not found. Check the server address and your internet connection."
        )
    elif attempt.error == _Error.ConnectionRefusedError:
        sentence = translate(
            "Http",
            "{server} cannot be reached: nothing answers there. Check the server address, or try again later.",
        )
    elif attempt.status:
        sentence = translate(
            "Http", "The connection to {server} broke off before the whole answer had come. Try again."
        )
    else:
        sentence = translate(
            "Http", "{server} cannot be reached. Check your internet connection and try again."
        )
    return ApiError(Fault.NETWORK, sentence.format(server=host), raw=raw, unsent=unsent)


def broken_upload(attempt: Attempt, is_all_sent: bool) -> ApiError:
    """The error of an upload that got no (whole) answer: while it was sent, or after its last byte."""
    error = broken_connection(attempt)
    if error.unsent or attempt.error in _PROXY:
        return error
    host = shown_host(attempt.url)
    if is_all_sent and attempt.timed_out:
        sentence = translate(
            "Http", "{server} got the whole file, but did not say in time what it did with it."
        )
    elif is_all_sent:
        sentence = translate(
            "Http",
            "The connection to {server} broke off after the whole file was sent, before an answer came.",
        )
    elif attempt.timed_out:
        sentence = translate(
            "Http", "{server} stopped taking the file. Check your internet connection and try again."
        )
    else:
        sentence = translate(
            "Http", "The connection to {server} broke off before the whole file was sent. Try again."
        )
    return replace(error, sentence=sentence.format(server=host))


def refused_by_server(attempt: Attempt) -> ApiError:
    """The error of an answer with a status that is not 2xx."""
    told = read_error_body(attempt.body, attempt.is_html)
    status = attempt.status
    fault = _FAULTS.get(status) or (Fault.SERVER if status >= 500 else Fault.REJECTED)
    sentence = sentence_of(told.code, told.message, told.params)
    says_little = not told.code and (fault is Fault.SERVER or told.message.strip(" .").lower() in _PHRASES)
    if fault in {Fault.CREDENTIAL, Fault.BUSY} or says_little or not sentence:
        sentence = status_sentence(attempt.status, shown_host(attempt.url), seconds_to_wait(attempt))
    return ApiError(fault, sentence, told.code, status, told.params, _body_text(attempt.body))


def not_mapflow(attempt: Attempt) -> ApiError:
    """The error of an answer that no Mapflow service gives."""
    return ApiError(
        Fault.NOT_MAPFLOW,
        not_mapflow_sentence(attempt.url),
        status=attempt.status,
        raw=_body_text(attempt.body),
    )


def not_mapflow_sentence(server: QUrl) -> str:
    """What to tell the user of a server that speaks something else."""
    return translate(
        "Http",
        "{server} answered, but not as a Mapflow service does. Check the server address; a login page of a network "
        "(hotel, office) can be in the way too.",
    ).format(server=shown_host(server))


def malformed(attempt: Attempt, problem: str) -> ApiError:
    """The error of an answer that cannot be read."""
    sentence = translate(
        "Http",
        "The answer of {server} could not be read ({problem}). Try again; if it stays so, the service may have "
        "changed: look for a newer version of the plugin.",
    ).format(server=shown_host(attempt.url), problem=bounded(problem, 160))
    return ApiError(Fault.MALFORMED, sentence, status=attempt.status, raw=_body_text(attempt.body))


def not_the_file(attempt: Attempt, sentence: str, head: bytes) -> ApiError:
    """The error of an answer that is another file than was asked for; `head` is how it begins."""
    told = sentence.format(server=shown_host(attempt.url))
    return ApiError(Fault.MALFORMED, told, status=attempt.status, raw=_body_text(head))


def moved(attempt: Attempt, source: QUrl, target: QUrl) -> ApiError:
    """The error of a redirect that is not followed, or that leads to a place where the login is not sent."""
    sentence = translate(
        "Http",
        "{server} sends on to {target}, where the login is not sent. If that is your Mapflow service, set it as the "
        "server address.",
    ).format(server=shown_host(source), target=shown_host(target))
    told = {"target": shown_host(target)}
    return ApiError(
        Fault.NOT_MAPFLOW, sentence, MOVED_CODE, attempt.status, told, raw=_body_text(attempt.body)
    )


def wants_another_login(attempt: Attempt, asked: QUrl) -> ApiError:
    """The error of a 401 from where the login is not sent, whether it was asked itself or was led to."""
    if origin_of(asked) != origin_of(attempt.url):
        return moved(attempt, asked, attempt.url)
    sentence = translate(
        "Http", "{server} asks for a login of its own. Yours is sent to your Mapflow service alone."
    ).format(server=shown_host(attempt.url))
    return ApiError(Fault.REJECTED, sentence, status=attempt.status, raw=_body_text(attempt.body))


def not_sent_on(attempt: Attempt, target: QUrl) -> ApiError:
    """The error of a redirect of a request that changes something, to where it is not sent."""
    leaves = origin_of(attempt.url) != origin_of(target)
    sentence = (
        translate(
            "Http",
            "{server} sends on to {target}, where nothing is sent that changes something. If that is your Mapflow "
            "service, set it as the server address; otherwise refresh, and look whether it was done.",
        )
        if leaves
        else translate(
            "Http",
            "{server} sends on to another of its own addresses, where nothing is sent that changes something. Check "
            "the server address: a part of its path may be wrong.",
        )
    )
    told = sentence.format(server=shown_host(attempt.url), target=shown_host(target))
    return ApiError(Fault.NOT_MAPFLOW, told, status=attempt.status, raw=_body_text(attempt.body))


def endless_redirects(attempt: Attempt) -> ApiError:
    """The error of more redirects than are followed."""
    sentence = translate(
        "Http", "{server} keeps sending on from one address to the next. Check the server address."
    )
    return ApiError(Fault.NOT_MAPFLOW, sentence.format(server=shown_host(attempt.url)), status=attempt.status)


def authcfg_unusable() -> ApiError:
    """The error of a stored configuration that QGIS could not apply."""
    sentence = translate(
        "Http",
        "QGIS could not apply the authentication configuration: it was deleted, or the authentication store is "
        "locked. Sign in again.",
    )
    return ApiError(Fault.CREDENTIAL, sentence, unsent=True)


def on_disk(problem: str, code: str = "", status: int = 0) -> ApiError:
    """The error of a file that could not be read or written; `problem` is a sentence."""
    return ApiError(Fault.DISK, problem, code, status)


def seconds_to_wait(attempt: Attempt) -> Optional[float]:
    """What the Retry-After header asks for, in seconds: a number of them, or a date."""
    text = attempt.retry_after.strip()
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        return float(text)
    moment = QDateTime.fromString(text, Qt.DateFormat.RFC2822Date)
    if not moment.isValid():
        return None
    return max(0.0, float(QDateTime.currentDateTimeUtc().msecsTo(moment)) / 1000.0)


def _body_text(body: Union[bytes, bytearray]) -> str:
    """Return a body as text for the details of an error, cut to a length that a person reads."""
    text = body[: 4 * MAX_RAW].decode("utf-8", "replace")
    return bounded_lines(text, MAX_RAW)


def decoded(attempt: Attempt, content: Content = Content.JSON) -> object:
    """The JSON document of an answer (None for an empty body), or its text or bytes as they are; raises ValueError."""
    if content is Content.BYTES:
        return bytes(attempt.body)
    if content is Content.RECORDS and is_list(attempt.body):
        return each_record(attempt.body)
    text = attempt.body.decode("utf-8-sig")
    if content is Content.TEXT:
        return text
    return None if not text or text.isspace() else read_json(text)


_FAULTS: Mapping[int, Fault] = {
    401: Fault.CREDENTIAL,
    403: Fault.FORBIDDEN,
    404: Fault.NOT_FOUND,
    410: Fault.NOT_FOUND,
    429: Fault.BUSY,
}
