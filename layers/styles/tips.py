"""What QGIS says of an object the pointer rests on: what it is, how large and high, in words and the locale's numbers.

Map tips are HTML: whatever comes from a server is escaped.
"""

from __future__ import annotations

import html
import re

from ...text.translation import translate
from ..tables import Table
from .attributes import Meaning, meaning_of, title_of
from .groups import code_expression, field_expression, quoted
from .kinds import Kind
from .renderers import known_groups, table_kind

_MOST_ROWS = 10
_LONGEST_VALUE = 120
_PLAIN_FIELD = re.compile(r"[\w .:-]{1,40}")
_M2_OF_KM2_M = 10_000  # as the plugin writes areas: in km² from a hundredth of one upwards
_ORDER = (Meaning.CLASS, Meaning.AREA, Meaning.HEIGHT, Meaning.CONFIDENCE, Meaning.OTHER)


def map_tip(table: Table, of_model: Kind) -> str:
    """Return a small table of what an object is, most telling first; no row of what an object does not have."""
    kind = table_kind(table, of_model)
    plain = [name for name in table.fields if _PLAIN_FIELD.fullmatch(name)]
    means = {name: _meaning(name, table) for name in plain}
    shown = sorted(plain, key=lambda name: _ORDER.index(means[name]))[:_MOST_ROWS]
    rows = "".join(_row(title_of(name), _value(name, means[name], table, kind)) for name in shown)
    return f"<b>[% {escaped('@layer_name')} %]</b><table>{rows}</table>"


def escaped(expression: str) -> str:
    """Return the expression of a text that HTML shows as it is."""
    return f"replace(replace(replace({expression}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def class_words(table: Table, kind: Kind) -> str:
    """Return the QGIS expression of a table's class in words; of one without words, its code."""
    code = code_expression((table.class_field,))
    groups = known_groups(table, kind)
    cases = " ".join(
        f"WHEN {group.expression(code)} THEN {quoted(group.title)}" for group in groups if group.codes
    )
    as_told = f"left(replace({code}, '_', ' '), {_LONGEST_VALUE})"
    return f"CASE {cases} ELSE {as_told} END" if cases else as_told


def _meaning(name: str, table: Table) -> Meaning:
    return Meaning.CLASS if name == table.class_field else meaning_of(name)


def _row(title: str, value: str) -> str:
    """Return a row whose value is an expression; nothing of it is shown where that is empty."""
    head = f'<tr><th align="left">{html.escape(title)}</th><td>'
    row = f"{quoted(head)} || {escaped(value)} || '</td></tr>'"
    return f"[% CASE WHEN coalesce({value}, '') <> '' THEN {row} ELSE '' END %]"


def _value(name: str, meaning: Meaning, table: Table, kind: Kind) -> str:
    """Return the expression of a text: a quantity in its unit where the field is known to have one."""
    field = field_expression(name)
    text = f"left(to_string({field}), {_LONGEST_VALUE})"
    number = f"to_real(to_string({field}))"
    if meaning is Meaning.CLASS:
        return class_words(table, kind)
    if meaning is Meaning.AREA:
        km2 = f"format_number({number} / 1000000, 2) || {quoted(_unit(translate('Styles', 'km²')))}"
        m2 = f"format_number({number}, 0) || {quoted(_unit(translate('Styles', 'm²')))}"
        return _tried(f"CASE WHEN {number} < {_M2_OF_KM2_M} THEN {m2} ELSE {km2} END", text)
    if meaning is Meaning.HEIGHT:
        return _tried(f"format_number({number}, 1) || {quoted(_unit(translate('Styles', 'm')))}", text)
    if meaning is Meaning.CONFIDENCE:
        share = f"format_number({number} * 100, 0) || {quoted(_unit('%'))}"
        return _tried(f"CASE WHEN {number} >= 0 AND {number} <= 1 THEN {share} ELSE {text} END", text)
    return text


def _tried(expression: str, otherwise: str) -> str:
    return f"try({expression}, {otherwise})"


def _unit(unit: str) -> str:
    return f"\u00a0{unit}"
