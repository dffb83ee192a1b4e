"""The list of processings: its rows, columns, filter and painting."""
