"""All that is known of a processing, as facts to read and to copy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from ...api.processings import AreaState, Message, Processing
from ...layers.origin.imagery_text import imagery_lines, shown_source
from ...text.addresses import without_keys
from ...text.facts import Fact, facts_text, indented, told
from ...text.quantities import area_text, elapsed_text, local_time_text, number_text, percent_text
from ...text.server_text import bounded_lines
from ...text.translation import translate
from .status import cost_text, part_text, rating_text, shown_percent, state_of, state_word, status_text

_LONGEST_VALUE = 1_000
_LONGEST_DESCRIPTION = 4_000


def report_text(
    processing: Processing,
    areas: Sequence[AreaState] = (),
    providers: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The whole report as lines of plain text."""
    return bounded_lines(facts_text(report_facts(processing, areas, providers)))


def report_facts(
    processing: Processing,
    areas: Sequence[AreaState] = (),
    providers: Mapping[str, str] = MappingProxyType({}),
) -> list[Fact]:
    """The whole report; `areas` are the parts of the processing's area, where they are known.

    `providers` is what people know each provider of imagery by, under its name.
    """
    facts = _first(processing)
    if processing.description:
        facts.append(Fact(translate("Processings", "Description")))
        facts.append(Fact("", bounded_lines(processing.description, _LONGEST_DESCRIPTION)))
    if processing.messages:
        facts += [Fact(translate("Processings", "Messages")), *_messages(processing.messages)]
    imagery = imagery_lines(_titled(processing.source, providers))
    facts += [Fact(translate("Processings", "Imagery")), *(Fact("", line) for line in imagery)]
    options = [(processing.block_titles.get(name, name), enabled) for name, enabled in processing.blocks]
    if any(title for title, _enabled in options):
        facts.append(Fact(translate("Processings", "Options of the model")))
        facts += [Fact(_cut(title), _on_or_off(enabled)) for title, enabled in options if title]
    if processing.inference:
        facts.append(Fact(translate("Processings", "Parameters of the model")))
        facts += _values(processing.inference)
    if areas:
        facts += [Fact(translate("Processings", "Parts of the area")), *_areas(processing, areas)]
    if processing.meta:
        facts += [Fact(translate("Processings", "Notes stored with it")), *_values(processing.meta)]
    return [*facts, Fact(translate("Processings", "For support")), *_technical(processing)]


def _titled(source: Mapping[str, object], providers: Mapping[str, str]) -> dict[str, object]:
    """Return `source` with each provider called what people know it by."""
    titled: dict[str, object] = {}
    for kind, about in source.items():
        key = "providerName" if kind == "dataProvider" else "dataProvider"
        titled[kind] = about
        if isinstance(about, Mapping):
            name = about.get(key)
            if isinstance(name, str) and name in providers:
                titled[kind] = {**about, key: providers[name]}
    return titled


def _on_or_off(enabled: bool) -> str:
    return translate("Processings", "on") if enabled else translate("Processings", "off")


def _first(processing: Processing) -> list[Fact]:
    percent = shown_percent(processing)
    facts = [
        (translate("Processings", "Name"), processing.name),
        (translate("Processings", "Status"), _status(processing)),
        (translate("Processings", "Progress"), "" if percent is None else percent_text(percent)),
        (translate("Processings", "Model"), processing.model_title),
        (translate("Processings", "Area"), area_text(processing.area_m2)),
        (translate("Processings", "Cost"), cost_text(processing)),
        (translate("Processings", "Created"), local_time_text(processing.created)),
        (
            translate("Processings", "Changed"),
            local_time_text(processing.updated) if processing.updated else "",
        ),
        (
            translate("Processings", "Completed"),
            local_time_text(processing.completed) if processing.completed else "",
        ),
        (translate("Processings", "Duration"), _duration(processing)),
        (
            translate("Processings", "In review until"),
            local_time_text(processing.review_until) if processing.review_until else "",
        ),
        (translate("Processings", "Said in review"), processing.review_comment),
        (translate("Processings", "Rating"), rating_text(processing)),
        (translate("Processings", "Comment on it"), processing.feedback),
    ]
    return _cut_facts(facts)


def _status(processing: Processing) -> str:
    """The state without the percentage, which has a line of its own."""
    return state_word(state_of(processing)) if processing.status.is_running else status_text(processing)


def _duration(processing: Processing) -> str:
    """How long it took, or takes so far; "" where that is not known."""
    if processing.created is None:
        return ""
    if processing.completed is not None:
        return elapsed_text(processing.created, processing.completed)
    if not processing.status.is_running:
        return ""
    return translate("Processings", "{time} so far").format(time=elapsed_text(processing.created))


def _technical(processing: Processing) -> list[Fact]:
    """What the service's support asks for."""
    facts = [
        (translate("Processings", "ID"), processing.id),
        (translate("Processings", "Project ID"), processing.project_id),
        (translate("Processings", "Model ID"), processing.model_id),
        (translate("Processings", "Review"), processing.review_status),
        (translate("Processings", "Vector tiles"), processing.vector.tile_url if processing.vector else ""),
        (translate("Processings", "Raster tiles"), processing.raster.tile_url if processing.raster else ""),
    ]
    return _cut_facts(facts) + _values(shown_source(processing.source))


def _cut_facts(facts: Iterable[tuple[str, str]]) -> list[Fact]:
    return told((label, _cut(value)) for label, value in facts)


def _messages(messages: Iterable[Message]) -> list[Fact]:
    facts: list[Fact] = []
    for message in messages:
        facts.append(Fact("", "• " + _cut(message.sentence)))
        about = [Fact(translate("Processings", "Code"), _cut(message.code))] if message.code else []
        facts += indented([*about, *_values(message.parameters)])
    return facts


def _areas(processing: Processing, areas: Sequence[AreaState]) -> list[Fact]:
    facts: list[Fact] = []
    for number, area in enumerate(areas, start=1):
        parts = [part_text(processing, area)]
        if area.area_m2 is not None:
            parts.append(area_text(area.area_m2))
        label = translate("Processings", "{number} of {count}").format(
            number=number_text(number, 0), count=number_text(len(areas), 0)
        )
        facts.append(Fact(label, ", ".join(parts)))
        facts += indented(_messages(area.messages))
    return facts


def _values(values: Mapping[str, object]) -> list[Fact]:
    facts: list[Fact] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            facts += [Fact(f"{_cut(str(key))}.{fact.label}", fact.value) for fact in _values(value)]
        elif value is not None:
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            facts.append(Fact(_cut(str(key)), _cut(without_keys(shown)) or "–"))
    return facts


def _cut(text: str) -> str:
    """A value that leaves room for the others."""
    return bounded_lines(text, _LONGEST_VALUE)
