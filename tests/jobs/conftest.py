"""What tests of results share is in tests/support."""

from result_service import client, processing, project, serve, server

__all__ = ["client", "processing", "project", "serve", "server"]
