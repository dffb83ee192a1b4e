"""The HTTP application: routers under /rest, documentation at /docs."""

from __future__ import annotations

from fastapi import FastAPI

from . import __version__, described, faults
from .context import Sandbox
from .data_faults import DATA_REFUSALS
from .faults import REFUSALS
from .hosts import LoopbackHosts
from .routes import (
    catalog,
    cogs,
    costs,
    history,
    imagery,
    images,
    layers,
    mosaics,
    preparations,
    previews,
    processings,
    processings_v1,
    projects,
    reviews,
    storage,
    user,
)
from .routes.control import clock, codes, orders, roles, states, verdicts
from .settings import API_PREFIX

_DESCRIPTION = """A Mapflow-compatible server for learning, demos and tests. Its models were trained on painted
pictures: they are for learning the workflow, not for mapping."""
MAX_BODY_BYTES = 16 * 1024 * 1024


def create_app(sandbox: Sandbox) -> FastAPI:
    """The application of one sandbox, in its dialect."""
    app = FastAPI(
        title=f"Mapflow sandbox ({sandbox.settings.dialect.value})",
        version=__version__,
        description=_DESCRIPTION,
        max_body_size=MAX_BODY_BYTES,
    )
    app.state.sandbox = sandbox
    app.add_middleware(LoopbackHosts)
    faults.install(app)
    for section in (
        user,
        projects,
        costs,
        history,
        processings,
        processings_v1,
        reviews,
        orders,
        clock,
        codes,
        roles,
        states,
        verdicts,
        catalog,
        previews,
        imagery,
        layers,
    ):
        app.include_router(section.router(sandbox.wire), prefix=API_PREFIX, responses=REFUSALS)
    for section in (mosaics, images, preparations, storage, cogs):
        app.include_router(section.router(sandbox.wire), prefix=API_PREFIX, responses=DATA_REFUSALS)
    described.install(app)
    return app
