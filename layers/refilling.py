"""A memory layer of ours that is on the map already gets the features of a fresh one, and stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsFeature

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer


def refill(shown: QgsVectorLayer, fresh: QgsVectorLayer, key: str, is_whole: bool) -> None:
    """Give `shown` the features of `fresh`, in place of those with the same text in the field `key`.

    If `fresh` `is_whole`, every feature with such a text goes. What has none was drawn by the user and stays, as do
    fields the user added. A layer that is being edited stays as it is.
    """
    if shown.isEditable():
        return
    provider, fields = shown.dataProvider(), shown.fields()
    coming = list(fresh.getFeatures())
    if fields.indexOf(key) >= 0:
        new = {_text(feature[key]) for feature in coming}
        held = [(each.id(), _text(each[key])) for each in shown.getFeatures()]
        provider.deleteFeatures([row for row, text in held if text and (is_whole or text in new)])
    rows = []
    for feature in coming:
        row = QgsFeature(fields)
        for field in fresh.fields().toList():
            if fields.indexOf(field.name()) >= 0:
                row[field.name()] = feature[field.name()]
        row.setGeometry(feature.geometry())
        rows.append(row)
    provider.addFeatures(rows)
    shown.updateExtents()
    shown.triggerRepaint()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""  # QGIS has a null of its own
