"""What is changed about one's imagery on the service: names, tags, and what is gone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...api.http.errors import ApiError
from ...api.http.replies import Replies
from ...api.imagery_records import Image, Mosaic
from ...jobs.deletions import Deletable, Deletions, Failures, is_answer_lost
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.deletions import failures_notice
from ..widgets.notice import from_error
from .tree.list import Chosen
from .tree.nodes import Doing

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.session import Session
    from .loading import ImageryLoading


class ImageryChanges(QObject):
    """Sends the changes, shows them in the tree, and says what came of them. Deletions go one after the other."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, loading: ImageryLoading, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._loading = loading
        self._tree = loading.tree
        self._replies = Replies()
        self._deletions = Deletions(self._send_deletion, self)
        self._deletions.begun.connect(self._on_begun)
        self._deletions.deleted.connect(self._on_deleted)
        self._deletions.kept.connect(self._on_kept)
        self._deletions.ended.connect(self._on_ended)

    def rename(self, node: Chosen, name: str) -> None:
        """Give a mosaic or image another name: shown at once, taken back where the service refuses."""
        client = self._session.client
        self._show(dataclasses.replace(node, name=name))
        reply = (
            imagery.update_mosaic(client, node.id, name=name)
            if isinstance(node, Mosaic)
            else imagery.rename_image(client, node.id, name)
        )
        why = translate("MyImagery", "“{name}” could not be renamed. {reason}")
        self._replies.follow(reply, self._on_told, partial(self._take_back, node, why))

    def set_tags(self, mosaic: Mosaic, tags: Sequence[str]) -> None:
        """Give a mosaic these tags in place of its own."""
        self._show(dataclasses.replace(mosaic, tags=tuple(tags)))
        reply = imagery.update_mosaic(self._session.client, mosaic.id, tags=tags)
        why = translate("MyImagery", "The tags of “{name}” could not be changed. {reason}")
        self._replies.follow(reply, self._on_told, partial(self._take_back, mosaic, why))

    def delete(self, nodes: Iterable[Chosen]) -> None:
        """Delete images, and mosaics with theirs; what could not be deleted is told at the end, in one notice."""
        self._deletions.add(nodes)

    def close(self) -> None:
        """Stop what is under way; what was sent already may still happen on the service."""
        self._deletions.close()
        self._replies.abort()

    # names and tags

    def _show(self, node: Chosen) -> None:
        if isinstance(node, Mosaic):
            if self._tree.known.mosaic(node.id) is not None:
                self._tree.put_mosaic(node)
        else:
            self._tree.put_image(node)

    def _on_told(self, answer: Optional[Chosen]) -> None:
        """Take over the name and tags of the answer: it may be shorter than what is known."""
        if isinstance(answer, Mosaic):
            known = self._tree.known.mosaic(answer.id)
            if known is not None:
                self._tree.put_mosaic(dataclasses.replace(known, name=answer.name, tags=answer.tags))
        elif isinstance(answer, Image):
            image = self._tree.known.image(answer.id)
            if image is not None:
                self._tree.put_image(dataclasses.replace(image, name=answer.name))

    def _take_back(self, node: Chosen, why: str, error: ApiError) -> None:
        self._show(node)
        text = why.format(name=bounded(node.name, 80), reason=error.sentence)
        self.notice.emit(dataclasses.replace(from_error(error), text=text))

    # deleting

    def _send_deletion(self, node: Deletable) -> ApiReply:
        delete = imagery.delete_mosaic if isinstance(node, Mosaic) else imagery.delete_image
        return delete(self._session.client, node.id)

    def _on_begun(self, node: Chosen) -> None:
        self._tree.set_doing(node.id, Doing(translate("MyImagery", "Deleting")))

    def _on_deleted(self, node: Chosen) -> None:
        self._on_kept(node)
        self._tree.deleted.note(node.id)
        if isinstance(node, Mosaic):
            self._tree.remove_mosaic(node.id)
        else:
            self._tree.remove_image(node.id)

    def _on_kept(self, node: Chosen) -> None:
        self._tree.set_doing(node.id, None)

    def _on_ended(self, failures: Failures) -> None:
        self._loading.refresh_storage()
        if is_answer_lost(failures):
            self._loading.refresh()
        if failures:
            self.notice.emit(failures_notice(failures, _kept_ones, self._deletions.add))


def _kept_ones(count: int) -> str:
    return translate("MyImagery", "%Ln items could not be deleted. {reason}", None, count)
