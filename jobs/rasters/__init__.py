"""Looking at rasters that are to be uploaded, and making what the service takes of them; off the GUI thread."""
