"""All that is known of a processing, as lines of plain text to read and to copy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from ...api.processings import AreaState, Message, Processing, Status
from ...text.addresses import without_keys
from ...text.quantities import area_text, credits_text, local_time_text, percent_text
from ...text.server_text import bounded_lines
from ...text.translation import translate
from .imagery_text import imagery_lines, shown_source
from .status import shown_percent, state_of, state_word, status_text

_LONGEST_VALUE = 1_000
_LONGEST_DESCRIPTION = 4_000


def report_text(
    processing: Processing,
    areas: Sequence[AreaState] = (),
    providers: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The whole report; `areas` are the parts of the processing's area, where they are known.

    `providers` is what people know each provider of imagery by, under its name.
    """
    lines = _facts(processing)
    if processing.description:
        lines += [
            "",
            translate("Processings", "Description"),
            bounded_lines(processing.description, _LONGEST_DESCRIPTION),
        ]
    if processing.messages:
        lines += ["", translate("Processings", "Messages"), *_messages(processing.messages)]
    lines += ["", translate("Processings", "Imagery"), *imagery_lines(_titled(processing.source, providers))]
    options = [(processing.block_titles.get(name, name), enabled) for name, enabled in processing.blocks]
    if any(title for title, _enabled in options):
        lines += ["", translate("Processings", "Options of the model")]
        lines += [f"{_cut(title)}: {_on_or_off(enabled)}" for title, enabled in options if title]
    if areas:
        lines += ["", translate("Processings", "Parts of the area"), *_areas(processing, areas)]
    if processing.meta:
        lines += ["", translate("Processings", "Notes stored with it"), *_values(processing.meta)]
    lines += ["", translate("Processings", "For support"), *_technical(processing)]
    return bounded_lines("\n".join(lines))


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


def _facts(processing: Processing) -> list[str]:
    facts = [
        (translate("Processings", "Name"), processing.name),
        (translate("Processings", "Status"), _status(processing)),
        (
            translate("Processings", "Progress"),
            "" if shown_percent(processing) is None else f"{shown_percent(processing)} %",
        ),
        (translate("Processings", "Model"), processing.model_title),
        (translate("Processings", "Area"), area_text(processing.area_m2)),
        (translate("Processings", "Cost"), credits_text(processing.cost)),
        (translate("Processings", "Created"), local_time_text(processing.created)),
        (
            translate("Processings", "Changed"),
            local_time_text(processing.updated) if processing.updated else "",
        ),
        (
            translate("Processings", "In review until"),
            local_time_text(processing.review_until) if processing.review_until else "",
        ),
    ]
    return _told(facts)


def _status(processing: Processing) -> str:
    """The state without the percentage, which has a line of its own."""
    return state_word(state_of(processing)) if processing.status.is_running else status_text(processing)


def _technical(processing: Processing) -> list[str]:
    """What the service's support asks for."""
    facts = [
        (translate("Processings", "ID"), processing.id),
        (translate("Processings", "Project ID"), processing.project_id),
        (translate("Processings", "Model ID"), processing.model_id),
        (translate("Processings", "Review"), processing.review_status),
        (translate("Processings", "Vector tiles"), processing.vector.tile_url if processing.vector else ""),
        (translate("Processings", "Raster tiles"), processing.raster.tile_url if processing.raster else ""),
    ]
    return _told(facts) + _values(shown_source(processing.source))


def _told(facts: Iterable[tuple[str, str]]) -> list[str]:
    return [
        translate("Processings", "{label}: {value}").format(label=label, value=_cut(value))
        for label, value in facts
        if value
    ]


def _messages(messages: Iterable[Message]) -> list[str]:
    lines: list[str] = []
    for message in messages:
        lines.append("• " + _cut(message.sentence))
        if message.code:
            lines.append("  " + translate("Processings", "Code: {code}").format(code=_cut(message.code)))
        lines += ["  " + line for line in _values(message.parameters)]
    return lines


def _areas(processing: Processing, areas: Sequence[AreaState]) -> list[str]:
    lines: list[str] = []
    for number, area in enumerate(areas, start=1):
        # a part knows nothing of the review of the whole
        is_of_result = area.status is processing.status is Status.OK
        parts = [state_word(state_of(processing) if is_of_result else area.status)]
        if area.status.is_running and area.percent is not None:
            parts.append(percent_text(area.percent))
        if area.area_m2 is not None:
            parts.append(area_text(area.area_m2))
        lines.append(
            translate("Processings", "{number} of {count}: {state}").format(
                number=number, count=len(areas), state=", ".join(parts)
            )
        )
        lines += ["  " + line for line in _messages(area.messages)]
    return lines


def _values(values: Mapping[str, object]) -> list[str]:
    lines: list[str] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines += [f"{_cut(str(key))}.{line}" for line in _values(value)]
        elif value is not None:
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            lines.append(f"{_cut(str(key))}: {_cut(without_keys(shown))}")
    return lines


def _cut(text: str) -> str:
    """A value that leaves room for the others."""
    return bounded_lines(text, _LONGEST_VALUE)
