"""A result on its way from the service to the map or to a file."""
