"""Projects as the API reference shows them."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from ...store import Project


class ProjectBody(BaseModel):
    """A project; API reference, "Create project"."""

    id: UUID
    name: str
    description: str | None = None


def project_body(project: Project) -> ProjectBody:
    """API reference, "Projects"."""
    return ProjectBody(id=UUID(project.id), name=project.name, description=project.description)
