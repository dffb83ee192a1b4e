"""Sources of imagery that the user has: which kinds there are, how they are kept, checked and sent."""
