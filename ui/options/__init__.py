"""The page in Settings → Options, and what is set there."""
