"""The account in words: what is left to spend, and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...api.account import Billing
from ...text.quantities import area_text, credits_text
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


def account_text(account: Account, project: Optional[Project], server: str) -> str:
    """The account as lines of plain text; some services tell the largest area with the `project` alone."""
    lines = [
        translate("Header", "Account: {email}").format(email=account.email),
        translate("Header", "Server: {server}").format(server=server),
        translate("Header", "Balance: {balance}").format(
            balance=balance_text(account) or translate("Header", "not billed")
        ),
        _largest_area(account, project),
        translate("Header", "Parts an area may have: {count}").format(count=account.max_aois),
        translate("Header", "Models: {names}").format(
            names=", ".join(model.title for model in account.models) or "–"
        ),
        translate("Header", "Imagery: {names}").format(
            names=", ".join(each.title for each in account.providers) or "–"
        ),
    ]
    return "\n".join(lines)


def _largest_area(account: Account, project: Optional[Project]) -> str:
    if project is not None and project.aoi_area_limit_m2 is not None:
        return translate("Header", "Largest area of a processing in this project: {area}").format(
            area=area_text(project.aoi_area_limit_m2)
        )
    if account.names_area_limit:
        return translate("Header", "Largest area of a processing: {area}").format(
            area=area_text(account.aoi_area_limit_m2)
        )
    return translate(
        "Header", "Largest area of a processing: {area}, the standard; the service names no limit of yours"
    ).format(area=area_text(account.aoi_area_limit_m2))
