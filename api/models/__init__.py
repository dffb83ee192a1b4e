"""What the service's models can work with."""
