"""Subscriptions against the simulated cloud, over real sockets: none is left behind, and none of others is deleted."""

import pytest

from custom_components.ringcentral.api.errors import PayloadError, RateLimitedError
from custom_components.ringcentral.api.filters import account_presence_filter, presence_filter
from custom_components.ringcentral.api.subscriber import Subscriber
from tests.api.link import Link
from tests.api.login import Login
from tests.waiting import until, until_quiet

DELETE = ("DELETE", "/restapi/v1.0/subscription/{subscriptionId}")
LIST = {"kind": "status", "method": "GET", "path": "/restapi/v1.0/subscription"}
LOST_ANSWER = {"kind": "lose_answer", "method": "POST", "path": "*/subscription/", "count": 1}
SLOW_ANSWER = {"kind": "slow", "method": "POST", "path": "*/subscription/", "seconds": 5}


@pytest.fixture
async def other(simulator, http, clock):
    """A second client of the same user and app."""
    login = Login(http, simulator.url, simulator.credentials, clock)
    async with Link(login.client) as made:
        yield made


@pytest.fixture
def unanswered(link, simulator, clock):
    """Lose the answer to subscribing and let it be given up; returns the id that was not reported."""

    async def lost():
        before, errors = set(simulator.subscriptions.by_id), len(link.listener.errors)
        simulator.faults.apply(LOST_ANSWER)
        if link.task is None:
            link.start()
        else:
            clock.advance(400)
        await until(lambda: simulator.subscriptions.by_id.keys() > before)
        (made,) = simulator.subscriptions.by_id.keys() - before
        clock.advance(30.1)
        await link.is_down(errors + 1)
        return made

    return lost


@pytest.fixture
def left_are(simulator):
    """Wait until these links' subscriptions and these ids are all that there is."""

    async def wait(*expected):
        ids = {one.gateway.subscription.id if isinstance(one, Link) else one for one in expected}
        await until(lambda: simulator.subscriptions.by_id.keys() == ids)

    return wait


def refuse_deletion(subscription_id, status=403, **options):
    return {
        "kind": "status",
        "method": "DELETE",
        "path": f"*/subscription/{subscription_id}",
        "status": status,
        **options,
    }


async def minutes_pass(link, condition):
    """Let time pass until the condition holds; what is sent through the socket is answered meanwhile."""
    while not condition():
        link.clock.advance(5)
        await until_quiet()
        await link.is_quiet()


# Answers that are lost


async def test_subscription_whose_answer_is_lost_is_found_and_deleted(link, unanswered, left_are):
    lost = await unanswered()

    await link.come_back()

    await left_are(link)
    assert lost != link.gateway.subscription.id


async def test_subscription_with_a_refused_filter_is_found_too(client, account, simulator, clock, left_are):
    hidden = str(account.find("108").id)  # does not let others see
    simulator.faults.apply(LOST_ANSWER)
    async with Link(client, (presence_filter(), presence_filter(hidden))) as link:
        link.start()
        await until(lambda: simulator.subscriptions.by_id)
        clock.advance(30.1)
        await link.is_down()

        await link.come_back()

        await left_are(link)


async def test_subscription_whose_answer_cannot_be_read_is_found_and_deleted(link, simulator, monkeypatch, left_are):
    with monkeypatch.context() as spoilt:
        spoilt.setattr(simulator.subscriptions, "record", lambda _: {"status": "Active"})
        link.start()
        await link.is_down()
    assert isinstance(link.listener.errors[0], PayloadError)

    await link.come_back()

    await left_are(link)


async def test_answer_that_is_lost_after_making_room_is_remembered(link, lose, simulator, clock, left_are):
    simulator.subscriptions.limit = 1
    await link.come_up()
    await lose()

    def lose_the_next(_):
        simulator.subscriptions.on_remove.remove(lose_the_next)
        simulator.faults.apply(LOST_ANSWER)

    simulator.subscriptions.on_remove.append(lose_the_next)
    clock.advance(400)
    await until(lambda: simulator.faults.struck)
    simulator.subscriptions.limit = 30
    clock.advance(30.1)
    await link.is_down(2)

    await link.come_back(400)

    await left_are(link)


async def test_half_of_the_filters_that_was_subscribed_to_before_a_429_is_left_over(
    client, account, simulator, clock, left_are
):
    simulator.subscriptions.fail_on_refusal = True
    simulator.faults.apply(SLOW_ANSWER | {"count": 3})
    hidden = str(account.find("108").id)
    async with Link(client, (presence_filter(), presence_filter(hidden))) as link:
        link.start()
        for tries in (1, 2, 3):
            await until(lambda tries=tries: simulator.faults.struck == tries)
            if tries == 3:
                simulator.faults.apply({"kind": "status", "method": "POST", "status": 429, "path": "*/subscription/"})
            clock.advance(5.1)
        await link.is_down()
        assert isinstance(link.listener.errors[0], RateLimitedError)
        (half,) = simulator.subscriptions.by_id
        simulator.faults.clear()

        await link.come_back(100)

        await left_are(link)
        assert half != link.gateway.subscription.id


# Others with the same user and app


async def test_other_client_that_subscribes_to_the_same_a_little_later_is_spared(
    link, other, simulator, clock, left_are
):
    simulator.faults.apply(LOST_ANSWER)
    link.start()
    await until(lambda: simulator.subscriptions.by_id)
    clock.advance(5)
    await other.come_up()
    clock.advance(25.1)
    await link.is_down()

    await link.come_back()

    await left_are(link, other)


