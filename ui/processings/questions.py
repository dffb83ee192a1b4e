"""What is asked before something cannot be taken back: deleting, and running again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable

from ...api.processings import Processing
from ...text.quantities import credits_text, number_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.question import Question, named


class ProcessingQuestions(Question):
    """Asks about processings; there is one question at a time."""

    def before_delete(self, doomed: Sequence[Processing], go_on: Callable[[], None]) -> None:
        """Ask whether `doomed` may be deleted, naming them."""
        if len(doomed) == 1:
            text = translate("Processings", "Delete “{name}” and its result?").format(
                name=bounded(doomed[0].name, 120)
            )
        else:
            text = translate("Processings", "Delete %n processings and their results?", None, len(doomed))
        more = [] if len(doomed) == 1 else named([processing.name for processing in doomed])
        running = sum(processing.status.is_running for processing in doomed)
        if running:
            more += [
                "",
                _running_text(running, sum(each.cost or 0 for each in doomed if each.status.is_running)),
            ]
        more += [
            "",
            translate("Processings", "This cannot be undone. Layers and files already in QGIS are kept."),
        ]
        self.ask(
            "deleteProcessingsQuestion",
            text,
            "\n".join(more).strip(),
            translate("Processings", "&Delete"),
            go_on,
        )

    def before_restart(self, processing: Processing, go_on: Callable[[], None]) -> None:
        """Ask whether `processing` may run again, which can cost."""
        text = translate("Processings", "Run the failed parts of “{name}” again?").format(
            name=bounded(processing.name, 120)
        )
        more = translate("Processings", "Mapflow may charge for the parts that run again.")
        if processing.cost:
            more = translate(
                "Processings", "Mapflow may charge for the parts that run again, up to {cost}."
            ).format(cost=credits_text(processing.cost))
        self.ask("restartProcessingQuestion", text, more, translate("Processings", "&Restart"), go_on)


def _running_text(count: int, paid: float) -> str:
    if not paid:
        text = translate("Processings", "Still running: {count}. What was paid for is lost.")
    else:
        text = translate("Processings", "Still running: {count}. The {paid} that were paid may be lost.")
    return text.format(count=number_text(count, 0), paid=credits_text(paid))
