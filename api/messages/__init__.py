"""Every code the service is known to send, as a sentence."""
