"""What several tabs use: notices, questions, rows of two lines, icons."""
