"""All that is known of a model, as facts."""

from __future__ import annotations

from typing import Optional

from ....api.account import Block, Model, RasterNeeds
from ....text.facts import Fact, told
from ....text.quantities import credits_text, length_text, number_text, with_units
from ....text.server_text import bounded, bounded_lines
from ....text.translation import translate
from ...own_sources.fit import bounds_text

_LONGEST = 5_000  # characters of a description
_LONGEST_TITLE = 200


def model_facts(model: Model, prices_shown: bool) -> list[Fact]:
    """What `model` finds, what it costs, and what it needs of imagery; then its options."""
    name = model.name if model.name != model.title else ""
    facts = told(
        (
            (translate("Model", "Model"), bounded(model.title, _LONGEST_TITLE)),
            (translate("Model", "Name in the service"), bounded(name, _LONGEST_TITLE)),
            (translate("Model", "Description"), with_units(bounded_lines(model.description, _LONGEST))),
            (
                translate("Model", "Price without options"),
                price_text(model.price(())) if prices_shown else "",
            ),
            (translate("Model", "Best zoom"), "" if model.best_zoom is None else str(model.best_zoom)),
            (translate("Model", "Zooms it can work with"), bounds_text(model.required_zoom)),
            (translate("Model", "Pixels of your imagery"), _pixels_text(model.required_raster)),
            (translate("Model", "Best pixels"), _pixels_text(model.recommended_raster)),
            (translate("Model", "Bands of your imagery"), _bands_text(model.required_raster)),
        )
    )
    options = model.optional_blocks()
    if options:
        facts.append(Fact(translate("Model", "Options")))
        facts += [_option_fact(block, prices_shown) for block in options]
    return facts


def price_text(per_km2: Optional[float]) -> str:
    """Credits per km², where they are known."""
    if per_km2 is None:
        return translate("Model", "price not known")
    return translate("Model", "{price} per km²").format(price=credits_text(per_km2))


def option_price_text(block: Block) -> str:
    """What an option adds to the price."""
    if block.price is None:
        return translate("Model", "price not known")
    if block.price == 0:
        return translate("Model", "free")
    return translate("Model", "+{price}/km²").format(price=credits_text(block.price))


def _option_fact(block: Block, prices_shown: bool) -> Fact:
    about = with_units(bounded_lines(block.description, _LONGEST))
    told_of_it = (option_price_text(block) if prices_shown else "", about)
    return Fact(bounded(block.title, _LONGEST_TITLE), "\n".join(each for each in told_of_it if each) or "–")


def _pixels_text(needs: RasterNeeds) -> str:
    least, most = needs.min_res, needs.max_res
    if least is not None and most is not None:
        text = translate("Model", "{least} to {most}")
    elif most is not None:
        text = translate("Model", "at most {most}")
    elif least is not None:
        text = translate("Model", "at least {least}")
    else:
        return ""
    return text.format(least=length_text(least), most=length_text(most))


def _bands_text(needs: RasterNeeds) -> str:
    return ", ".join(number_text(count, 0) for count in needs.bands)
