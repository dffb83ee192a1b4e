"""Deleting imagery: first what goes with it is found out and asked about, then it goes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...api.imagery_records import Mosaic
from ...text.quantities import size_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.guide import Chapter
from ..widgets.question import Question, named
from .choice import Choice
from .images_first import ImagesFirst

if TYPE_CHECKING:
    from ...api.session import Session
    from .changes import ImageryChanges
    from .tree.model import ImageryTree


class ImageryDeletion(QObject):
    """Asks before imagery is deleted, saying how many images and bytes go with a mosaic."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, tree: ImageryTree, changes: ImageryChanges, window: QWidget) -> None:
        super().__init__(window)
        self._tree = tree
        self._changes = changes
        self._question = Question(window, Chapter.MY_IMAGERY)
        self._first = ImagesFirst(session, tree, self)
        self._first.notice.connect(self.notice)

    def ask(self, choice: Choice) -> None:
        """Ask whether `choice` may be deleted; where a mosaic does not say how much is in it, it is counted first."""
        self.close()
        unknown = [
            mosaic.id for mosaic in choice.mosaics if mosaic.image_count is None or mosaic.size is None
        ]
        self._first.then(
            unknown, translate("MyImagery", "Counting its images"), partial(self._ask_now, choice)
        )

    def close(self) -> None:
        """Take back the question."""
        self._first.close()
        self._question.close()

    def _ask_now(self, choice: Choice) -> None:
        known = [self._tree.known.mosaic(mosaic.id) for mosaic in choice.mosaics]
        counted = Choice(tuple(mosaic for mosaic in known if mosaic is not None), choice.images)
        doomed = counted.nodes
        if not doomed:
            return
        more = [] if len(doomed) == 1 else named([node.name for node in doomed])
        more += [
            *what_goes(counted),
            "",
            translate(
                "MyImagery",
                "This cannot be undone. Files on this computer are kept; previews on the map become empty.",
            ),
        ]
        self._question.ask(
            "deleteImageryQuestion",
            _asked(counted),
            "\n".join(more).strip(),
            translate("MyImagery", "&Delete"),
            partial(self._changes.delete, doomed),
        )


def _asked(choice: Choice) -> str:
    only = choice.only
    if isinstance(only, Mosaic):
        return translate("MyImagery", "Delete the mosaic “{name}”?").format(name=bounded(only.name, 120))
    if only is not None:
        return translate("MyImagery", "Delete the image “{name}”?").format(name=bounded(only.name, 120))
    if not choice.mosaics:
        return translate("MyImagery", "Delete %Ln images?", None, len(choice.images))
    if not choice.images:
        return translate("MyImagery", "Delete %Ln mosaics?", None, len(choice.mosaics))
    return translate("MyImagery", "Delete {mosaics} and {images}?").format(
        mosaics=translate("MyImagery", "%Ln mosaics", "1 mosaic", len(choice.mosaics)),
        images=translate("MyImagery", "%Ln single images", "1 single image", len(choice.images)),
    )


def what_goes(choice: Choice) -> Sequence[str]:
    """How many images and bytes go in all, as lines; what is not told is not taken for nothing."""
    counts = [mosaic.image_count for mosaic in choice.mosaics]
    told = [each for each in counts if each is not None]
    if len(told) < len(counts):
        return ("", translate("MyImagery", "How many images go with it is not known."))
    count = sum(told) + len(choice.images)
    sizes = [node.size for node in choice.nodes]
    known = [each for each in sizes if each is not None]
    if count == 0:
        return ("", translate("MyImagery", "No images go with it."))
    if len(known) < len(sizes):
        return ("", translate("MyImagery", "%Ln images will be deleted.", "1 image will be deleted.", count))
    text = translate(
        "MyImagery", "%Ln images ({size}) will be deleted.", "1 image ({size}) will be deleted.", count
    )
    return ("", text.format(size=size_text(sum(known))))
