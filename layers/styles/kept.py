"""A user's own styles, kept in the QGIS profile as the default of a model: QML files, which every QGIS reads.

What is kept is how things look: symbols, labels, map tips and the scales a layer is seen at. Nothing of the project
or of the layer itself is in it. A style is for the results of one model, objects of one type and one geometry; tiles,
which hold all of these at once, have one of their own.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsExpression,
    QgsFeatureRenderer,
    QgsGraduatedSymbolRenderer,
    QgsMapLayer,
    QgsReadWriteContext,
    QgsRenderContext,
    QgsVectorLayer,
    QgsVectorTileBasicLabeling,
    QgsVectorTileBasicRenderer,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtXml import QDomDocument

from ...text.disk import write_fault
from ...text.server_text import bounded
from ...text.translation import translate
from ..tables import Table
from .kinds import Kind
from .labels import labels_for
from .renderers import class_categories
from .tiles import drawn_styles, layer_name_of, renderer_of

TILES = "tiles"
_LARGEST = 5_000_000  # bytes; a style of more is none
_LONGEST_NAME = 60
_DEFAULT_SYMBOLS = ("renderer-v2", "renderer")


class StyleFault(Exception):
    """Why a style cannot be kept or used, as a sentence."""


@dataclass(frozen=True)
class StyleKey:
    """What a style is for: a model by its name, objects by the service's type, and their geometry, or TILES."""

    model: str
    object_type: str
    geometry: str

    @property
    def file_name(self) -> str:
        """The name of its file: readable, and another for each key."""
        parts = (self.model.casefold().strip(), self.object_type, self.geometry)
        mark = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:12]
        words = re.sub(r"[^a-z0-9]+", "_", " ".join(parts).lower()).strip("_")[:_LONGEST_NAME].strip("_")
        return f"{words}_{mark}.qml"


def style_key(layer: QgsMapLayer, model: str, object_type: str) -> StyleKey:
    """Return what a style of `layer` is for, whose objects are of that type and were found by that model."""
    if isinstance(layer, QgsVectorLayer):
        return StyleKey(model, object_type, QgsWkbTypes.geometryDisplayString(layer.geometryType()).lower())
    return StyleKey(model, "", TILES)


def styles_folder() -> Path:
    """Return where the styles of this QGIS profile are; it need not exist yet."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "mapflow_dock" / "styles"


def is_kept(key: StyleKey) -> bool:
    """Whether there is a style for that."""
    return (styles_folder() / key.file_name).is_file()


def keep(layer: QgsMapLayer, key: StyleKey) -> None:
    """Keep how a layer looks; raises StyleFault."""
    document = QDomDocument()
    fault = layer.exportNamedStyle(document, QgsReadWriteContext(), _categories())
    if isinstance(fault, tuple):
        fault = next((each for each in fault if isinstance(each, str)), "")
    if fault or document.documentElement().isNull():
        raise StyleFault(_no_style(str(fault or "")))
    target = styles_folder() / key.file_name
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(str(document.toString(1)), encoding="utf-8")
        os.replace(unfinished, target)
    except OSError as error:
        raise StyleFault(write_fault(error, target.parent)) from error


def forget(key: StyleKey) -> bool:
    """Keep no style for that any more; False where there was none. Raises StyleFault."""
    target = styles_folder() / key.file_name
    try:
        target.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StyleFault(write_fault(error, target.parent)) from error
    return True


def apply_kept(
    layer: QgsMapLayer, key: StyleKey, table: Optional[Table] = None, of_model: Kind = Kind.GENERIC
) -> bool:
    """Let a layer look as the style for that says; False where there is none. Raises StyleFault, the look unchanged.

    Classes of the result that the style does not know get the look they have without it, so that none is missing.
    """
    document = _read(key)
    if document is None:
        return False
    of_tiles = layer_name_of(layer) if isinstance(layer, QgsVectorTileLayer) else ""
    former = QDomDocument()
    layer.exportNamedStyle(former, QgsReadWriteContext(), _categories())
    told = layer.importNamedStyle(document, _categories())
    is_taken = bool(told[0] if isinstance(told, tuple) else told)
    fault = "" if is_taken else _broken()
    fault = fault or _fault(layer, document)
    if fault:
        layer.importNamedStyle(former, _categories())
        raise StyleFault(fault)
    if table is not None and isinstance(layer, QgsVectorLayer):
        _add_classes(layer, table, of_model)
    if isinstance(layer, QgsVectorTileLayer):
        _name_layer(layer, of_tiles)
    return True


def _read(key: StyleKey) -> Optional[QDomDocument]:
    path = styles_folder() / key.file_name
    try:
        if path.stat().st_size > _LARGEST:
            raise StyleFault(_broken())
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StyleFault(_broken()) from error
    document = QDomDocument()
    read = document.setContent(text)
    root = document.documentElement()
    is_style = bool(read[0] if isinstance(read, tuple) else read) and root.tagName() == "qgis"
    if not is_style or all(root.firstChildElement(name).isNull() for name in _DEFAULT_SYMBOLS):
        raise StyleFault(_broken())
    return document


def _fault(layer: QgsMapLayer, document: QDomDocument) -> str:
    """Return why a style that QGIS has taken would not show a layer's objects; "" where it does."""
    if isinstance(layer, QgsVectorTileLayer):
        of_tiles = layer.renderer()
        return "" if isinstance(of_tiles, QgsVectorTileBasicRenderer) and of_tiles.styles() else _broken()
    if not isinstance(layer, QgsVectorLayer):
        return ""
    renderer = layer.renderer()
    asked = document.documentElement().firstChildElement("renderer-v2").attribute("type")
    if renderer is None or renderer.type() != asked:
        return _broken()
    known = set(layer.fields().names())
    missing = sorted(_attributes_of(renderer) - known - {"*"})
    if missing:
        text = translate("Styles", "it needs the attribute “{name}”, which this result does not have")
        return text.format(name=bounded(missing[0], _LONGEST_NAME))
    return ""


