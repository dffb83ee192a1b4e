"""The results of an area's parts as one: what a cell's edge has cut is united, what was found twice counts once."""
