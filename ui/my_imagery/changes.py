"""What is changed about one's imagery on the service: names, tags, and what is gone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...api.errors import ApiError, Fault
from ...api.imagery_records import Image, Mosaic
from ...api.translation import tr
from ..notice import Notice, details_of, from_error
from ..server_text import bounded
from .listing import Chosen
from .nodes import Doing

if TYPE_CHECKING:
    from ...api.reply import ApiReply
    from ...api.session import Session
    from .loading import ImageryLoading


class ImageryChanges(QObject):
    """Sends the changes, shows them in the tree, and says what came of them. Deletions go one after the other."""

    notice = pyqtSignal(object)  # Notice
    deleted = pyqtSignal()  # the last of what was to go is gone

    def __init__(self, session: Session, loading: ImageryLoading, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._loading = loading
        self._tree = loading.tree
        self._replies: list[ApiReply] = []
        self._to_delete: list[Chosen] = []
        self._not_deleted: list[tuple[Chosen, ApiError]] = []
        self._is_deleting = False

    def rename(self, node: Chosen, name: str) -> None:
        """Give a mosaic or image another name: shown at once, taken back where the service refuses."""
        client = self._session.client
        self._show(dataclasses.replace(node, name=name))
        reply = (
            imagery.update_mosaic(client, node.id, name=name)
            if isinstance(node, Mosaic)
            else imagery.rename_image(client, node.id, name)
        )
        why = tr("“{name}” could not be renamed. {reason}")
        self._follow(reply, self._on_told, partial(self._take_back, node, why))

    def set_tags(self, mosaic: Mosaic, tags: Sequence[str]) -> None:
        """Give a mosaic these tags in place of its own."""
        self._show(dataclasses.replace(mosaic, tags=tuple(tags)))
        reply = imagery.update_mosaic(self._session.client, mosaic.id, tags=tags)
        why = tr("The tags of “{name}” could not be changed. {reason}")
        self._follow(reply, self._on_told, partial(self._take_back, mosaic, why))

    def delete(self, doomed: Iterable[Chosen]) -> None:
        """Delete images, and mosaics with theirs; what could not be deleted is told at the end, in one notice."""
        waiting = {node.id for node in self._to_delete}
        fresh = [node for node in doomed if node.id not in waiting]
        for node in fresh:
            self._tree.set_doing(node.id, Doing(tr("Deleting")))
        self._to_delete += fresh
        if not self._is_deleting:
            self._delete_next()

    def close(self) -> None:
        """Stop what is under way; what was sent already may still happen on the service."""
        for node in self._to_delete:
            self._tree.set_doing(node.id, None)
        self._to_delete.clear()
        self._not_deleted.clear()
        self._is_deleting = False
        replies, self._replies = self._replies, []
        for reply in replies:
            reply.abort()

    # names and tags

    def _show(self, node: Chosen) -> None:
        if isinstance(node, Mosaic):
            if self._tree.mosaic(node.id) is not None:
                self._tree.put_mosaic(node)
        else:
            self._tree.put_image(node)

    def _on_told(self, answer: Optional[Chosen]) -> None:
        """Take over the name and tags of the answer: it may be shorter than what is known."""
        if isinstance(answer, Mosaic):
            known = self._tree.mosaic(answer.id)
            if known is not None:
                self._tree.put_mosaic(dataclasses.replace(known, name=answer.name, tags=answer.tags))
        elif isinstance(answer, Image):
            image = self._tree.image(answer.id)
            if image is not None:
                self._tree.put_image(dataclasses.replace(image, name=answer.name))

    def _take_back(self, node: Chosen, why: str, error: ApiError) -> None:
        self._show(node)
        text = why.format(name=bounded(node.name, 80), reason=error.sentence)
        self.notice.emit(dataclasses.replace(from_error(error), text=text))

    # deleting

    def _delete_next(self) -> None:
        self._is_deleting = bool(self._to_delete)
        if not self._to_delete:
            self._end_deleting()
            return
        node = self._to_delete.pop(0)
        client = self._session.client
        delete = imagery.delete_mosaic if isinstance(node, Mosaic) else imagery.delete_image
        self._follow(
            delete(client, node.id), partial(self._on_deleted, node), partial(self._on_delete_failed, node)
        )

    def _on_deleted(self, node: Chosen, _answer: object = None) -> None:
        self._tree.set_doing(node.id, None)
        self._tree.deleted.note(node.id)
        if isinstance(node, Mosaic):
            self._tree.remove_mosaic(node.id)
        else:
            self._tree.remove_image(node.id)
        self._delete_next()

    def _on_delete_failed(self, node: Chosen, error: ApiError) -> None:
        if error.fault is Fault.NOT_FOUND:  # someone else was quicker: it is gone all the same
            self._on_deleted(node)
            return
        self._tree.set_doing(node.id, None)
        self._not_deleted.append((node, error))
        self._delete_next()

    def _end_deleting(self) -> None:
        self.deleted.emit()
        self._loading.refresh_storage()
        failures, self._not_deleted = self._not_deleted, []
        if not failures:
            return
        if any(not error.unsent and error.status == 0 for _node, error in failures):
            self._loading.refresh()  # the answer was lost: it may be gone all the same
        first, error = failures[0]
        if len(failures) == 1:
            text = tr("“{name}” could not be deleted. {reason}").format(
                name=bounded(first.name, 80), reason=error.sentence
            )
        else:
            text = tr("{count} items could not be deleted. {reason}").format(
                count=len(failures), reason=error.sentence
            )
        details = "\n\n".join(f"{bounded(node.name)}\n{details_of(why)}" for node, why in failures)
        again = partial(self.delete, [node for node, _why in failures])
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning, details, tr("Try Again"), again))

    def _follow(
        self, reply: ApiReply, succeeded: Callable[..., None], failed: Callable[[ApiError], None]
    ) -> None:
        self._replies.append(reply)
        reply.succeeded.connect(succeeded)
        reply.failed.connect(failed)
        reply.finished.connect(partial(self._forget, reply))

    def _forget(self, reply: ApiReply) -> None:
        if reply in self._replies:
            self._replies.remove(reply)
