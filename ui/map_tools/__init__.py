"""Drawing an area on the map canvas."""
