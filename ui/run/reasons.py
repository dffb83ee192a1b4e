"""Why a processing cannot be started as the form stands, in the user's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsGeometry

from ...api.account import Account, Billing, Model, Provider
from ...api.projects import Project
from ...jobs.cost import Cost, CostState
from ...layers.areas.area import Area, limit_problems
from ...text.quantities import apart, area_text, credits_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..header.project_sharing import why_only_look

if TYPE_CHECKING:
    from ...api.session import Session


@dataclass(frozen=True)
class Situation:
    """All that decides whether a processing can be started, but for its cost."""

    account: Optional[Account]
    project: Optional[Project]
    area: Optional[Area]
    model: Optional[Model]
    provider: Optional[Provider]
    imagery_fits: bool
    is_drawing: bool = False
    own_problem: str = ""  # what keeps imagery that is no provider's from being used
    own_ground: Optional[QgsGeometry] = None  # that it covers (EPSG:4326), where that is known
    least_m2: float = 0.0  # the smallest area of which picked images can be had


def why_not(situation: Situation) -> str:
    """The first thing to put right before the cost is even asked; "" when there is nothing."""
    account, project = situation.account, situation.project
    if account is None:
        return translate("Run", "Sign in first.")
    if project is None:
        return translate("Run", "Choose a project first.")
    if not project.may_start:
        refusal = translate(
            "Run", "You may look at this project, but not start anything in it. Choose another project."
        )
        return f"{why_only_look(project.standing)} {refusal}".strip()
    return (
        _area_reason(situation.area, situation.is_drawing)
        or _limit_reason(situation.area, account, project)
        or _imagery_reason(situation)
        or _remaining_reason(situation.area, account)
    )


def why_not_at(cost: Cost, account: Account) -> str:
    """What the cost says against starting; "" when nothing does, or while it is being asked."""
    if account.billing is not Billing.CREDITS:
        return ""
    if cost.state is CostState.FAILED and cost.error is not None:
        return cost.error.sentence
    if cost.credits is not None and account.credits is not None and cost.credits > account.credits:
        price, balance = apart(credits_text, cost.credits, account.credits)
        return translate(
            "Run", "This costs {cost} and you have {balance}. Choose a smaller area, or buy credits."
        ).format(cost=price, balance=balance)
    return ""


def why_not_now(session: Session) -> str:
    """What keeps anything from being started for a while, whatever the form says; "" when nothing does."""
    if session.is_reachable:
        return ""
    return translate("Run", "Mapflow cannot be reached. You can start this once it answers.")


def area_limit(account: Account, project: Optional[Project]) -> float:
    """How many m² one processing may have."""
    of_project = None if project is None else project.aoi_area_limit_m2
    return of_project or account.aoi_area_limit_m2


def _area_reason(area: Optional[Area], is_drawing: bool) -> str:
    if is_drawing:  # else Start would take the area from before, which is not what the user looks at
        return translate("Run", "Finish drawing, or press Esc.")
    if area is None:
        return translate("Run", "Choose an area first.")
    if area.is_usable:
        return ""
    if any(problem.fixable for problem in area.problems):
        return translate("Run", "The outline of the area is broken. Fix it under Area, or draw it anew.")
    return area.problems[0].sentence if area.problems else translate("Run", "The area is empty.")


def _limit_reason(area: Optional[Area], account: Account, project: Project) -> str:
    if area is None:
        return ""
    problems = limit_problems(area, area_limit(account, project), account.max_aois)
    return " ".join(problem.sentence for problem in problems)


def _imagery_reason(situation: Situation) -> str:
    area, provider = situation.area, situation.provider
    if situation.model is None:
        return translate("Run", "This project offers no models. Choose another project.")
    if situation.own_problem:
        return situation.own_problem
    ground = situation.own_ground
    if area is not None and ground is not None and not ground.intersects(area.geometry):
        return translate(
            "Run",
            "The area lies outside the chosen imagery. Use its outline as area, or choose other imagery.",
        )
    if area is not None and area.area_m2 < situation.least_m2:
        least, size = apart(area_text, situation.least_m2, area.area_m2)
        return translate(
            "Run", "These images can be had of areas of at least {least}; this one is {area}."
        ).format(least=least, area=size)
    if not situation.imagery_fits:
        return translate("Run", "The model cannot use this imagery. Choose other imagery, or another model.")
    if area is not None and provider is not None and area.area_m2 < provider.min_area_m2:
        least, size = apart(area_text, provider.min_area_m2, area.area_m2)
        return translate("Run", "{provider} takes areas of at least {least}; this one is {area}.").format(
            provider=bounded(provider.title, 60), least=least, area=size
        )
    return ""


def _remaining_reason(area: Optional[Area], account: Account) -> str:
    remaining = account.remaining_area_m2
    if area is None or account.billing is not Billing.AREA or remaining is None or area.area_m2 <= remaining:
        return ""
    size, left = apart(area_text, area.area_m2, remaining)
    return translate("Run", "The area is {area}, and your account has {remaining} left.").format(
        area=size, remaining=left
    )
