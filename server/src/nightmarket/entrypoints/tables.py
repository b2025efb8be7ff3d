"""Every table there is: importing this fills the metadata for migrations and checks."""

import importlib
import importlib.util
import pkgutil

import nightmarket.modules
from nightmarket.integrations.cloudflare import models as cloudflare_models
from nightmarket.integrations.facebook_live import models as facebook_live_models
from nightmarket.integrations.postbox import models as postbox_models
from nightmarket.integrations.sandbox import models as sandbox_models
from nightmarket.kernel import idempotency, inbox, outbox
from nightmarket.kernel.db import Base
from nightmarket.kernel.jobs import broker_relay

KERNEL = (outbox, inbox, idempotency, broker_relay)
ADAPTERS = (cloudflare_models, sandbox_models, facebook_live_models, postbox_models)


def _load_modules() -> None:
    for found in pkgutil.iter_modules(nightmarket.modules.__path__, "nightmarket.modules."):
        name = f"{found.name}.models"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


_load_modules()
ALL_TABLES = tuple(Base.metadata.sorted_tables)
