"""Journeys through the running product."""

from collections.abc import AsyncIterator

import pytest

from support.product import Visitor


@pytest.fixture(autouse=True)
async def nobody_stays() -> AsyncIterator[None]:
    """Visitors hang up when their journey ends."""
    yield
    await Visitor.all_leave()
