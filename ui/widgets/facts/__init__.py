"""Facts in a table that can be read by keyboard, chosen from and copied."""
