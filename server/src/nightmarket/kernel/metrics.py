"""Prometheus metrics that every process exposes at `/metrics`. Feature modules add their own beside their code."""

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

HTTP_SECONDS = Histogram(
    "nightmarket_http_seconds",
    "Time from request to response head, by route template",
    ["method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
OUTBOX_AGE_SECONDS = Gauge("nightmarket_outbox_age_seconds", "Age of the oldest message that should have left by now")
OUTBOX_DEAD = Gauge("nightmarket_outbox_dead", "Messages given up after all retries; look at them by hand")
INBOX_AGE_SECONDS = Gauge("nightmarket_inbox_unhandled_age_seconds", "Age of the oldest webhook without effect")
JOB_SECONDS = Histogram("nightmarket_job_seconds", "Run time of jobs and handlers", ["name", "outcome"])
JOB_WAIT_SECONDS = Histogram("nightmarket_job_wait_seconds", "Time from due to start", ["queue"])
GROUP_SIZE = Histogram(
    "nightmarket_commit_group_size",
    "Requests that shared a transaction",
    ["committer"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
RATE_LIMITED = Counter("nightmarket_rate_limited_total", "Requests refused by a rate limit", ["limit"])


def render_metrics() -> tuple[bytes, str]:
    """The exposition text and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
