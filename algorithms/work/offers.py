"""What the account may run, on which imagery, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProcessingException

from ...api import account as accounts
from ...api import projects as project_list
from ...api.account import Account, Model, Provider
from ...api.http.errors import NO_ANSWER
from ...api.offers.known import KnownOffers, known_offers, remember_account, remember_projects
from ...text.toolbox import MODELS, PROJECT, PROJECTS, PROVIDERS
from ...text.translation import translate
from ..versions import FieldType
from .errand import RefusedError
from .project import find_project
from .values import fields_of

if TYPE_CHECKING:
    from ...api.projects import Project
    from .errand import Errand
    from .values import Values


def list_offers(errand: Errand, values: Values) -> dict[str, str]:
    """Write the tables; where the service cannot be reached, of what was known last."""
    try:
        account: Account = errand.try_to_ask(accounts.status(errand.client))
    except RefusedError as refusal:
        offers = known_offers(errand.client.server)
        if refusal.error.fault not in NO_ANSWER or not offers.models:
            raise QgsProcessingException(refusal.error.sentence) from None
        errand.warn(
            translate(
                "Work",
                "{reason} What was known when it was reached last is listed, without prices.",
            ).format(reason=refusal.error.sentence)
        )
        return _written(values, _known_models(offers), _known_providers(offers), _known_projects(offers))
    errand.client.account_email = account.email
    project = find_project(errand, account, values.text(PROJECT))
    page = errand.ask(project_list.page(errand.client, limit=1_000))
    remember_account(errand.client.server, account, project)
    remember_projects(errand.client.server, page.projects)
    models = project.models or account.models
    return _written(
        values, map(_model_row, models), _provider_rows(account), map(_project_row, page.projects)
    )


def _written(
    values: Values,
    models: Iterable[list[object]],
    providers: Iterable[list[object]],
    projects: Iterable[list[object]],
) -> dict[str, str]:
    told = {
        MODELS: values.write_table(MODELS, fields_of(_MODEL_FIELDS), models),
        PROVIDERS: values.write_table(PROVIDERS, fields_of(_PROVIDER_FIELDS), providers),
        PROJECTS: values.write_table(PROJECTS, fields_of(_PROJECT_FIELDS), projects),
    }
    return {name: place for name, place in told.items() if place is not None}


_TEXT, _REAL, _WHOLE, _FLAG = FieldType.TEXT, FieldType.REAL, FieldType.WHOLE, FieldType.FLAG
_MODEL_FIELDS = {
    "name": _TEXT,
    "title": _TEXT,
    "id": _TEXT,
    "price_km2": _REAL,
    "zoom_min": _WHOLE,
    "zoom_max": _WHOLE,
    "zoom_best": _WHOLE,
    "steps": _TEXT,
    "step_prices": _TEXT,
    "description": _TEXT,
}
_PROVIDER_FIELDS = {
    "name": _TEXT,
    "title": _TEXT,
    "use": _TEXT,
    "zooms": _TEXT,
    "price_min": _REAL,
    "price_max": _REAL,
    "min_km2": _REAL,
}
_PROJECT_FIELDS = {"name": _TEXT, "id": _TEXT, "is_default": _FLAG, "role": _TEXT, "description": _TEXT}


def _model_row(model: Model) -> list[object]:
    steps = model.optional_blocks()
    prices = (_number(step.price) for step in steps)
    return [
        model.name,
        model.title,
        model.id,
        model.price(()),
        model.required_zoom.minimum,
        model.required_zoom.maximum,
        model.best_zoom,
        "; ".join(step.name for step in steps),
        "; ".join(prices),
        model.description,
    ]


def _provider_rows(account: Account) -> Iterator[list[object]]:
    for use, providers in (("run", account.providers), ("search", account.search_providers)):
        for provider in providers:
            yield _provider_row(provider, use)


def _provider_row(provider: Provider, use: str) -> list[object]:
    prices = [entry.price_per_km2 for entry in provider.prices]
    return [
        provider.name,
        provider.title,
        use,
        "; ".join(map(str, provider.zooms())),
        min(prices, default=None),
        max(prices, default=None),
        provider.min_area_m2 / accounts.M2_PER_KM2,
    ]


def _project_row(project: Project) -> list[object]:
    return [project.name, project.id, project.is_default, project.role.value, project.description]


def _known_models(offers: KnownOffers) -> Iterator[list[object]]:
    for offer in offers.models:
        yield [offer.name, offer.title or offer.name, offer.id, *[None] * (len(_MODEL_FIELDS) - 3)]


def _known_providers(offers: KnownOffers) -> Iterator[list[object]]:
    for use, providers in (("run", offers.providers), ("search", offers.search_providers)):
        for offer in providers:
            yield [offer.name, offer.title, use, *[None] * (len(_PROVIDER_FIELDS) - 3)]


def _known_projects(offers: KnownOffers) -> Iterator[list[object]]:
    for offer in offers.projects:
        yield [offer.name, offer.id, *[None] * (len(_PROJECT_FIELDS) - 2)]


def _number(value: Optional[float]) -> str:
    return "?" if value is None else f"{value:g}"
