"""A layer of the project, used as imagery on the Run page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis

from ...layers.sources.from_layer import read_layer
from ...text.translation import translate
from ..widgets.notice import Notice

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

    from ..run.imagery_section import ImagerySection

    Upload = Callable[[Sequence[QgsMapLayer]], None]


def use_layer(layer: QgsMapLayer, imagery: ImagerySection, upload: Upload) -> Optional[Notice]:
    """Choose what `layer` shows, and return what there is to say; a file is offered for `upload`."""
    found = read_layer(layer)
    if found.problem:
        action, on_action = "", None
        if found.can_upload:
            action, on_action = translate("OwnSources", "Upload"), partial(upload, [layer])
        return Notice(found.problem, Qgis.MessageLevel.Warning, action=action, on_action=on_action)
    if found.provider:
        sentence = imagery.show_source({"dataProvider": {"providerName": found.provider}})
    elif imagery.sources is not None:
        imagery.use(imagery.sources)
        sentence = imagery.sources.editing.take(found, imagery.sources.readiness.model)
    else:
        sentence = ""
    return Notice(sentence) if sentence else None
