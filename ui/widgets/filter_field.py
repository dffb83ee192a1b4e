"""A filter field with a magnifying glass, whose placeholder can be read on every theme."""

from __future__ import annotations

from qgis.gui import QgsFilterLineEdit

_NEVER_TYPED = "\N{WORD JOINER}"


def dress_filter(field: QgsFilterLineEdit) -> None:
    """Make `field` look like a filter.

    QGIS paints a field that is null grey and italic, and its placeholder fainter still; so empty is not to be null.
    """
    field.setShowSearchIcon(True)
    field.setNullValue(_NEVER_TYPED)
    field.setClearMode(QgsFilterLineEdit.ClearMode.ClearToDefault)
    field.setDefaultValue("")
    field.setStyleSheet("")
