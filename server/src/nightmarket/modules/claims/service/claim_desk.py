"""The one door for claims of this process: by tap, by comment, by the staff's hand.

Requests wait here for the group they are settled with. A repeat that comes while the first still waits joins it.
"""

import asyncio
from collections.abc import Sequence

from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit import Committer, Script, open_lane
from nightmarket.kernel.problems import IdempotencyKeyReused
from nightmarket.modules.claims.errors import SoldOut
from nightmarket.modules.claims.service.goods_on_sale import GoodsOnSale, sold_out_lately
from nightmarket.modules.claims.service.metrics import CLAIMS
from nightmarket.modules.claims.service.settle_claims import Terms, count_outcomes
from nightmarket.modules.claims.service.settle_group import Answer, Asked, KeyMark, settle_group


class ClaimDesk:
    """Settles claims in groups, durably."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._terms = Terms(ctx.settings.claims.hold_seconds)
        self._committer: Committer[Asked, Answer] | None = None
        self.goods = GoodsOnSale(ctx)

    async def settle(self, asked: Asked) -> Answer:
        """The answer, once it is durable. Refusals are raised as problems."""
        twin = self._open().twin(asked.identity)
        if twin is not None:
            first, future = twin
            if _is_other_body(first, asked):
                raise IdempotencyKeyReused
            answer = await asyncio.shield(future)
            return Answer(answer.status, answer.body, is_replay=True)
        try:
            answer = await asyncio.shield(self._open().submit(asked, asked.identity))
        except SoldOut as problem:
            _note_sold_out(asked, problem)
            raise
        count_outcomes(answer.outcomes)
        if answer.outcomes:
            self._ctx.nudge()
        return answer

    async def close(self) -> None:
        """Settle what waits, take nothing new."""
        if self._committer is not None:
            await self._committer.close()

    def _open(self) -> Committer[Asked, Answer]:
        if self._committer is None:
            self._committer = Committer("claims", open_lane(self._ctx.db), self._decide)
        return self._committer

    def _decide(self, asked: Sequence[Asked], looks_first: bool) -> Script[Sequence[Answer | Exception]]:  # noqa: FBT001
        return settle_group(asked, self._ctx.clock(), self._terms, looks_first=looks_first)


def _note_sold_out(asked: Asked, problem: SoldOut) -> None:
    CLAIMS.labels("sold_out").inc()
    if problem.members.get("available") == 0 and len(asked.lines) == 1:
        sold_out_lately.note(asked.lines[0].item.id, asked.lines[0].variant_id)


def _is_other_body(first: Asked, second: Asked) -> bool:
    one, other = first.mark, second.mark
    return isinstance(one, KeyMark) and isinstance(other, KeyMark) and one.body_hash != other.body_hash
