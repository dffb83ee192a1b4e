"""Which model runs, with which options, and what is known of it."""
