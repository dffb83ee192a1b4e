"""Requests that are sent once. If the answer is lost, the service is asked what became of the request."""
