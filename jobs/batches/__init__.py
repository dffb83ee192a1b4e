"""Many areas processed alike, unattended and safe to repeat: what tells one part from another."""
