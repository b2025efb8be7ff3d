"""One message per fact and address: tried again where that helps, ended where it does not, not lost with a process."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.modules.notifications.ports import Message, Receipt, Refused, Senders, TryLater
from nightmarket.modules.notifications.public import Letter, note_outcome, send_letter
from nightmarket.modules.notifications.service.deliver import deliver
from nightmarket.modules.notifications.service.tell import tell
from support.accounts import Person, email_of, log_in, person
from support.clock import FrozenClock
from support.messages import deliveries, inbox, kinds, use_script

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def ann(api: httpx2.AsyncClient) -> Person:
    """Somebody with a mailbox."""
    return await person(api, "ann", locale="en")


async def say(ctx: Context, who: Person, key: str = "k1") -> None:
    """Tell her something that needs nothing else to be true."""
    await tell(ctx, "identity.session_stolen", who.id, key, {})


async def test_the_same_fact_is_told_once(ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain) -> None:
    script = use_script(ctx)
    await asyncio.gather(*(say(ctx, ann) for _ in range(4)))
    await say(ctx, ann)
    await drain()
    assert await kinds(api, ann.headers) == ["identity.session_stolen"]
    [one] = await deliveries(ctx)
    assert (one.state, one.attempts, one.provider, one.provider_id) == ("sent", 1, "script", "script-1")
    assert [message.to for message in script.taken] == [email_of("ann")]
    await deliver(ctx, one.id)
    assert len(script.taken) == 1


async def test_trouble_is_tried_again_later_and_later(
    ctx: Context, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    script = use_script(ctx, TryLater("away"), TryLater("busy", seconds=300))
    await say(ctx, ann)
    await drain()
    assert [(one.state, one.attempts, one.error) for one in await deliveries(ctx)] == [("waiting", 1, "away")]
    clock.advance(seconds=4)
    await drain()
    assert len(script.taken) == 1
    clock.advance(seconds=1)
    await drain()
    assert [(one.state, one.attempts) for one in await deliveries(ctx)] == [("waiting", 2)]
    clock.advance(seconds=299)  # our own pause would have been shorter
    await drain()
    assert len(script.taken) == 2
    clock.advance(seconds=1)
    await drain()
    [one] = await deliveries(ctx)
    assert (one.state, one.attempts, one.error) == ("sent", 3, None)
    assert len({message.id for message in script.taken}) == 1


async def test_nobody_tries_for_ever(ctx: Context, ann: Person, drain: Drain, clock: FrozenClock) -> None:
    script = use_script(ctx, *(TryLater("away") for _ in range(20)))
    await say(ctx, ann)
    for _ in range(12):
        await drain()
        clock.advance(hours=5)
    [one] = await deliveries(ctx)
    assert (one.state, one.error) == ("failed", "away")
    assert len(script.taken) == one.attempts == 8
    assert one.ended_at is not None


async def test_what_comes_too_late_is_not_sent(
    ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    script = use_script(ctx, TryLater("away"))
    await say(ctx, ann)
    await drain()
    clock.advance(days=3)
    await drain()
    assert [one.state for one in await deliveries(ctx)] == ["expired"]
    assert len(script.taken) == 1
    assert len(await inbox(api, await log_in(api, "ann"))) == 1


async def test_a_refusal_is_the_end_and_a_dead_mailbox_is_left_alone(
    ctx: Context, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    script = use_script(ctx, Refused("no such user", address_is_dead=True))
    await say(ctx, ann)
    await drain()
    clock.advance(hours=1)
    await say(ctx, ann, "k2")
    await drain()
    assert [(one.state, one.error) for one in await deliveries(ctx)] == [("failed", "no such user")]
    assert len(script.taken) == 1


async def test_a_process_that_died_in_the_middle_is_taken_over_after_its_lease(
    ctx: Context, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    script = use_script(ctx)

    class Died(BaseException):
        pass

    async def die(_message: Message) -> Receipt:
        raise Died

    script.send = die  # type: ignore[method-assign]
    await say(ctx, ann)
    [one] = await deliveries(ctx)
    with pytest.raises(Died):
        await deliver(ctx, one.id)
    again = use_script(ctx)
    await drain()  # the job is still due, and finds that somebody may be at it
    assert again.taken == []
    [one] = await deliveries(ctx)
    assert (one.state, one.attempts) == ("sending", 1)
    clock.advance(seconds=91)
    await drain()
    [one] = await deliveries(ctx)
    assert (one.state, one.attempts) == ("sent", 2)
    assert [message.id for message in again.taken] == [one.id]


async def test_two_workers_with_the_same_job_send_once(ctx: Context, ann: Person) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()
    script = use_script(ctx)
    send = script.send

    async def slow(message: Message) -> Receipt:
        started.set()
        await go_on.wait()
        return await send(message)

    script.send = slow  # type: ignore[method-assign]
    await say(ctx, ann)
    [one] = await deliveries(ctx)
    first = asyncio.create_task(deliver(ctx, one.id))
    await started.wait()
    await deliver(ctx, one.id)
    go_on.set()
    await first
    assert len(script.taken) == 1
    assert [(row.state, row.attempts) for row in await deliveries(ctx)] == [("sent", 1)]


async def test_services_report_later_in_any_order(ctx: Context, ann: Person, drain: Drain) -> None:
    use_script(ctx)
    await say(ctx, ann)
    await drain()
    [one] = await deliveries(ctx)
    async with ctx.unit() as unit:
        assert await note_outcome(unit, ctx, one.id, "delivered")
        assert not await note_outcome(unit, ctx, one.id, "delivered")
        assert await note_outcome(unit, ctx, one.id, "failed", reason="complaint", address_is_dead=True)
        assert not await note_outcome(unit, ctx, "dlv_00000000000000000000000001", "delivered")
    await say(ctx, ann, "k2")
    await drain()
    assert [(row.state, row.error) for row in await deliveries(ctx)] == [("failed", "complaint")]


async def test_a_letter_leaves_no_words_behind(ctx: Context, drain: Drain) -> None:
    script = use_script(ctx)
    letter = Letter("email", "new@people.example", "contact.code", {"code": "123456", "minutes": 10}, "th", "TH")
    await ctx.transact(lambda unit: send_letter(unit, ctx, letter))
    await drain()
    [message] = script.taken
    assert (message.to, message.title) == ("new@people.example", "รหัสของคุณ: 123456")
    assert (message.link, message.unsubscribe_url) == (None, None)
    [row] = await deliveries(ctx)
    assert (row.state, row.letter, row.notification_id) == ("sent", None, None)


async def test_a_channel_that_was_switched_off_meanwhile_ends_what_waited(
    ctx: Context, ann: Person, drain: Drain
) -> None:
    use_script(ctx)
    await say(ctx, ann)
    ctx.ports[Senders] = Senders()
    await drain()
    assert [(one.state, one.error) for one in await deliveries(ctx)] == [("failed", "the channel is off")]
    await say(ctx, ann, "k2")
    await drain()
    assert len(await deliveries(ctx)) == 1
