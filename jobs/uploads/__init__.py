"""Rasters on their way to the service: checked, decided on, converted, sent, and found in their mosaic."""
