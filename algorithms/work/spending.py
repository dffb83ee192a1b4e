"""What a run would cost, and whether it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingException

from ...api.account import Billing
from ...api.processings import cost
from ...text.quantities import apart, area_text, credits_text
from ...text.translation import translate
from ..inputs import ALLOW_SPENDING, AREA, COST, MAX_CREDITS
from .order import Order, read_order

if TYPE_CHECKING:
    from .errand import Errand
    from .values import Values


def estimate_cost(errand: Errand, values: Values) -> dict[str, float]:
    """Tell what the order would cost, in credits, and how large its area is, in km²."""
    order = read_order(errand, values)
    amount = _asked(errand, order)
    return {COST: amount, AREA: order.area.area_m2 / 1e6}


def check_spending(errand: Errand, values: Values, order: Order) -> float:
    """Return the estimate in credits; raises QgsProcessingException where so much may not be spent."""
    amount = _asked(errand, order)
    billing = order.account.billing
    if billing is Billing.NONE or (billing is Billing.CREDITS and amount == 0):
        return amount
    if not values.flag(ALLOW_SPENDING):
        if billing is Billing.AREA:
            sentence = translate(
                "Work",
                "This would use {amount} of what your account may process. Set Allow spending to run it.",
            )
            raise QgsProcessingException(sentence.format(amount=area_text(order.area.area_m2)))
        sentence = translate("Work", "This would cost {amount}. Set Allow spending to run it.")
        raise QgsProcessingException(sentence.format(amount=credits_text(amount)))
    budget = values.number(MAX_CREDITS)
    if budget is not None and amount > budget:
        sentence = translate(
            "Work",
            "This would cost {amount}, and at most {budget} may be spent. Raise Most credits to run it.",
        )
        told, limit = apart(credits_text, amount, budget)
        raise QgsProcessingException(sentence.format(amount=told, budget=limit))
    left = order.account.credits
    if billing is Billing.CREDITS and left is not None and amount > left:
        sentence = translate(
            "Work", "This would cost {amount}, and your account has {left}. Top it up first."
        )
        told, there = apart(credits_text, amount, left)
        raise QgsProcessingException(sentence.format(amount=told, left=there))
    return amount


def _asked(errand: Errand, order: Order) -> float:
    errand.stage(translate("Work", "Asking what it costs…"))
    amount: float = errand.ask(cost(errand.client, order.request))
    sentence = translate("Work", "It costs {amount} by the service's estimate.")
    errand.say(sentence.format(amount=credits_text(amount)))
    return amount
