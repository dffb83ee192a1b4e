"""Results as files and as layers."""
