"""``/contacts/import``: a contacts file, compared first or imported at once; ``cti/imports`` does it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from crm_adapter.contacts_file import ContactsFile
from crm_adapter.errors import ContactsFileError
from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.calls.views import View, iso
from cti.desk.api_route import ApiRoute
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, not_found
from cti.imports.imports import Imports, Upload
from cti.imports.model import Import, ImportId, State
from routing.keys import prefix

LARGEST_FILE = 50 * 1024 * 1024
AT_ONCE_S = 2.0
"""A small file is answered with its result."""

Id = Annotated[str, Path(max_length=64)]


class FileRoute(ApiRoute):
    """Takes a contacts file."""

    largest_body = LARGEST_FILE


def import_view(one: Import) -> View:
    """One import. ``progress`` is from 0 to 1; without its end the counts are null."""
    result = one.result or {}
    names = ("rows", "added", "changed", "unchanged", "rejected", "problems", "columns", "custom_fields")
    return {
        "id": one.id,
        "state": one.state,
        "dry_run": one.dry_run,
        "progress": one.progress,
        "by": one.by,
        "started_at": iso(one.started_ms),
        "ended_at": iso(one.ended_ms),
        "detail": one.detail,
        **{name: result.get(name) for name in names},
    }


def add_import_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/contacts/import`` and ``/contacts/imports/{id}``."""
    keeping = guard.allow(Right.CONFIGURE)
    imports = Imports(
        parts.redis,
        parts.clock,
        parts.background,
        prefix=prefix(parts.site),
        database_url=parts.database.url,
        region=parts.region,
    )
    files = APIRouter(route_class=FileRoute)

    @files.post("/contacts/import")
    async def start(
        request: Request, response: Response, dry_run: Annotated[bool, Query()], who: Identity = keeping
    ) -> View:
        """The body is the file itself (CSV, UTF-8). ``dry_run=true`` says what an import would do, and writes nothing.
        202: it goes on, and is asked for at ``Location``; 422: the file cannot be read; 409: another import runs."""
        upload = await _received(request)
        begun = None
        try:
            await _refuse_unreadable(upload)
            begun = await imports.start(upload, dry_run=dry_run, by=who.email)
        finally:
            if begun is None:
                upload.drop()
        if begun is None:
            raise Problem(409, "Another import is running: try again when it is over.")
        one = await imports.get(begun.id, within_s=AT_ONCE_S) or begun
        if one.state is State.RUNNING:
            response.status_code = 202
        response.headers["Location"] = f"/api/v1/contacts/imports/{one.id}"
        return import_view(one)

    router.include_router(files)

    @router.get("/contacts/imports/{import_id}")
    async def one_import(import_id: Id, _: Identity = keeping) -> View:
        """How far it is; an hour after its end it is forgotten."""
        one = await imports.get(ImportId(import_id))
        if one is None:
            raise not_found()
        return import_view(one)


async def _received(request: Request) -> Upload:
    """The body as a file; gone again where it does not come whole."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Problem(415, "Send the file itself as the body, as text/csv.")
    upload = Upload()
    try:
        with upload.path.open("wb") as file:
            async for chunk in request.stream():
                file.write(chunk)
    except ClientDisconnect:
        upload.drop()
        raise Problem(400, "The file did not come whole.") from None
    except BaseException:
        upload.drop()
        raise
    return upload


async def _refuse_unreadable(upload: Upload) -> None:
    try:
        await asyncio.to_thread(ContactsFile, upload.path)
    except ContactsFileError as error:
        raise Problem(422, f"The file cannot be read: {error}") from None
