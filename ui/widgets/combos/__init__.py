"""Combo boxes: their text ends with dots where there is no room, their choice outlives other choices."""
