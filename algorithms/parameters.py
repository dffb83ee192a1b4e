"""The kinds of parameters the algorithms share, each with its help."""

from __future__ import annotations

from typing import Any, Optional, TypeVar

from qgis.core import (
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..text.toolbox import AUTHCFG, SERVER
from ..text.translation import translate
from .versions import advanced

_Parameter = TypeVar("_Parameter", bound=QgsProcessingParameterDefinition)
_WRAPPER = f"{__package__}.widget.ChoiceWrapper"


def explained(parameter: _Parameter, text: str, is_advanced: bool = False) -> _Parameter:
    """`parameter` with its help, among the advanced ones or not."""
    parameter.setHelp(text)
    if is_advanced:
        parameter.setFlags(parameter.flags() | advanced())
    return parameter


def choice(
    name: str, title: str, kind: str, is_optional: bool = False, default: Optional[str] = None
) -> QgsProcessingParameterString:
    """A name or an id, typed or chosen among what is known of the account: `kind` is a field of KnownOffers."""
    parameter = QgsProcessingParameterString(name, title, default, False, is_optional)
    parameter.setMetadata({"widget_wrapper": {"class": _WRAPPER, "kind": kind}})
    return parameter


def text(
    name: str, title: str, is_optional: bool = False, default: Optional[str] = None
) -> QgsProcessingParameterString:
    """A line of text."""
    return QgsProcessingParameterString(name, title, default, False, is_optional)


def flag(name: str, title: str, is_set: bool = False) -> QgsProcessingParameterBoolean:
    """A yes or no."""
    return QgsProcessingParameterBoolean(name, title, is_set)


def number(
    name: str,
    title: str,
    least: float,
    most: float,
    default: Optional[float] = None,
    is_whole: bool = True,
) -> QgsProcessingParameterNumber:
    """A number that may be left out, whole or not."""
    kinds = QgsProcessingParameterNumber.Type
    kind = kinds.Integer if is_whole else kinds.Double
    value: Any = default
    return QgsProcessingParameterNumber(name, title, kind, value, True, least, most)


def login_parameters() -> tuple[QgsProcessingParameterDefinition, ...]:
    """Which login to work with; every algorithm has these."""
    return (
        explained(
            QgsProcessingParameterAuthConfig(AUTHCFG, translate("Algorithms", "Login"), None, True),
            translate(
                "Algorithms",
                "A configuration of QGIS's authentication store, by its id. Left empty: the login you are signed in "
                "with in the Mapflow dock.",
            ),
            is_advanced=True,
        ),
        explained(
            text(SERVER, translate("Algorithms", "Server"), is_optional=True),
            translate(
                "Algorithms",
                "The address of the service. Left empty: the one you are signed in to, or of the settings.",
            ),
            is_advanced=True,
        ),
    )
