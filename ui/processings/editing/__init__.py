"""What is said and changed of a processing in a dialog: its description, its project, what the result is worth."""
