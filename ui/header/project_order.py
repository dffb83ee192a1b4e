"""What the user wants projects to be sorted by."""

from __future__ import annotations

from ...api.projects import ProjectOrder
from ...api.settings import PROJECTS_ORDER
from ...text.translation import translate


def listed_order() -> ProjectOrder:
    """The order that was chosen last."""
    name = PROJECTS_ORDER.read()
    return ProjectOrder[name] if name in ProjectOrder.__members__ else ProjectOrder.CHANGED


def order_title(order: ProjectOrder) -> str:
    """Its entry in the menu."""
    return {
        ProjectOrder.CHANGED: translate("Header", "Date &Changed"),
        ProjectOrder.CREATED: translate("Header", "&Date Created"),
        ProjectOrder.NAME: translate("Header", "&Name"),
    }[order]
