"""Results on their way to the map or to a file."""
