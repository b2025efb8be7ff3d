"""HTTP side of local storage: takes signed uploads and serves public objects. Not mounted when storage is S3."""

import mimetypes

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from nightmarket.kernel.problems import NotFound, Problem, TooLarge, may_raise
from nightmarket.kernel.security import BadSignature
from nightmarket.kernel.storage import LocalStorage
from nightmarket.kernel.storage.base import PRIVATE
from nightmarket.kernel.web.dependencies import ContextDep

router = APIRouter(tags=["files"])


class UploadTicketInvalid(Problem):
    """The upload address is not one we made, was changed, or has expired. Ask for a new one."""

    status, code, title = 403, "upload-ticket-invalid", "This upload address is not valid"


class UploadMismatch(Problem):
    """The file sent is not of the type or size that the upload address was made for."""

    status, code, title = 422, "upload-mismatch", "The file differs from what was announced"


def _local(ctx: ContextDep) -> LocalStorage:
    if not isinstance(ctx.storage, LocalStorage):
        raise NotFound
    return ctx.storage


@router.put(
    "/uploads/{ticket}",
    status_code=204,
    response_class=Response,
    include_in_schema=False,
    responses=may_raise(UploadTicketInvalid, UploadMismatch, TooLarge),
)
async def receive_upload(ticket: str, request: Request, ctx: ContextDep) -> Response:
    """Store the bytes an upload ticket was made for: exactly that type and size."""
    storage = _local(ctx)
    try:
        claim = storage.read_ticket(ticket, now=int(ctx.clock().timestamp()))
    except BadSignature as error:
        raise UploadTicketInvalid from error
    if request.headers.get("content-type") != claim["type"]:
        raise UploadMismatch("The Content-Type differs.")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > claim["size"]:
            raise UploadMismatch("The file is larger than announced.")
    if len(data) != claim["size"]:
        raise UploadMismatch("The file is smaller than announced.")
    await storage.put(claim["key"], bytes(data), claim["type"])
    return Response(status_code=204)


@router.get("/files/{key:path}", include_in_schema=False)
async def serve_file(key: str, ctx: ContextDep) -> FileResponse:
    """A public object. Names are never reused for other content, so caches may keep them."""
    storage = _local(ctx)
    if key.startswith(PRIVATE):
        raise NotFound
    try:
        path = storage.path(key)
    except ValueError as error:
        raise NotFound from error
    if not path.is_file():
        raise NotFound
    return FileResponse(
        path,
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
