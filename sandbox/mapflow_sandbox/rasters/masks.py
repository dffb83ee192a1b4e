"""Which pixels of a raster are imagery, without more memory than the answer takes."""

from __future__ import annotations

import numpy as np
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader
from rasterio.windows import Window


def valid_pixels(
    dataset: DatasetReader, shape: tuple[int, int] | None = None, window: Window | None = None
) -> np.ndarray:
    """Booleans (H, W): of the whole raster at the size of `shape`, or of a window of it at its own size.

    rasterio answers for a raster without mask and no-data value with an array of the whole raster's size.
    """
    if all(MaskFlags.all_valid in flags for flags in dataset.mask_flag_enums):
        if window is not None:
            shape = (int(window.height), int(window.width))
        rows, columns = shape or dataset.shape
        return np.ones((int(rows), int(columns)), dtype=bool)
    valid: np.ndarray = dataset.dataset_mask(out_shape=shape, window=window) > 0
    return valid