async def test_other_client_that_subscribes_to_something_else_is_spared(link, other, simulator, clock, left_are):
    await other.gateway.set_filters((account_presence_filter(),))
    await other.come_up()
    simulator.faults.apply(SLOW_ANSWER | {"count": 1, "seconds": 1})
    simulator.faults.apply(LOST_ANSWER)
    link.start()
    await until(lambda: simulator.faults.struck)
    clock.advance(1.1)
    await until(lambda: len(simulator.subscriptions.by_id) == 2)
    clock.advance(30.1)
    await link.is_down()

    await link.come_back()

    await left_are(link, other)


async def test_other_client_that_has_subscribed_to_the_same_before_is_spared(link, other, simulator, clock, left_are):
    await other.come_up()
    await other.hold()
    simulator.faults.apply(SLOW_ANSWER | {"count": 1, "seconds": 1000})
    link.start()
    await until(lambda: simulator.faults.struck)
    clock.advance(30.1)
    await link.is_down()

    await link.come_back()
    await link.gateway.stop()

    assert simulator.requests["GET", LIST["path"]]
    await left_are(other)


async def test_request_that_was_answered_by_an_error_made_nothing(link, other, simulator, clock, left_are):
    simulator.faults.apply(SLOW_ANSWER | {"count": 1})
    link.start()
    await until(lambda: simulator.faults.struck)
    await other.come_up()
    simulator.faults.apply({"kind": "status", "method": "POST", "path": "*/subscription/", "count": 1})
    clock.advance(5.1)
    await link.is_down()

    await link.come_back()
    await link.gateway.stop()

    await left_are(other)
    assert simulator.requests["GET", LIST["path"]] == 0


# Deleting


@pytest.mark.parametrize("refusals", [1, 2, 3], ids=["by the socket", "by REST too", "and after the next connection"])
async def test_subscription_that_cannot_be_deleted_at_once_is_deleted_later(link, lose, simulator, left_are, refusals):
    await link.come_up()
    simulator.faults.apply(refuse_deletion("*", 503, count=refusals))

    await lose()
    await link.come_back(400)
    for _ in range(refusals - 1):
        await until(lambda: simulator.faults.struck)
        await lose()
        await link.come_back()

    await left_are(link)


async def test_subscription_that_cannot_be_deleted_now_does_not_delay_others_and_is_deleted_minutes_later(
    link, lose, simulator, left_are
):
    simulator.faults.apply(refuse_deletion("*", 503))
    await link.come_up()
    await lose()
    await link.come_back(400)
    await until(lambda: simulator.faults.struck == 2)
    second = link.gateway.subscription.id
    simulator.faults.clear()

    simulator.faults.apply(refuse_deletion(second, 503))
    await lose()
    await link.come_back(400)
    await left_are(second, link)
    await until(lambda: simulator.faults.struck == 4)
    simulator.faults.clear()
    await minutes_pass(link, lambda: len(simulator.subscriptions.by_id) == 1)

    await left_are(link)
    assert link.listener.log[-1] == "connected"


@pytest.mark.parametrize("status", [400, 403])
async def test_subscription_whose_deletion_is_refused_does_not_keep_others_from_being_deleted(
    link, lose, simulator, left_are, status
):
    await link.come_up()
    first = link.gateway.subscription.id
    simulator.faults.apply(refuse_deletion(first, status))
    for _ in range(3):
        await lose()
        await link.come_back(400)
        await left_are(first, link)
        await until(lambda: simulator.faults.struck >= 2)

    # By the socket, then by REST, and never again.
    assert simulator.faults.struck == 2


async def test_subscription_whose_deletion_is_refused_does_not_keep_room_from_being_made(
    link, lose, simulator, left_are
):
    simulator.subscriptions.limit = 2
    await link.come_up()
    first = link.gateway.subscription.id
    simulator.faults.apply(refuse_deletion(first))

    for _ in range(3):
        await lose()
        await link.come_back(400)

    await left_are(first, link)


async def test_list_that_cannot_be_read_does_not_keep_known_ones_from_being_deleted(
    link, lose, simulator, unanswered, left_are
):
    await link.come_up()
    await lose()
    lost = await unanswered()
    simulator.faults.apply(LIST | {"status": 200, "body": "truncated"})
    struck = simulator.faults.struck

    await link.come_back()
    await left_are(link, lost)
    await until(lambda: simulator.faults.struck == struck + 1)
    simulator.faults.clear()
    await minutes_pass(link, lambda: len(simulator.subscriptions.by_id) == 1)

    await left_are(link)


async def test_list_that_is_refused_is_not_asked_for_again(link, simulator, unanswered, left_are):
    lost = await unanswered()
    simulator.faults.apply(LIST | {"status": 403})
    struck = simulator.faults.struck

    await link.come_back()
    await until(lambda: simulator.faults.struck == struck + 1)
    much_later = link.clock.monotonic() + 700
    await minutes_pass(link, lambda: link.clock.monotonic() > much_later)

    assert simulator.faults.struck == struck + 1
    await left_are(link, lost)


async def test_no_more_are_remembered_than_ringcentral_keeps(client, simulator):
    subscriber = Subscriber(client)
    for number in range(100):
        subscriber.abandon(str(number))

    await subscriber.delete_leftovers(None, own=None)

    assert simulator.requests[DELETE] == 30
