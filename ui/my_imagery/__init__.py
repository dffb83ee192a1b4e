"""The My Imagery tab: one's own mosaics and images, what they look like, and what can be done with them."""
