"""Runs a model for many areas: divided, cut, estimated, started as far as it may cost, and merged to one result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsProcessingException,
    QgsProcessingUtils,
)

from ...api.account import Billing
from ...api.processings import Processing, Status
from ...jobs.batches.batch import BatchJob
from ...jobs.batches.order import BatchOrder, BatchTerms
from ...jobs.batches.results import BatchResult
from ...layers.areas.grid.cells import Limits
from ...layers.batches.areas import BatchArea, Division, SourceFeature, divided, group_of
from ...layers.batches.look import style_state_layer
from ...layers.batches.rows import PartRow, PartState
from ...text.quantities import area_text, credits_text
from ...text.server_text import bounded
from ...text.toolbox import (
    ALLOW_SPENDING,
    AT_ONCE,
    ATTRIBUTE,
    COST,
    DESCRIPTION,
    DIVISION,
    ESTIMATE,
    FAILED,
    FINISHED,
    INPUT,
    MAX_CREDITS,
    NAME,
    OVERLAP,
    PARTS,
    RESTARTS,
    STATE,
)
from ...text.translation import translate
from .after_loading import AfterLoading
from .order import Naming, Wish, read_wish
from .results import Delivery, carry_out_delivery
from .spending import check_balance, is_free, not_allowed

if TYPE_CHECKING:
    from qgis.core import QgsProcessingFeatureSource

    from ...api.account import Account
    from ...jobs.batches.order import BatchReport
    from .errand import Errand
    from .values import Values

_DIVISIONS = tuple(Division)
_LONGEST = 80  # of a name in a sentence
_LONGEST_NAME = 200  # which part of an area it is comes behind it
_SUFFIX = ".gpkg"
_OPEN = frozenset({PartState.WAITING, PartState.OVER_BUDGET})


def run_for_many_areas(errand: Errand, values: Values) -> dict[str, Any]:
    """Return the outputs: what became of the parts, and the merged result of those that are finished."""
    table = _table(values)
    with errand.span(0, 5):
        wish = read_wish(errand, values)
        areas, name = _areas(errand, values, wish)
        order = _order(values, wish, areas)
    with errand.span(5, 12):
        report: BatchReport = errand.carry_out(BatchJob(errand.client, order, BatchTerms(table)))
        terms = _terms(errand, values, wish.account, report, table)
    with errand.span(12, 80):
        job = BatchJob(errand.client, order, terms)
        news = _News(errand, report.parts)  # a signal does not keep it
        job.part_changed.connect(news.tell)
        report = errand.carry_out(job)
    outcome = {
        PARTS: len(report.parts),
        FINISHED: sum(part.state is PartState.FINISHED for part in report.parts),
        FAILED: sum(part.state is not PartState.FINISHED for part in report.parts),
        COST: report.spent,
        ESTIMATE: report.estimated,
        STATE: str(table),
    }
    _sum_up(errand, outcome)
    with errand.span(80, 100):
        outcome.update(_result(errand, values, wish, report.parts, name))
    return outcome


# what is asked for


def _table(values: Values) -> Path:
    """Where the state table is; one that nobody wants is made where QGIS keeps what lives for a session."""
    if not values.is_given(STATE):
        return Path(QgsProcessingUtils.generateTempFilename(f"parts{_SUFFIX}"))
    place = values.layer_place(STATE)
    if Path(place).suffix.lower() != _SUFFIX or "\n" in place or "dbname=" in place:
        raise QgsProcessingException(
            translate(
                "Work", "The state table is a GeoPackage of its own: give it a file that ends with .gpkg."
            )
        )
    if values.context.willLoadLayerOnCompletion(place):
        values.context.layerToLoadOnCompletionDetails(place).setPostProcessor(
            AfterLoading.of(style_state_layer)
        )
    return Path(place)


def _areas(errand: Errand, values: Values, wish: Wish) -> tuple[list[BatchArea], str]:
    """The areas of the layer, and what they are called together."""
    errand.stage(translate("Work", "Reading the areas…"))
    source = values.source(INPUT)
    division = _DIVISIONS[values.whole(DIVISION) or 0]
    attribute = values.text(ATTRIBUTE)
    if division is Division.BY_ATTRIBUTE and source.fields().lookupField(attribute) < 0:
        raise QgsProcessingException(
            translate("Work", "Choose the attribute whose values the layer is divided by.")
        )
    layer = source.sourceName()
    name = bounded(f"{wish.model.title}: {layer}" if layer else wish.model.title, _LONGEST_NAME)
    firsts: dict[str, QgsFeature] = {}
    features = _features(errand, source, division, attribute, firsts)
    context = values.context.transformContext()
    crs, stop = source.sourceCrs(), errand.stop_if_cancelled
    areas = divided(features, crs, context, division, name, attribute, stop)
    if not areas:
        raise QgsProcessingException(translate("Work", "The layer has no features to run."))
    if values.text(NAME):
        naming = Naming(values, source, wish.model)
        areas = [
            replace(each, name=naming(firsts[each.source_id], each.area, _LONGEST_NAME)) for each in areas
        ]
    area = area_text(sum(each.area.area_m2 for each in areas))
    told = translate(
        "Work", "%Ln areas are to be run, {area} in all.", "1 area is to be run, {area}.", len(areas)
    )
    errand.say(told.format(area=area))
    return areas, name


def _features(
    errand: Errand,
    source: QgsProcessingFeatureSource,
    division: Division,
    attribute: str,
    firsts: dict[str, QgsFeature],
) -> Iterator[SourceFeature]:
    """The features, read; the first of each area is kept in `firsts`."""
    for feature in source.getFeatures():
        errand.stop_if_cancelled()
        read = SourceFeature.of(feature)
        firsts.setdefault(group_of(read, division, attribute), feature)
        yield read


def _order(values: Values, wish: Wish, areas: Sequence[BatchArea]) -> BatchOrder:
    return BatchOrder(
        areas=areas,
        project_id=wish.project.id,
        model_id=wish.model.id,
        source=wish.source,
        limits=Limits(wish.area_limit_m2, wish.account.max_aois),
        blocks=wish.blocks,
        overlap_m=values.number(OVERLAP) or 0.0,
        description=values.text(DESCRIPTION),
    )


# what it may cost


def _terms(errand: Errand, values: Values, account: Account, report: BatchReport, table: Path) -> BatchTerms:
    """How far the batch may go, after its estimate; raises QgsProcessingException where it may not start at all."""
    runs = {part.key: part for part in report.parts if part.state in _OPEN}
    told = translate("Work", "They are %Ln parts.", "It is 1 part.", len(report.parts))
    errand.say(told)
    if report.spent:
        told = translate("Work", "What is there of them already has cost {amount}.")
        errand.say(told.format(amount=credits_text(report.spent)))
    if runs:
        told = translate(
            "Work",
            "%Ln parts are to be started; they cost {amount} by the service's estimate.",
            "1 part is to be started; it costs {amount} by the service's estimate.",
            len(runs),
        )
        errand.say(told.format(amount=credits_text(report.estimated)))
    budget = values.number(MAX_CREDITS)
    terms = BatchTerms(
        table,
        may_spend=True,
        budget=budget,
        at_once=values.whole(AT_ONCE) or 1,
        restarts=values.whole(RESTARTS) or 0,
    )
    if values.flag(ALLOW_SPENDING):
        room = report.estimated if budget is None else max(0.0, budget - report.spent)
        check_balance(account, min(report.estimated, room))
        return terms
    if runs and not is_free(account, report.estimated):
        area_m2 = sum(part.area_m2 for part in runs.values())
        raise QgsProcessingException(not_allowed(account, report.estimated, area_m2))
    # no credit more than was spent; who pays nothing needs no budget
    budget = None if account.billing is Billing.NONE else report.spent
    return replace(terms, budget=budget, restarts=0)


# what became of it


class _News:
    """Tells what became of each part, once."""

    def __init__(self, errand: Errand, parts: Sequence[PartRow]) -> None:
        self._errand = errand
        self._states = {part.number: part.state for part in parts}

    def tell(self, part: PartRow) -> None:
        """Tell it where its state is another one now."""
        if self._states.get(part.number) is part.state:
            return
        self._states[part.number] = part.state
        name = bounded(part.name, _LONGEST)
        if part.state is PartState.RUNNING:
            self._errand.say(translate("Work", "“{name}” runs.").format(name=name))
        elif part.state is PartState.FINISHED:
            self._errand.say(_finished(name, part.cost))
        elif part.state.is_over:
            told = translate("Work", "“{name}” did not succeed. {reasons}")
            self._errand.warn(told.format(name=name, reasons=part.message).strip())


def _finished(name: str, cost: Optional[float]) -> str:
    if cost is None:
        return translate("Work", "“{name}” is finished.").format(name=name)
    text = translate("Work", "“{name}” is finished; it cost {amount}.")
    return text.format(name=name, amount=credits_text(cost))


def _sum_up(errand: Errand, outcome: dict[str, Any]) -> None:
    told = translate("Work", "{finished} of {count} parts are finished. They cost {amount} in all.")
    errand.say(
        told.format(finished=outcome[FINISHED], count=outcome[PARTS], amount=credits_text(outcome[COST]))
    )
    if outcome[FAILED]:
        text = translate(
            "Work",
            "%Ln parts have no result. The state table says why of each; run this again to try what can be tried.",
            "1 part has no result. The state table says why; run this again to try what can be tried.",
            outcome[FAILED],
        )
        errand.warn(text)


def _result(
    errand: Errand, values: Values, wish: Wish, parts: Sequence[PartRow], name: str
) -> dict[str, Any]:
    finished = [part for part in parts if part.state is PartState.FINISHED]
    if not finished:
        reason = next((part.message for part in parts if part.message), "")
        text = translate("Work", "No part is finished, so there is no result. {reason}")
        raise QgsProcessingException(text.format(reason=reason).strip())
    model = wish.model
    whole = Processing(
        id="",
        name=name,
        status=Status.OK,
        model_id=model.id,
        model_name=model.name,
        model_display_name=model.title,
        area_m2=sum(part.area_m2 for part in finished),
    )
    job = partial(_merged, errand, parts, model.name, name)
    return carry_out_delivery(errand, values, Delivery(whole, job, is_of_one=False))


def _merged(errand: Errand, parts: Sequence[PartRow], model: str, name: str, destination: Any) -> BatchResult:
    return BatchResult(errand.client, parts, model, destination, name)
