"""What a result sums up to: numbers, areas, lengths and heights, measured from its geometries."""
