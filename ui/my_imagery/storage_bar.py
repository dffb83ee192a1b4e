"""How much of the storage is used, as a line and a bar."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QLabel, QProgressBar, QWidget

from ...api.imagery_records import Storage
from ...text.quantities import size_text
from ...text.translation import translate

_STEPS = 1000
_NEARLY_FULL = 0.95


class StorageBar(QObject):
    """Shows a Storage in `label` and `bar`, and nothing at all while none is known."""

    def __init__(self, box: QWidget, label: QLabel, bar: QProgressBar) -> None:
        super().__init__(box)
        self._box = box
        self._label = label
        self._bar = bar
        self.show(None)

    def show(self, storage: Optional[Storage]) -> None:
        """Show `storage`."""
        self._box.setVisible(storage is not None)
        if storage is None:
            return
        text = storage_text(storage)
        self._label.setText(text)
        self._bar.setVisible(storage.limit is not None)
        self._bar.setMaximum(_STEPS)
        share = used_share(storage)
        self._bar.setValue(round(_STEPS * share))
        self._bar.setAccessibleDescription(text)
        largest = translate(
            "MyImagery", "The largest file allowed: {size}, %Ln pixels a side.", None, storage.max_pixels
        ).format(size=size_text(storage.max_upload))
        self._box.setToolTip(largest)


def used_share(storage: Storage) -> float:
    """The part of the limit that is used, 0..1; 0 where there is no limit."""
    if storage.limit is None:
        return 0.0
    return min(1.0, storage.used / storage.limit) if storage.limit > 0 else 1.0


def storage_text(storage: Storage) -> str:
    """What is used and left, in words."""
    used = size_text(storage.used)
    if storage.limit is None:
        return translate("MyImagery", "{used} stored").format(used=used)
    limit = size_text(storage.limit)
    if used_share(storage) >= _NEARLY_FULL:
        left = size_text(storage.free if storage.free is not None else 0)
        return translate("MyImagery", "{used} of {limit} used: only {left} left").format(
            used=used, limit=limit, left=left
        )
    return translate("MyImagery", "{used} of {limit} used").format(used=used, limit=limit)
