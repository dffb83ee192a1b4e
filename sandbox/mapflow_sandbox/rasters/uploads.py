"""An upload from its first byte to an image in a mosaic."""

from __future__ import annotations

import asyncio
import uuid

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from ..context import Sandbox
from ..data_faults import missing, no_room, unlike
from ..store import Account, images
from ..store.images import Image, NewImage, NoMosaic, NoRoom, UnlikeMosaic
from ..store.mosaics import NewMosaic
from .inspection import inspect
from .intake import Allowance, Received, incoming
from .linked import fetched


async def take_in(sandbox: Sandbox, account: Account, request: Request, mosaic: str | NewMosaic) -> Image:
    """Put the file in the body of `request` into a mosaic, or into a new one that appears with it.

    Raises DataFault, and leaves nothing then. An image that is small is prepared when this returns.
    """
    allowance = await run_in_threadpool(_allowance, sandbox, account)
    async with incoming(request, sandbox.rasters.files, allowance) as received:
        image = await run_in_threadpool(_keep, sandbox, account, received, mosaic)
    prepared = sandbox.rasters.preparer.submit(image)
    if image.file_size > sandbox.settings.prepare_first_bytes:
        return image
    await asyncio.wrap_future(prepared)
    return await run_in_threadpool(images.fetch, sandbox.database, account.id, image.id) or image


def take_in_link(sandbox: Sandbox, account: Account, url: str, mosaic: str) -> Image:
    """Put the file at `url` into a mosaic. Raises DataFault, and leaves nothing then."""
    with fetched(url, sandbox.rasters.files, _allowance(sandbox, account)) as received:
        image = _keep(sandbox, account, received, mosaic)
    prepared = sandbox.rasters.preparer.submit(image)
    if image.file_size <= sandbox.settings.prepare_first_bytes:
        prepared.result()
    return image


def _allowance(sandbox: Sandbox, account: Account) -> Allowance:
    limit = sandbox.settings.memory_limit
    used = images.used_bytes(sandbox.database, account.id)
    return Allowance(sandbox.settings.max_upload_bytes, None if limit is None else max(0, limit - used))


def _keep(sandbox: Sandbox, account: Account, received: Received, mosaic: str | NewMosaic) -> Image:
    facts = inspect(received.path, received.filename)
    new = NewImage(str(uuid.uuid4()), received.filename, received.size, received.checksum, facts)
    files = sandbox.rasters.files
    try:
        files.adopt(received.path, new.id)
        return images.add(sandbox.database, account.id, new, mosaic, sandbox.settings.memory_limit)
    except BaseException as error:
        files.remove(new.id)
        if isinstance(error, NoRoom):
            raise no_room(received.size, error.available) from error
        if isinstance(error, NoMosaic):
            raise missing("Mosaic", mosaic) from error
        if isinstance(error, UnlikeMosaic):
            raise unlike(
                received.filename, str(mosaic), error.parameter, error.got, error.expected
            ) from error
        raise
