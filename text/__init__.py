"""The words: translation, quantities in the locale, and text of the server made fit to show."""
