"""The names of models, providers and projects, kept among the settings for each server. No login, and no price.

A list to choose from can so be shown at once, without a network; what is chosen is looked up again when it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Optional

from ..http.addresses import account_key
from ..http.errors import MalformedReply
from ..http.fields import Fields
from ..settings import OFFERS

if TYPE_CHECKING:
    from ..account import Account, Block, Model, Provider
    from ..projects import Project

MOST = 500  # names of a kind
_LONGEST = 200  # characters of a name
_KINDS = ("models", "steps", "providers", "search_providers", "projects")


@dataclass(frozen=True)
class Offer:
    """Something that can be chosen: `name` is what the service knows it by, `title` what people do."""

    id: str
    name: str
    title: str = ""


@dataclass(frozen=True)
class KnownOffers:
    """What the account that was last asked offers: models with all their optional steps, providers, projects."""

    models: tuple[Offer, ...] = ()
    steps: tuple[Offer, ...] = ()
    providers: tuple[Offer, ...] = ()
    search_providers: tuple[Offer, ...] = ()
    projects: tuple[Offer, ...] = ()


def known_offers(server: str) -> KnownOffers:
    """Return what is remembered of `server`; nothing where nothing is, or what is cannot be read."""
    try:
        data = Fields.of(json.loads(OFFERS.of(account_key(server, "")).read() or "{}"), "offers")
        return KnownOffers(**{kind: data.records(kind, _read_offer)[:MOST] for kind in _KINDS})
    except (ValueError, MalformedReply):
        return KnownOffers()


def remember_account(server: str, account: Account, project: Optional[Project] = None) -> None:
    """Remember what the account offers, and what may be run in `project`; projects that are remembered stay."""
    models = {model.id: model for model in (*account.models, *(project.models if project else ()))}
    steps = {step.name: step for model in models.values() for step in model.optional_blocks()}
    _remember(
        server,
        replace(
            known_offers(server),
            models=_offers(_of_model(model) for model in models.values()),
            steps=_offers(_of_step(step) for step in steps.values()),
            providers=_offers(map(_of_provider, account.providers)),
            search_providers=_offers(map(_of_provider, account.search_providers)),
        ),
    )


def remember_projects(server: str, projects: Iterable[Project]) -> None:
    """Remember the names of the account's projects."""
    named = _offers(Offer(project.id, _bounded(project.name)) for project in projects)
    _remember(server, replace(known_offers(server), projects=named))


def _remember(server: str, offers: KnownOffers) -> None:
    setting = OFFERS.of(account_key(server, ""))
    text = json.dumps(asdict(offers), ensure_ascii=False)
    if text != setting.read():
        setting.write(text)


def _read_offer(value: object) -> Offer:
    data = Fields.of(value if isinstance(value, Mapping) else {}, "offer")
    return Offer(data.text("id"), data.required_text("name"), data.text("title"))


def _offers(found: Iterable[Offer]) -> tuple[Offer, ...]:
    return tuple(found)[:MOST]


def _of_model(model: Model) -> Offer:
    return Offer(model.id, _bounded(model.name), _bounded(model.display_name))


def _of_step(step: Block) -> Offer:
    return Offer(step.name, _bounded(step.name), _bounded(step.title))


def _of_provider(provider: Provider) -> Offer:
    return Offer(provider.name, _bounded(provider.name), _bounded(provider.title))


def _bounded(text: str) -> str:
    return text[:_LONGEST]
