"""The form of the Run page as a processing was run, and as it was before that."""
