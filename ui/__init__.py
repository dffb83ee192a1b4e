"""The dock: forms, item models and map tools."""