def _attributes_of(renderer: QgsFeatureRenderer) -> set[str]:
    """Return the attributes that a renderer needs; QGIS counts an expression that it classifies by among them."""
    used = set(renderer.usedAttributes(QgsRenderContext()))
    told_by = ""
    if isinstance(renderer, (QgsCategorizedSymbolRenderer, QgsGraduatedSymbolRenderer)):
        told_by = renderer.classAttribute()
    expression = QgsExpression(told_by)
    is_expression = bool(told_by) and not expression.hasParserError() and not expression.isField()
    return used - {told_by} if is_expression else used


def _name_layer(tiles: QgsVectorTileLayer, layer_name: str) -> None:
    """Let a style be for the layer these tiles have: in those it was made for, the layer may have another name."""
    styles = drawn_styles(tiles)
    if len({style.layerName() for style in styles}) > 1:
        return  # it is for several layers, as somebody wished
    tiles.setRenderer(renderer_of(styles, layer_name))
    labeling = tiles.labeling()
    if isinstance(labeling, QgsVectorTileBasicLabeling):
        tiles.setLabeling(labels_for(labeling.styles(), layer_name))


def _add_classes(layer: QgsVectorLayer, table: Table, of_model: Kind) -> None:
    """Add categories for classes that a style by class does not know, before the one of all others."""
    renderer = layer.renderer()
    if not isinstance(renderer, QgsCategorizedSymbolRenderer) or not table.classes:
        return
    if table.class_field not in renderer.usedAttributes(QgsRenderContext()):
        return
    categories = list(renderer.categories())
    known = {str(value) for category in categories for value in _values(category.value())}
    new = [code for code in table.classes if code and code not in known]
    source = renderer.sourceSymbol() or (categories[0].symbol() if categories else None)
    if not new or source is None or not categories:
        return
    added = class_categories(table, of_model, new, categories[-1].symbol())
    rest = [category for category in categories if not any(_values(category.value()))]
    own = [category for category in categories if any(_values(category.value()))]
    copy = renderer.clone()
    copy.deleteAllCategories()
    for category in (*own, *added, *rest):
        copy.addCategory(category)
    layer.setRenderer(copy)


def _values(value: object) -> list[object]:
    """Return the values of a category; what stands for all others is empty."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return ["" if each is None or str(each) in ("", "NULL") else each for each in values]


def _categories() -> QgsMapLayer.StyleCategories:
    each = QgsMapLayer.StyleCategory
    # the stubs take flags for numbers
    return each.Symbology | each.Labeling | each.MapTips | each.Rendering  # type: ignore[return-value]


def _no_style(detail: str) -> str:
    text = translate("Styles", "QGIS could not write the style of this layer ({reason}).")
    return text.format(reason=bounded(detail, _LONGEST_NAME) or "–")


def _broken() -> str:
    return translate("Styles", "its file cannot be read as a style")
