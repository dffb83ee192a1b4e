"""Results of processings on their way to the map or to a file, as the user sees it."""
