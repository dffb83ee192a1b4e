"""Sources of one's own, tried before a processing is paid for."""
