"""The processings of one project or of several, read as far as somebody looks."""
