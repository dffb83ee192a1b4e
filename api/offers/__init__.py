"""What an account offers, remembered for when the service cannot be reached."""
