"""How results look: symbols and titles of classes, and styles kept in files."""
