"""Speaks Mapflow: requests, replies, credentials and what the service says, as dataclasses."""
