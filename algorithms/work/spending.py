"""What a run would cost, and whether it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingException

from ...api.account import M2_PER_KM2, Billing
from ...api.processings import cost
from ...text.quantities import apart, area_text, credits_text
from ...text.toolbox import ALLOW_SPENDING, AREA, COST, MAX_CREDITS
from ...text.translation import translate
from .order import Order, read_order

if TYPE_CHECKING:
    from ...api.account import Account
    from .errand import Errand
    from .values import Values


def estimate_cost(errand: Errand, values: Values) -> dict[str, float]:
    """Tell what the order would cost, in credits, and how large its area is, in km²."""
    order = read_order(errand, values)
    amount = _asked(errand, order)
    return {COST: amount, AREA: order.area.area_m2 / M2_PER_KM2}


def check_spending(errand: Errand, values: Values, order: Order) -> None:
    """Ask for the estimate; raises QgsProcessingException where so much may not be spent."""
    amount = _asked(errand, order)
    if is_free(order.account, amount):
        return
    if not values.flag(ALLOW_SPENDING):
        raise QgsProcessingException(not_allowed(order.account, amount, order.area.area_m2))
    budget = values.number(MAX_CREDITS)
    if budget is not None and amount > budget:
        sentence = translate(
            "Work",
            "This would cost {amount}, and at most {budget} may be spent. Raise Most credits to run it.",
        )
        told, limit = apart(credits_text, amount, budget)
        raise QgsProcessingException(sentence.format(amount=told, budget=limit))
    check_balance(order.account, amount)


def is_free(account: Account, amount: float) -> bool:
    """Whether what is estimated at so many credits takes nothing from the account."""
    return account.billing is Billing.NONE or (account.billing is Billing.CREDITS and amount == 0)


def not_allowed(account: Account, amount: float, area_m2: float) -> str:
    """What is told of a run that may not spend: its estimate in credits, or its area in m², by how one pays."""
    if account.billing is Billing.AREA:
        sentence = translate(
            "Work", "This would use {amount} of what your account may process. Set Allow spending to run it."
        )
        return sentence.format(amount=area_text(area_m2))
    sentence = translate("Work", "This would cost {amount}. Set Allow spending to run it.")
    return sentence.format(amount=credits_text(amount))


def check_balance(account: Account, amount: float) -> None:
    """Raise QgsProcessingException where the account has fewer credits than these."""
    left = account.credits
    if account.billing is Billing.CREDITS and left is not None and amount > left:
        sentence = translate(
            "Work", "This would cost {amount}, and your account has {left}. Top it up first."
        )
        told, there = apart(credits_text, amount, left)
        raise QgsProcessingException(sentence.format(amount=told, left=there))


def _asked(errand: Errand, order: Order) -> float:
    errand.stage(translate("Work", "Asking what it costs…"))
    amount: float = errand.ask(cost(errand.client, order.request))
    sentence = translate("Work", "It costs {amount} by the service's estimate.")
    errand.say(sentence.format(amount=credits_text(amount)))
    return amount
