"""The lists of processings: page by page, and what is new in them."""
