"""What is sent once: if its answer is lost, the service is asked what became of it."""
