"""Real rasters for tests, written by GDAL: of every form the checks tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

UTM = 32637
EAST, NORTH = 500_000.0, 6_100_000.0  # a place in UTM zone 37, near 55° N
TYPES = {
    "uint8": gdal.GDT_Byte,
    "uint16": gdal.GDT_UInt16,
    "float32": gdal.GDT_Float32,
    "float64": gdal.GDT_Float64,
    "complex64": gdal.GDT_CFloat32,
}


def wkt(epsg: int) -> str:
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    return system.ExportToWkt()


def ramp(width: int, height: int, low: float, high: float) -> np.ndarray:
    """Values that rise from left to right."""
    return np.tile(np.linspace(low, high, width), (height, 1))


def write_raster(
    path: Path,
    *,
    bands: int = 3,
    width: int = 64,
    height: int = 48,
    dtype: str = "uint8",
    epsg: int | None = UTM,
    pixel: float = 0.5,
    origin: tuple[float, float] = (EAST, NORTH),
    transform: Sequence[float] | None = None,
    values: tuple[float, float] = (0, 255),
    driver: str = "GTiff",
    nodata: float | None = None,
    hole: float | None = None,
    options: Sequence[str] = (),
) -> Path:
    """A raster whose band n rises from left to right; `hole` fills its upper left quarter.

    `transform=()` places it nowhere.
    """
    target = path if driver == "GTiff" else path.with_name(path.name + ".source.tif")
    made = gdal.GetDriverByName("GTiff").Create(
        str(target), width, height, bands, TYPES[dtype], list(options) if driver == "GTiff" else []
    )
    if epsg is not None:
        made.SetProjection(wkt(epsg))
    if transform is None:
        transform = (origin[0], pixel, 0, origin[1], 0, -pixel)
    if transform:
        made.SetGeoTransform(list(transform))
    for number in range(1, bands + 1):
        block = ramp(width, height, *values)
        if number == 2:
            block = block[:, ::-1]
        if hole is not None:
            block[: height // 2, : width // 2] = hole
        band = made.GetRasterBand(number)
        if nodata is not None:
            band.SetNoDataValue(nodata)
        band.WriteArray(block)
    made = None
    if driver != "GTiff":
        gdal.Translate(str(path), str(target), format=driver, creationOptions=list(options))
        target.unlink()
    return path


def open_raster(path: Path) -> gdal.Dataset:
    opened = gdal.Open(str(path))
    assert opened is not None, path
    return opened


def colours(opened: gdal.Dataset) -> list[str]:
    """What each band is said to be: Red, Gray, Alpha."""
    return [
        gdal.GetColorInterpretationName(opened.GetRasterBand(number + 1).GetColorInterpretation())
        for number in range(opened.RasterCount)
    ]


def band(opened: gdal.Dataset, number: int) -> np.ndarray:
    """The values of a band, counted from 1."""
    return opened.GetRasterBand(number).ReadAsArray().astype(int)
