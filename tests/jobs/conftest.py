"""What tests of results share is in tests/support."""

from result_service import client, processing, project, serve, server
from upload_service import temporary

__all__ = ["client", "processing", "project", "serve", "server", "temporary"]
