"""Sources of imagery that the user has: chosen on the Run page, made and changed in a dialog, shown on the map."""
