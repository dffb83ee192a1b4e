"""The account in words: what is left to spend, and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...api.account import Billing
from ...text.facts import Fact, told
from ...text.quantities import area_text, credits_text, number_text
from ...text.translation import translate

if TYPE_CHECKING:
    from ...api.account import Account
    from ...api.projects import Project


def balance_text(account: Optional[Account]) -> str:
    """What is left to spend, as the account is billed; empty where nothing is billed."""
    if account is None or account.billing is Billing.NONE:
        return ""
    if account.billing is Billing.AREA:
        return translate("Header", "{area} left").format(area=area_text(account.remaining_area_m2))
    return credits_text(account.credits)


def account_facts(account: Account, project: Optional[Project], server: str, storage: str = "") -> list[Fact]:
    """The account; some services tell the largest area with the `project` alone. `storage` is told apart from it."""
    return told(
        [
            (translate("Header", "Account"), account.email),
            (translate("Header", "Server"), server),
            (translate("Header", "Balance"), balance_text(account) or translate("Header", "not billed")),
            (translate("Header", "Storage"), storage),
            _largest_area(account, project),
            (translate("Header", "Parts an area may have"), number_text(account.max_aois, 0)),
            (translate("Header", "Where limits come from"), _source_of_limits(account, project)),
            (translate("Header", "Models"), ", ".join(model.title for model in account.models) or "–"),
            (translate("Header", "Imagery"), ", ".join(each.title for each in account.providers) or "–"),
        ]
    )


def _largest_area(account: Account, project: Optional[Project]) -> tuple[str, str]:
    if project is not None and project.aoi_area_limit_m2 is not None:
        label = translate("Header", "Largest area of a processing in this project")
        return label, area_text(project.aoi_area_limit_m2)
    label, area = translate("Header", "Largest area of a processing"), area_text(account.aoi_area_limit_m2)
    if account.names_area_limit:
        return label, area
    return label, translate("Header", "{area}, the standard; the service names no limit of yours").format(
        area=area
    )


def _source_of_limits(account: Account, project: Optional[Project]) -> str:
    """Who sets the largest area: whoever wants another one has to know whom to ask."""
    if project is not None and project.aoi_area_limit_m2 is not None:
        return translate(
            "Header", "The service sets them for the owner of the project, and for your account."
        )
    if account.names_area_limit:
        return translate("Header", "The service sets them for your account.")
    return translate("Header", "The service's documentation; it names none for your account.")
