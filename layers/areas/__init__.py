"""The area to process: checked, measured, and brought to longitude and latitude."""
