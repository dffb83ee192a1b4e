"""Working by keys alone."""
