"""A source of imagery as it was found in QGIS, ready to be kept: its login apart, what is lost said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Optional

from ...api.login.store import stored_login
from ...api.own_sources.addresses import address_problem, key_advice, kind_of_address, part_login
from ...api.own_sources.kinds import WEB_MERCATOR, SourceKind
from ...api.own_sources.login import SourceLogin, login_problem
from ...api.own_sources.problems import LONGEST_NAME, crs_problem
from ...api.own_sources.source import OwnSource
from ...text.translation import translate

_DEEP_ENOUGH = 20  # the service chooses no deeper zoom by itself
_SWITCH = re.compile(r"\{switch:([^,{}]*)[^{}]*\}")  # of several servers, any one will do
_BRACES = re.compile(r"%(?:25)?7[Bb](-?[xyzq]|switch:[^{}%]*)%(?:25)?7[Dd]")
_HIGH_RESOLUTION = 2.0


@dataclass(frozen=True)
class FoundSource:
    """What QGIS calls it, and the source. `problem` says why Mapflow cannot use it and what to do instead.

    `login` was given in plain: it is to be put into the authentication store before the source is kept. `remarks` say
    what QGIS does with the imagery and Mapflow does not. A file that `can_upload` is processed as one's own imagery.
    `provider` is the name of the account's provider whose imagery this is, "" for none.
    """

    title: str
    source: Optional[OwnSource] = None
    problem: str = ""
    remarks: tuple[str, ...] = ()
    login: Optional[SourceLogin] = field(default=None, repr=False)
    can_upload: bool = False
    provider: str = ""


@dataclass(frozen=True)
class TileFacts:
    """What QGIS knows of tiles. `sends` are the names of the headers it sends with each request."""

    title: str
    url: str = field(repr=False)
    deepest: Optional[int] = None
    authcfg: str = ""
    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    sends: tuple[str, ...] = ()
    pixel_ratio: float = 1.0
    interpretation: str = ""
    crs: str = WEB_MERCATOR


def found_tiles(facts: TileFacts, kind: Optional[SourceKind] = None) -> FoundSource:
    """The source that has these tiles; `kind` where that is not to be seen by the address."""
    parted = part_login(_with_marks(facts.url))
    is_keyed = bool(parted.secret) and not parted.user
    user, secret = (parted.user, parted.secret) if parted.has_login else (facts.user, facts.secret)
    has_plain = bool(user or secret)
    source = OwnSource(
        name=_name(facts.title),
        kind=kind or kind_of_address(parted.url) or SourceKind.XYZ,
        url=parted.url,
        zoom=facts.deepest if facts.deepest is not None and 0 <= facts.deepest < _DEEP_ENOUGH else None,
        crs=facts.crs,
        authcfg="" if has_plain else facts.authcfg,
    )
    problem = (
        _terrain_problem(facts)
        or address_problem(source.kind, source.url)
        or crs_problem(source.kind, source.crs)
        or _login_problem(facts, is_keyed)
    )
    login = SourceLogin(user, secret) if has_plain and not problem else None
    return FoundSource(facts.title, source, problem, _remarks(facts, parted.url), login)


def free_name(name: str, taken: Iterable[str]) -> str:
    """A name that none of those `taken` has, whatever the case: "Ortho", else "Ortho (2)" and so on."""
    known = {" ".join(each.split()).casefold() for each in taken}
    wanted, number = _name(name), 1
    while wanted.casefold() in known:
        number += 1
        end = f" ({number})"
        wanted = _name(name)[: LONGEST_NAME - len(end)].rstrip() + end
    return wanted


def named(found: FoundSource, taken: Iterable[str]) -> FoundSource:
    """The same under a name that is free."""
    if found.source is None:
        return found
    return replace(found, source=replace(found.source, name=free_name(found.source.name, taken)))


def _with_marks(url: str) -> str:
    """The address with its marks in braces, also where those were encoded."""
    return _SWITCH.sub(r"\1", _BRACES.sub(r"{\1}", url.strip()))


def _name(title: str) -> str:
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in title).split())
    return text[:LONGEST_NAME].rstrip() or translate("Sources", "Imagery from QGIS")


def _terrain_problem(facts: TileFacts) -> str:
    if facts.interpretation in ("", "default"):
        return ""
    return translate(
        "Sources", "These tiles hold heights, not a picture. Choose imagery that shows the ground."
    )


def _login_problem(facts: TileFacts, is_keyed: bool) -> str:
    own = stored_login()
    if facts.authcfg and own is not None and facts.authcfg == own.authcfg:
        return translate(
            "Sources",
            "This is imagery of Mapflow itself, shown with your Mapflow login. Choose it under From a Provider, "
            "My Imagery or Search Results.",
        )
    if is_keyed and (facts.authcfg or facts.user):
        return translate(
            "Sources",
            "There is a key in the address and a login besides, and Mapflow takes only one of them. Add the source by "
            "hand with the one it needs.",
        )
    return login_problem(facts.authcfg)


def _remarks(facts: TileFacts, url: str) -> tuple[str, ...]:
    remarks = []
    if facts.sends:
        remarks.append(
            translate(
                "Sources",
                "QGIS sends {headers} with each request, and Mapflow does not: the server may refuse it.",
            ).format(headers=", ".join(sorted(facts.sends)))
        )
    if facts.pixel_ratio >= _HIGH_RESOLUTION:
        remarks.append(
            translate(
                "Sources",
                "Its tiles are of high resolution: at a zoom they show what others show at the next one.",
            )
        )
    advice = key_advice(url)
    return (*remarks, advice) if advice else tuple(remarks)
