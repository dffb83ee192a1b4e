"""What the user is told of a request that was sent once and whose answer was lost."""

from __future__ import annotations

from dataclasses import dataclass

from ...text.translation import translate


@dataclass(frozen=True)
class Sentences:
    """Of one kind of request: why nothing is known, that nothing was done, and that it is not known whether it was."""

    opening: str
    not_done: str
    unknown: str

    def told(self, is_certain: bool) -> str:
        """The whole of it, where it is certain that nothing was done or where it is not."""
        return f"{self.opening} {self.not_done if is_certain else self.unknown}"


def of_start(name: str) -> Sentences:
    """A processing called `name` was to be started."""
    return Sentences(
        _no_answer(),
        translate(
            "LostAnswers",
            "The processing was not started and nothing was spent: it is safe to start it again.",
        ),
        translate(
            "LostAnswers",
            "It is not known whether the processing was started. Look for “{name}” among the project's processings "
            "before you start it again.",
        ).format(name=name),
    )


def of_start_held_back(name: str) -> str:
    """A processing called `name` is not started again, since it is still not known whether it was."""
    return translate(
        "LostAnswers",
        "It is still not known whether “{name}” was started, so it was not started again: it might be paid for "
        "twice. Look for it among the project's processings; if it is not there, try again later, or with an area "
        "that differs a little.",
    ).format(name=name)


def of_restart() -> Sentences:
    """A processing was to run again."""
    return Sentences(
        _no_answer(),
        translate("LostAnswers", "It was not restarted and nothing was spent: it is safe to try again."),
        translate(
            "LostAnswers",
            "It is not known whether it was restarted. Refresh the list and look at its state before you try again.",
        ),
    )


def of_restart_held_back(name: str) -> str:
    """A processing called `name` is not restarted, since it is still not known whether it was."""
    return translate(
        "LostAnswers",
        "It is still not known whether “{name}” was restarted, so it was not restarted again: it might be paid for "
        "twice. Refresh the list and look at its state, or try again later.",
    ).format(name=name)


def of_creation_held_back(name: str) -> str:
    """A project or mosaic called `name` is not made, since it is still not known whether it was."""
    return translate(
        "LostAnswers",
        "It is still not known whether “{name}” was made, so it was not made again. Look for it in the list; if it is "
        "not there, try again later, or with another name.",
    ).format(name=name)


def of_project(name: str) -> Sentences:
    """A project called `name` was to be made."""
    return Sentences(
        _no_answer(),
        translate("LostAnswers", "The project was not made: it is safe to try again."),
        translate(
            "LostAnswers",
            "The project may have been made all the same: look for “{name}” in the list before you try again.",
        ).format(name=name),
    )


def of_mosaic(name: str) -> Sentences:
    """An empty mosaic called `name` was to be made."""
    return Sentences(
        _no_answer(),
        translate("LostAnswers", "The mosaic was not made: it is safe to try again."),
        translate(
            "LostAnswers",
            "The mosaic may have been made all the same: look for “{name}” in the list before you try again.",
        ).format(name=name),
    )


def of_upload(name: str, opening: str) -> Sentences:
    """An image called `name` was to be uploaded; `opening` says what became of the connection."""
    return Sentences(
        opening,
        translate("LostAnswers", "Nothing was stored: it is safe to upload it again."),
        translate(
            "LostAnswers",
            "It is not known whether the image arrived: look for “{name}” in the mosaic before you upload it again.",
        ).format(name=name),
    )


def of_upload_on_its_way(name: str, opening: str) -> Sentences:
    """As `of_upload`, where the image is not there and the service may still be at work on it."""
    not_yet = translate(
        "LostAnswers",
        "The image is not in the mosaic so far, but the service may still be at work on it: refresh the list in a "
        "few minutes and look for “{name}” before you upload it again.",
    ).format(name=name)
    return Sentences(opening, not_yet, not_yet)


def of_leftover(name: str) -> str:
    """The part of a changed file that arrived could not be deleted."""
    return translate("LostAnswers", "What had arrived is still there as “{name}”: delete it.").format(
        name=name
    )


def of_possible_leftover(name: str) -> str:
    """The part of a changed file that arrived may be there, among images of other people."""
    return translate(
        "LostAnswers", "What had arrived may be in the mosaic as “{name}”: look there, and delete it."
    ).format(name=name)


def _no_answer() -> str:
    return translate("LostAnswers", "No answer came.")
