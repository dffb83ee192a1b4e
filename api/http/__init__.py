"""One request and what can become of it."""
