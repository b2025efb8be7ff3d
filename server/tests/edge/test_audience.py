"""The people of a room as sockets come and go."""

from hypothesis import given
from hypothesis import strategies as st

from nightmarket.modules.rooms.realtime.audience import Audience
from nightmarket.modules.rooms.realtime.tickets import Ticket

USERS = st.sampled_from([None, "usr_a", "usr_b", "usr_c"])
DEVICES = st.sampled_from(["dev_1", "dev_2", "dev_3"])


@given(steps=st.lists(st.tuples(st.booleans(), USERS, DEVICES), max_size=60))
def test_the_quick_count_of_newcomers_is_that_of_the_census(steps: list[tuple[bool, str | None, str]]) -> None:
    audience = Audience(count_seconds=1)
    here: list[Ticket] = []
    for is_coming, user, device in steps:
        ticket = Ticket(room="str_1", viewer="vwr_1", device=device, user=user)
        if is_coming:
            audience.come(ticket, is_return=False)
            here.append(ticket)
        elif ticket in here:
            audience.go(ticket)
            here.remove(ticket)
        assert audience.at_least == len(audience.census().people)
