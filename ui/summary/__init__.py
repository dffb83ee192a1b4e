"""The summary of a result: its figures, its histogram, and where they go."""
