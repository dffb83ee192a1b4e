"""The found images: as rows of two lines, as a table, and on the map; which light each other up."""
