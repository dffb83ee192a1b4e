"""The Run tab: area, model, imagery, name, cost and start."""
