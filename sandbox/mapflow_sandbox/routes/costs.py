"""API reference, "Calculate cost (v2)"."""

from __future__ import annotations

from fastapi import APIRouter

from ..areas import check_size
from ..context import AccountDep, SandboxDep
from ..faults import bad_request
from ..ordering import CostRequest, check_least, checked_area, model_of, offer
from ..settings import M2_PER_KM2
from ..strict_json import StrictRoute
from ..wire import Wire
from ..wire.amounts import Credits, amount


def router(_wire: Wire) -> APIRouter:
    """POST /processing/cost/v2."""
    routes = APIRouter(tags=["Processings"], route_class=StrictRoute)
    routes.add_api_route("/processing/cost/v2", cost, methods=["POST"], response_model=Credits)
    return routes


def cost(asked: CostRequest, sandbox: SandboxDep, account: AccountDep) -> Credits:
    """What a processing would cost: of `geometry`, or of `areaSqKm` where there is none."""
    model = model_of(asked.wdId, None)
    source_params = asked.params.sourceParams if asked.params else None
    found = offer(model, asked.blocks, source_params, sandbox.imagery, account.id)
    if asked.geometry is not None:
        area_m2 = checked_area(asked.geometry, sandbox.settings, found.source).area_m2
    elif asked.areaSqKm is not None:
        area_m2 = asked.areaSqKm * M2_PER_KM2
        check_size(area_m2, sandbox.settings)
        check_least(area_m2, found.source)
    else:
        raise bad_request("Either geometry or areaSqKm is needed.")
    return amount(found.rates.cost(area_m2))
