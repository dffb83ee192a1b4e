"""What is to be run: read from the parameters, and checked before anything is sent that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsProcessingException

from ...api import account as accounts
from ...api.models.fit import zoom_misfit
from ...api.offers.known import remember_account
from ...api.processings import ProcessingRequest
from ...api.sources import ProviderSource
from ...jobs.batches.key import META_RUN_KEY, run_key
from ...layers.areas.area import Area, area_from_geometries, limit_problems, repaired
from ...text.names import name_problem, tidy_name
from ...text.quantities import area_text
from ...text.server_text import bounded
from ...text.toolbox import DESCRIPTION, FIX_OUTLINES, INPUT, MODEL, NAME, NO_STEPS, PROJECT, STEPS
from ...text.translation import translate
from .choosing import chosen
from .imagery import read_source
from .project import find_project

if TYPE_CHECKING:
    from qgis.core import QgsProcessingFeatureSource

    from ...api.account import Account, Block, Model
    from ...api.projects import Project
    from ...api.sources import Source
    from .errand import Errand
    from .values import Values

_LONGEST_NAME = 255


@dataclass(frozen=True)
class Wish:
    """What is to be run, whatever the area: `blocks` are the optional steps, each with whether it is on."""

    account: Account
    project: Project
    model: Model
    source: Source
    blocks: tuple[tuple[str, bool], ...]

    @property
    def area_limit_m2(self) -> float:
        """How large the area of one processing may be."""
        return self.project.aoi_area_limit_m2 or self.account.aoi_area_limit_m2


@dataclass(frozen=True)
class Order:
    """A processing as the parameters describe it, and who orders it. `key` is that of the run."""

    account: Account
    project: Project
    model: Model
    area: Area
    request: ProcessingRequest
    key: str


def read_wish(errand: Errand, values: Values) -> Wish:
    """Ask the service for what is meant by the names given; raises QgsProcessingException with a sentence."""
    account: Account = errand.ask(accounts.status(errand.client))
    errand.client.account_email = account.email
    project = find_project(errand, account, values.text(PROJECT))
    remember_account(errand.client.server, account, project)
    model = chosen(
        project.models or account.models,
        values.text(MODEL),
        lambda each: (each.id, each.name, each.title),
        translate("Work", "There is no model “{name}” in this project."),
    )
    source = read_source(errand, values, account, model)
    _check_zoom(model, source)
    return Wish(account, project, model, source, _blocks(model, values.texts(STEPS)))


def read_order(errand: Errand, values: Values) -> Order:
    """Return what is wished for one area; raises QgsProcessingException with a sentence."""
    wish = read_wish(errand, values)
    features = values.source(INPUT)
    area = _area(errand, values, features, wish)
    geometry = area.to_geojson()
    key = run_key(geometry, wish.model.id, wish.source, wish.blocks)
    request = ProcessingRequest(
        name=_name(values, features, area, wish.model),
        project_id=wish.project.id,
        model_id=wish.model.id,
        geometry=geometry,
        source=wish.source,
        blocks=wish.blocks,
        description=values.text(DESCRIPTION),
        meta={META_RUN_KEY: key},
    )
    return Order(wish.account, wish.project, wish.model, area, request, key)


def _area(errand: Errand, values: Values, features: QgsProcessingFeatureSource, wish: Wish) -> Area:
    errand.stage(translate("Work", "Reading the area…"))
    limit = wish.area_limit_m2
    geometries = (row.geometry() for row in features.getFeatures(QgsFeatureRequest().setNoAttributes()))
    area = area_from_geometries(
        geometries, features.sourceCrs(), values.context.transformContext(), area_limit_m2=limit
    )
    if values.flag(FIX_OUTLINES):
        area = repaired(area)
    problems = area.problems or limit_problems(area, limit, wish.account.max_aois)
    if problems:
        advice = translate("Work", "Set Fix broken outlines, or mend the layer.")
        is_fixable = any(problem.fixable for problem in area.problems)
        sentences = [problem.sentence for problem in problems] + ([advice] if is_fixable else [])
        raise QgsProcessingException(" ".join(sentences))
    errand.say(translate("Work", "The area has {area}.").format(area=area_text(area.area_m2)))
    return area


def _blocks(model: Model, wanted: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The optional steps of the model, each with whether it is on: those wanted, else those advised that are free."""
    optional = model.optional_blocks()
    if not wanted:
        return tuple((block.name, block.default_enabled and block.price == 0) for block in optional)
    if len(wanted) == 1 and wanted[0].casefold() == NO_STEPS:
        return tuple((block.name, False) for block in optional)

    def names(block: Block) -> tuple[str, str, str]:
        return block.name, block.name, block.title

    missing = translate("Work", "The model has no optional step “{name}”.")
    enabled = {chosen(optional, each, names, missing).name for each in wanted}
    return tuple((block.name, block.name in enabled) for block in optional)


def _check_zoom(model: Model, source: Source) -> None:
    misfit = zoom_misfit(model, source.zoom) if isinstance(source, ProviderSource) else None
    if misfit is not None:
        sentence = translate(
            "Work", "The model does not work at zoom {zoom}. Take {best}, or leave the zoom to the service."
        )
        raise QgsProcessingException(sentence.format(zoom=misfit.zoom, best=str(misfit.best)))


def _name(values: Values, features: QgsProcessingFeatureSource, area: Area, model: Model) -> str:
    """The name the expression gives for the first feature; without one, that of the model and of the layer."""
    if not values.text(NAME):
        layer = features.sourceName()
        return f"{model.title}: {layer}" if layer else model.title
    first = next(iter(features.getFeatures(QgsFeatureRequest().setLimit(1))), QgsFeature())
    return Naming(values, features, model)(first, area)


class Naming:
    """Names areas by the expression that was given."""

    def __init__(self, values: Values, features: QgsProcessingFeatureSource, model: Model) -> None:
        self._expression = QgsExpression(values.text(NAME))
        self._context = values.expression_context(features)
        self._context.lastScope().setVariable("mapflow_model", model.title)

    def __call__(self, feature: QgsFeature, area: Area, longest: int = _LONGEST_NAME) -> str:
        """Return the name for a feature, the first of `area`; raises QgsProcessingException where there is none."""
        self._context.setFeature(feature)
        self._context.lastScope().setVariable("mapflow_area_km2", area.area_m2 / accounts.M2_PER_KM2)
        name = _evaluated(self._expression, self._context)
        problem = name_problem(name, longest)
        if problem:
            raise QgsProcessingException(problem)
        return tidy_name(name)


def _evaluated(expression: QgsExpression, context: object) -> str:
    value = None if expression.hasParserError() else expression.evaluate(context)  # type: ignore[call-overload]
    problem: Optional[str] = expression.parserErrorString() or expression.evalErrorString()
    if problem or value is None or str(value) in {"", "NULL"}:
        sentence = translate(
            "Work",
            "The expression gives no name ({reason}). A name as it is stands in quotes: 'My town'.",
        )
        raise QgsProcessingException(
            sentence.format(reason=bounded(problem or translate("Work", "it is empty"), _LONGEST_NAME))
        )
    return str(value)
