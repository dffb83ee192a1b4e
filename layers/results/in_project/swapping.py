"""The tiles of a result take the place of its file, and the file that of the tiles: name, place, look are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsMapLayer, QgsReadWriteContext, QgsVectorLayer, QgsVectorTileLayer
from qgis.PyQt.QtXml import QDomDocument

from ...mapflow_group import Place, place_of, say_again_whether_open
from ...origin.metadata import attribute, attribution_of
from ...styles.look import look_of
from ...tiles.extent import EXTENT
from ...tiles.restyling import geometry_name, look_like_files, look_like_tiles
from ..layers import DOWNLOADED, OBJECT_TYPE, ROLE, UPDATED

if TYPE_CHECKING:
    from qgis.core import QgsProject

NAME = "mapflow_dock/name"  # what the layer was called when it was made: another name is the user's
LOOK = "mapflow_dock/look"  # how it looked when it was made, in short
OTHER_SIDE = "mapflow_dock/other_side"  # how the layers looked that it took the place of
_STYLE = QgsMapLayer.StyleCategory
_KEPT = (
    _STYLE.Symbology
    | _STYLE.Symbology3D
    | _STYLE.Labeling
    | _STYLE.Fields
    | _STYLE.Forms
    | _STYLE.Actions
    | _STYLE.MapTips
    | _STYLE.Diagrams
    | _STYLE.AttributeTable
    | _STYLE.Rendering
)
_OURS = "mapflow_dock/"  # what the properties of our layers begin with
_OWN_NOTES = (OBJECT_TYPE, ROLE, UPDATED, DOWNLOADED)
_OF_TILES = frozenset({NAME, LOOK, OTHER_SIDE, EXTENT})


@dataclass(frozen=True)
class Seat:
    """How a layer stood: `part` tells it from the others of its result; `style` is QML."""

    part: str
    source: str
    name: str
    made_name: str  # what it was called when it was made
    is_named: bool  # by the user
    notes: Mapping[str, str]  # what is told of it alone
    attribution: str
    is_visible: bool
    is_expanded: bool
    style: str


def note_as_made(layer: QgsMapLayer) -> None:
    """Note what a layer is called and looks like, before the user changes it."""
    layer.setCustomProperty(NAME, layer.name())
    layer.setCustomProperty(LOOK, look_of(layer))


def is_as_made(layer: QgsMapLayer) -> bool:
    """Whether a layer looks as when it was made."""
    return bool(layer.customProperty(LOOK)) and layer.customProperty(LOOK) == look_of(layer)


def return_files(project: QgsProject, tiles: QgsMapLayer) -> bool:
    """Let the layers of a file stand again where its tiles took their place; False where they cannot be opened."""
    seats = _other_side(tiles)
    news = [_reopened(seat, tiles) for seat in seats]
    files = [layer for layer in news if layer is not None]
    return bool(files) and len(files) == len(seats) and take_place(project, [tiles], files)


def _reopened(seat: Seat, tiles: QgsMapLayer) -> Optional[QgsVectorLayer]:
    path = Path(seat.source.split("|", 1)[0])
    if not path.is_file():
        return None
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    layer = QgsVectorLayer(seat.source, seat.made_name, "ogr", options)
    if not layer.isValid():
        return None
    for key in tiles.customPropertyKeys():
        if key.startswith(_OURS) and key not in _OF_TILES:
            layer.setCustomProperty(key, tiles.customProperty(key))
    for key, value in seat.notes.items():
        layer.setCustomProperty(key, value)
    if not layer.metadata().identifier():
        layer.setMetadata(tiles.metadata())
    attribute(layer, seat.attribution)
    return layer


def take_place(project: QgsProject, olds: Sequence[QgsMapLayer], news: Sequence[QgsMapLayer]) -> bool:
    """Put `news`, layers as they were made, where `olds` are, and take these out; False where that cannot be.

    `news` are named, seen and styled as `olds` are now, and where the user has changed nothing of them, as they were
    when they stood there last.
    """
    order = {each.id(): row for row, each in enumerate(project.layerTreeRoot().layerOrder())}
    olds = sorted(olds, key=lambda layer: order.get(layer.id(), len(order)))
    places = [place for place in (place_of(project, layer) for layer in olds) if place is not None]
    if not places or not news:
        return False
    seats = [_seat_of(project, layer) for layer in olds]
    former = {seat.part: seat for layer in olds for seat in _other_side(layer)}
    looks = [is_as_made(layer) for layer in olds]
    for row, layer in enumerate(news):
        note_as_made(layer)
        twin = former.get(_part_of(layer))
        _name(layer, seats, twin, is_alone=len(news) == 1)
        _style(layer, olds, twin if all(looks) else None, is_changed=not all(looks))
        _show_as(layer, olds[0])
        layer.setCustomProperty(LOOK, look_of(layer))
        layer.setCustomProperty(OTHER_SIDE, json.dumps([asdict(seat) for seat in seats]))
        _insert(project, layer, places[0], row, seats, twin)
    project.removeMapLayers([layer.id() for layer in olds])
    return True


def _insert(
    project: QgsProject,
    layer: QgsMapLayer,
    place: Place,
    row: int,
    seats: Sequence[Seat],
    twin: Optional[Seat],
) -> None:
    project.addMapLayer(layer, False)
    node = place.parent.insertLayer(place.row + row, layer)
    is_seen = any(seat.is_visible for seat in seats)
    if len(seats) == 1 and twin is not None and seats[0].is_visible:
        is_seen = twin.is_visible
    node.setItemVisibilityChecked(is_seen)
    node.setExpanded(seats[0].is_expanded if twin is None else twin.is_expanded)
    say_again_whether_open(place.parent)


def _name(layer: QgsMapLayer, seats: Sequence[Seat], twin: Optional[Seat], is_alone: bool) -> None:
    if is_alone and len(seats) == 1 and seats[0].is_named:
        layer.setName(seats[0].name)
    elif twin is not None and twin.is_named and not (is_alone and len(seats) == 1):
        layer.setName(twin.name)


def _style(layer: QgsMapLayer, olds: Sequence[QgsMapLayer], twin: Optional[Seat], is_changed: bool) -> None:
    if twin is not None and twin.style:
        document = QDomDocument()
        document.setContent(twin.style)
        layer.importNamedStyle(document, _KEPT)  # type: ignore[arg-type]  # flags
    elif is_changed and isinstance(layer, QgsVectorTileLayer):
        files = [each for each in olds if isinstance(each, QgsVectorLayer)]
        types = [str(each.customProperty(OBJECT_TYPE) or "") if len(files) > 1 else "" for each in files]
        look_like_files(layer, list(zip(files, types)))
    elif is_changed and isinstance(layer, QgsVectorLayer) and isinstance(olds[0], QgsVectorTileLayer):
        look_like_tiles(layer, olds[0])


def _show_as(layer: QgsMapLayer, old: QgsMapLayer) -> None:
    """Let a layer be as opaque as another, and be seen at the same scales."""
    layer.setOpacity(old.opacity())
    layer.setBlendMode(old.blendMode())
    layer.setMinimumScale(old.minimumScale())
    layer.setMaximumScale(old.maximumScale())
    layer.setScaleBasedVisibility(old.hasScaleBasedVisibility())


def _seat_of(project: QgsProject, layer: QgsMapLayer) -> Seat:
    node = project.layerTreeRoot().findLayer(layer.id())
    document = QDomDocument()
    layer.exportNamedStyle(document, QgsReadWriteContext(), _KEPT)  # type: ignore[arg-type]  # flags
    made = layer.customProperty(NAME)
    return Seat(
        part=_part_of(layer),
        source=layer.source(),
        name=layer.name(),
        made_name=str(made or layer.name()),
        notes={key: str(layer.customProperty(key)) for key in _OWN_NOTES if layer.customProperty(key)},
        attribution=attribution_of(layer),
        is_named=made is None or layer.name() != made,
        is_visible=node is not None and node.itemVisibilityChecked(),
        is_expanded=node is not None and node.isExpanded(),
        style=str(document.toString(-1)),
    )


def _part_of(layer: QgsMapLayer) -> str:
    if not isinstance(layer, QgsVectorLayer):
        return ""
    return f"{layer.customProperty(OBJECT_TYPE) or ''}|{geometry_name(layer)}"


def _other_side(layer: QgsMapLayer) -> list[Seat]:
    """Return the seats that a layer remembers; none where its project was changed by hand."""
    try:
        told = json.loads(str(layer.customProperty(OTHER_SIDE) or "[]"))
        return [Seat(**each) for each in told if isinstance(each, Mapping)]
    except (ValueError, TypeError):
        return []
