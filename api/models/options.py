"""The options of its model that a processing was started with, and what people know them by."""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

from ..account import Block, read_block
from ..http.fields import Fields


def read_options(processing: Fields, model: Fields) -> tuple[tuple[tuple[str, bool], ...], dict[str, str]]:
    """Names of options with whether each is on; and titles of those that people call otherwise, "": not shown."""
    steps = {step.name: step for step in model.records("blocks", read_block)}
    options = processing.records("blocks", _read_option)
    titles = {name: _title(name, told, steps.get(name)) for name, _enabled, told in options}
    chosen = _shared(tuple((name, enabled) for name, enabled, _title in options))
    return chosen, {name: title for name, title in titles.items() if title != name}


@lru_cache(maxsize=500)
def _shared(chosen: tuple[tuple[str, bool], ...]) -> tuple[tuple[str, bool], ...]:
    """The same for all that chose alike: what ten thousand processings hold makes Python's search for garbage slow."""
    return chosen


def _read_option(value: object) -> tuple[str, bool, Optional[str]]:
    data = Fields.of(value, "block")
    is_told = isinstance(data.data.get("displayName"), str)
    return data.required_text("name"), data.flag("enabled"), data.text("displayName") if is_told else None


def _title(name: str, told: Optional[str], step: Optional[Block]) -> str:
    """What people call the option `name`: as it says itself, or as the model's `step` does; "" for no option."""
    if step is not None and not step.optional:
        return ""
    if told is not None:
        return told
    return name if step is None else step.title
