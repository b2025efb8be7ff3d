"""Structured logs: one JSON object per line on stdout; the message is a dotted event name, facts are keys.

`request_id` is bound at the edge of the process and travels in outbox rows and job headers, so that one purchase reads
as one thread across processes. Secrets and personal data are cut out by key before anything is written.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_HIDDEN = (
    "password",
    "token",
    "secret",
    "authorization",
    "cookie",
    "stream_key",
    "email",
    "phone",
    "address",
    "recipient",
    "body",
)


def current_request_id() -> str | None:
    """The id of the request or message being worked on."""
    return _request_id.get()


@contextmanager
def request_scope(request_id: str | None) -> Iterator[None]:
    """Everything logged or enqueued inside carries this request id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def redact(_logger: Any, _method: str, entry: Any) -> Any:
    """Cuts values whose key names a secret or personal data."""
    for key in entry:
        if any(word in key.lower() for word in _HIDDEN):
            entry[key] = "[hidden]"
    return entry


def _bind_request_id(_logger: Any, _method: str, entry: Any) -> Any:
    request_id = _request_id.get()
    if request_id is not None:
        entry.setdefault("request_id", request_id)
    return entry


def configure_logging(*, fmt: str = "json", level: str = "info") -> None:
    """Sets up structlog and sends the standard library's records through the same processors."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _bind_request_id,
        redact,
    ]
    renderer: Any
    if fmt == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in (
        "picows",
        "botocore",
        "boto3",
        "urllib3",
        "httpx2",
        "httpcore2",
        "httpx",
        "httpcore",
        "asyncio",
        "aiosqlite",
        "alembic",
        "uvicorn",
    ):
        logging.getLogger(noisy).setLevel("WARNING")


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; call it as `log.info("payments.captured", payment_id=…)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
