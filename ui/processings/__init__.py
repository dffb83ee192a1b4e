"""The Processings tab: the list, and what can be done with each processing and its result."""
