"""What is asked before something cannot be taken back: deleting, and running again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, Optional

from ...api.processings import Processing
from ...text.quantities import credits_text
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
            text = translate("Processings", "Delete %Ln processings and their results?", None, len(doomed))
        more = [] if len(doomed) == 1 else named([processing.name for processing in doomed])
        running = [processing for processing in doomed if processing.status.is_running]
        if running:
            more += [
                "",
                " ".join((_stopped(len(running), len(doomed)), _lost([each.cost for each in running]))),
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


def _stopped(running: int, doomed: int) -> str:
    """That deleting is what stops those that run."""
    if doomed == 1:
        return translate("Processings", "It is still running, and deleting stops it.")
    return translate(
        "Processings",
        "%Ln of them are still running, and deleting stops them.",
        "1 of them is still running, and deleting stops it.",
        running,
    )


def _lost(costs: Sequence[Optional[float]]) -> str:
    """What those that run have cost; a cost that is not told is not nothing."""
    told = [cost for cost in costs if cost is not None]
    paid = sum(told)
    if not paid or len(told) < len(costs):
        return translate("Processings", "What was paid for is lost.")
    return translate("Processings", "The {paid} paid may be lost.").format(paid=credits_text(paid))
