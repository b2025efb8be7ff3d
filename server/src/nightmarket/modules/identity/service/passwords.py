"""Argon2id in threads of its own: a storm of log-ins waits in its queue and leaves the event loop free."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from nightmarket.modules.identity.policy import normal_password

R = TypeVar("R")

_HASHERS = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1), BcryptHasher()))
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


async def hash_password(password: str) -> str:
    """The hash to store. Call it before the unit of work: it takes tens of milliseconds."""
    return await _in_thread(_HASHERS.hash, normal_password(password))


async def check_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether the password fits, and a new hash when the stored one was made with older parameters.

    Without a stored hash the same work is done on nobody's, so that an unknown account takes as long as a known one.
    """
    return await _in_thread(_check, normal_password(password), stored)


def _check(password: str, stored: str | None) -> tuple[bool, str | None]:
    if stored is None:
        _HASHERS.verify(password, _nobodys_hash())
        return False, None
    try:
        return _HASHERS.verify_and_update(password, stored)
    except (UnknownHashError, ValueError):  # bcrypt refuses what is longer than it can take in
        return False, None


@cache
def _nobodys_hash() -> str:
    return _HASHERS.hash("nobody has this password")


async def _in_thread(function: Callable[..., R], *args: object) -> R:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, function, *args)
