"""HTTP side of local storage: takes signed uploads and serves public objects. Not mounted when storage is S3."""

import mimetypes

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from nightmarket.kernel.problems import NotFound, Problem, may_raise
from nightmarket.kernel.security import BadSignature
from nightmarket.kernel.storage import PRIVATE, LocalStorage, SizeDiffers
from nightmarket.kernel.web.dependencies import ContextDep

router = APIRouter(tags=["files"])

_TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".vtt": "text/vtt; charset=utf-8", ".m4s": "video/mp4"}


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
    responses=may_raise(UploadTicketInvalid, UploadMismatch),
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
    length = request.headers.get("content-length")
    if length is not None and length != str(claim["size"]):
        raise UploadMismatch("The file is not as long as announced.")
    try:
        await storage.put_large(
            claim["key"], lambda _: request.stream(), size=claim["size"], content_type=claim["type"]
        )
    except SizeDiffers as error:
        raise UploadMismatch("The file is not as long as announced.") from error
    return Response(status_code=204)


@router.api_route("/files/{key:path}", methods=["GET", "HEAD"], include_in_schema=False)
async def serve_file(key: str, ctx: ContextDep, ticket: str = "") -> FileResponse:
    """A public object, or a private one for whoever has a signed address; parts of it, too.

    Names are never reused for other content, so caches may keep them.
    """
    storage = _local(ctx)
    is_private = key.startswith(PRIVATE)
    if is_private and not storage.may_read(key, ticket, now=int(ctx.clock().timestamp())):
        raise NotFound
    try:
        path = storage.path(key)
    except ValueError as error:
        raise NotFound from error
    if not path.is_file():
        raise NotFound
    return FileResponse(
        path,
        media_type=_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        headers={
            "Cache-Control": f"{'private' if is_private else 'public'}, max-age=31536000, immutable",
            "Access-Control-Allow-Origin": "*",
        },
    )
