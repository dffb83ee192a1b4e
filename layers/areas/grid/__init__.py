"""An area that is too large for one processing, cut into cells that are not."""
