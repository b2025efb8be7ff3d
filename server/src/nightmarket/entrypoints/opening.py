"""Opening the database for a command, or saying in one sentence why that is impossible."""

import contextlib
from collections.abc import Iterator

from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from nightmarket.entrypoints.startup import CannotStart, machine_refusals
from nightmarket.kernel.db import Database
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.schema import upgrade_schema


@contextlib.contextmanager
def opening_refusals() -> Iterator[None]:
    """Inside, what the machine or the database refuses becomes one sentence."""
    try:
        with machine_refusals():
            yield
    except (DBAPIError, Unavailable) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error.__cause__ or error
        raise CannotStart(f"The database cannot be used: {reason}. `nightmarket doctor` looks closer.") from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise CannotStart(f"NIGHTMARKET_DATABASE__URL is not the address of a database we know: {error}.") from error
    except CommandError as error:
        raise CannotStart(f"The database belongs to another version of Nightmarket: {error}.") from error


async def newest_schema(db: Database) -> None:
    """Bring the database to the newest schema."""
    with opening_refusals():
        await upgrade_schema(db)
