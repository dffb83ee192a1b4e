"""Facts as a table shows them, and as the lines of text they are copied as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .translation import translate


@dataclass(frozen=True)
class Fact:
    """A row of two cells; without a label its value is a sentence of its own, without a value its label a heading."""

    label: str
    value: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether what follows is about its label."""
        return not self.value

    @property
    def line(self) -> str:
        """The row as a line of text."""
        if not self.label or self.is_heading:
            return self.label or self.value
        return translate("Text", "{label}: {value}").format(label=self.label, value=self.value)


def indented(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, a little further in: they belong to the one before them."""
    return [
        replace(fact, label=f"  {fact.label}") if fact.label else replace(fact, value=f"  {fact.value}")
        for fact in facts
    ]


def told(facts: Iterable[tuple[str, str]]) -> list[Fact]:
    """Labels and values; those without a value are left out."""
    return [Fact(label, value) for label, value in facts if value]


def facts_text(facts: Iterable[Fact]) -> str:
    """All of them as lines, with an empty one before each heading."""
    lines: list[str] = []
    for fact in facts:
        if fact.is_heading and lines:
            lines.append("")
        lines.append(fact.line)
    return "\n".join(lines)
