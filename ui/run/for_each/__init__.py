"""A batch of processings, one for each feature of the layer that is the area, from what stands in the form."""
