"""Where images lie, and what they look like on the map."""
