"""Background work: one decorator each for jobs, event handlers and periodic tasks.

The same functions run in process (embedded default, `inprocess`) or on Celery workers (`celery_bridge`). Names are
permanent: a rename is add new, drain, remove.
"""

from nightmarket.kernel.jobs.registry import (
    QUEUES,
    Handler,
    Job,
    JobRegistry,
    Periodic,
    Queue,
    handles,
    job,
    periodic,
)

__all__ = ["QUEUES", "Handler", "Job", "JobRegistry", "Periodic", "Queue", "handles", "job", "periodic"]
