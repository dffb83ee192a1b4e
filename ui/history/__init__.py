"""What the account has run so far: a table, and what it comes to by month and model."""
