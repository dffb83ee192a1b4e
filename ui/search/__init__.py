"""The Search tab: the imagery catalog, its images on the map, and their way into a run."""
