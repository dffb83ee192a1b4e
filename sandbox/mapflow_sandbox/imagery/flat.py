"""`params` of v1 of the API: a flat map of texts, read into `sourceParams` and written back from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from ..catalog.search import Catalog
from ..faults import bad_request
from .source import (
    DataProviderParams,
    ImagerySearchParams,
    SourceParams,
    UserDefinedParams,
    Zoom,
)


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


class FlatParams(BaseModel):
    """v1 `params`: a `data_provider`, or the `url` of tiles with what is needed to read them; other keys are left out.

    Where `url` beside a provider is the id of a picture of the catalog, that picture is the source.
    """

    data_provider: str | None = None
    url: str | None = None
    source_type: str | None = None
    projection: str | None = None
    zoom: Annotated[Zoom | None, BeforeValidator(_none_if_empty)] = None
    raster_login: str | None = Field(default=None, repr=False)
    raster_password: str | None = Field(default=None, repr=False)

    def source_params(self, catalog: Catalog) -> SourceParams:
        """The same source as v2 of the API names it. Raises ApiFault where none is named."""
        if self.url and catalog.find([self.url]):
            provider = self.data_provider or ""
            search = ImagerySearchParams(dataProvider=provider, imageIds=[self.url], zoom=self.zoom)
            return SourceParams(imagerySearch=search)
        if self.url and not self.data_provider:
            return SourceParams(
                userDefined=UserDefinedParams(
                    sourceType=_kind(self.source_type or "xyz"),
                    url=self.url,
                    zoom=self.zoom,
                    crs=(self.projection or "epsg:3857").upper(),
                    rasterLogin=self.raster_login,
                    rasterPassword=self.raster_password,
                )
            )
        if self.data_provider:
            provider_params = DataProviderParams(providerName=self.data_provider, zoom=self.zoom)
            return SourceParams(dataProvider=provider_params)
        raise bad_request("params needs data_provider or url.")

    def kept(self) -> dict[str, str]:
        """What is shown again: what was given, as texts, without the login."""
        given = self.model_dump(exclude={"raster_login", "raster_password"}, exclude_none=True)
        return {name: str(value) for name, value in given.items()}


def _kind(told: str) -> str:
    """The kind as v2 names it; files were once called after their format."""
    kind = told.upper()
    return "LOCAL" if kind in {"TIF", "TIFF"} else kind


def flat_params(source: Mapping[str, Any]) -> dict[str, str]:
    """Stored `sourceParams` of v2 as v1 of the API shows them."""
    if source.get("dataProvider"):
        chosen = source["dataProvider"]
        shown = {"data_provider": chosen["providerName"], "zoom": chosen["zoom"]}
    elif source.get("imagerySearch"):
        chosen = source["imagerySearch"]
        url = ",".join(chosen["imageIds"] or ())
        shown = {"data_provider": chosen["dataProvider"], "url": url, "zoom": chosen["zoom"]}
    elif source.get("userDefined"):
        chosen = source["userDefined"]
        shown = {
            "url": chosen["url"],
            "source_type": chosen["sourceType"].lower(),
            "projection": (chosen["crs"] or "").lower() or None,
            "zoom": chosen["zoom"],
        }
    else:
        shown = {"source_type": "local"}
    return {name: str(value) for name, value in shown.items() if value is not None}
