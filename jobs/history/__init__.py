"""What the account has run: its pages, what they add up to, and the way into a file."""
