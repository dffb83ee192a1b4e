"""What a layer came from, as its metadata and its file tell it."""
