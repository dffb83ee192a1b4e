"""The pages of the service's documentation that are about one model."""

from __future__ import annotations

from ....api.model_limits import standard_name
from ...header.web_links import WebPage

_FOLDER = "https://docs.mapflow.ai/userguides/"
_PAGES = {
    "buildings": "buildings_model.html",
    "buildings (aerial)": "buildings_aerial_imagery_model.html",
    "buildings (aerial imagery)": "buildings_aerial_imagery_model.html",
    "forest": "forest_model.html",
    "forest and trees": "forest_model.html",
    "construction": "construction_model.html",
    "construction sites": "construction_model.html",
    "agriculture fields": "agriculture_fields_model.html",
    "multi buildings roads forest": "combo_model.html",
}


def page_of(model_name: str) -> str:
    """The address of the page about the standard model of that name; of the one about all models for any other."""
    page = _PAGES.get(standard_name(model_name))
    return _FOLDER + page if page else WebPage.MODELS.value
