"""Subscribing to as many event filters as RingCentral allows, where one that is refused fails the whole request."""

import pytest

from custom_components.ringcentral.api.account import Subscription
from custom_components.ringcentral.api.allowed_filters import subscribe_allowed
from custom_components.ringcentral.api.errors import (
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    UnreachableError,
)
from custom_components.ringcentral.api.filters import account_presence_filter, extension_list_filter, presence_filter
from custom_components.ringcentral.api.verdicts import Verdicts
from simulator.cloud import CloudSettings
from tests.api.link import FIRST_DELAY, Link
from tests.waiting import until

MANY = tuple(presence_filter(number) for number in range(100, 164))


def refusal(code="SUB-403"):
    return RequestRejectedError(f"RingCentral answered 403 {code}", status=403, code=code)


class Cloud:
    """Refuses every request that holds one of some filters, and counts what it was asked."""

    def __init__(self, *refused, error=None):
        self.refused = frozenset(refused)
        self.error = error or refusal()
        self.asked = []

    async def subscribe(self, filters):
        self.asked.append(filters)
        if self.refused.intersection(filters):
            raise self.error
        return Subscription(id="s1")


def disabled(subscription):
    return [one.filter for one in subscription.disabled_filters or ()]


async def test_what_is_allowed_is_asked_for_once():
    cloud = Cloud()
    subscription = await subscribe_allowed(cloud.subscribe, MANY, Verdicts())
    assert cloud.asked == [MANY]
    assert disabled(subscription) == []


@pytest.mark.parametrize("refused", [(MANY[0],), (MANY[40],), (MANY[-1],), (MANY[3], MANY[50])])
async def test_refused_filters_are_found_among_many_and_done_without(refused):
    cloud = Cloud(*refused)
    subscription = await subscribe_allowed(cloud.subscribe, MANY, Verdicts())
    assert cloud.asked[-1] == tuple(one for one in MANY if one not in refused)
    assert disabled(subscription) == list(refused)
    assert {one.reason for one in subscription.disabled_filters} == {"SUB-403"}
    assert len(cloud.asked) <= 32


async def test_if_all_are_refused_the_refusal_is_raised():
    cloud = Cloud(*MANY[:3])
    with pytest.raises(RequestRejectedError) as caught:
        await subscribe_allowed(cloud.subscribe, MANY[:3], Verdicts())
    assert caught.value is cloud.error


async def test_where_many_are_refused_the_search_ends_with_those_that_are_known_to_be_allowed():
    refused = MANY[::2]
    cloud = Cloud(*refused)
    subscription = await subscribe_allowed(cloud.subscribe, MANY, Verdicts())
    assert len(cloud.asked) <= 32
    assert len(cloud.asked[-1]) >= 5
    assert {*disabled(subscription), *cloud.asked[-1]} == set(MANY)


@pytest.mark.parametrize(
    "error",
    [
        refusal("SUB-505"),
        RequestRejectedError("RingCentral answered 409", status=409, code="CMN-203"),
        PermissionMissingError("403", permission="WebSocket", of_app=True, code="CMN-401"),
        PermissionMissingError("403", permission="WebSocketSubscription", of_app=True, code="SUB-528"),
        UnreachableError("503"),
        RateLimitedError("429", retry_after=60),
    ],
)
async def test_what_is_not_about_a_filter_is_raised_at_once(error):
    cloud = Cloud(MANY[0], error=error)
    with pytest.raises(type(error)):
        await subscribe_allowed(cloud.subscribe, MANY, Verdicts())
    assert len(cloud.asked) == 1


async def test_a_filter_that_needs_a_permission_of_its_own_is_done_without():
    error = PermissionMissingError("403", permission="ReadAccounts", of_app=True, code="CMN-401")
    cloud = Cloud(MANY[1], error=error)
    assert disabled(await subscribe_allowed(cloud.subscribe, MANY[:4], Verdicts())) == [MANY[1]]


# Against the simulated cloud


class TestRefusalOfAll:
    """One refused filter fails the whole request."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, fail_on_refused_filter=True, refused_filters=(r"/account/\d+/presence\?",))

    async def test_the_accounts_filter_is_left_out(self, client, simulator):
        filters = (account_presence_filter(), extension_list_filter())
        async with Link(client, filters=filters) as link:
            await link.come_up()
            (subscription,) = simulator.subscriptions.by_id.values()
            assert [one.kind.name for one in subscription.filters] == ["extension_list"]
            assert disabled(link.listener.subscriptions[0]) == [account_presence_filter()]

    async def test_one_hidden_extension_does_not_silence_the_others(self, client, simulator, account):
        # 108 does not allow others to see its presence.
        users = [one for one in account.extensions.values() if one.is_user]
        filters = tuple(presence_filter(one.id) for one in users)
        async with Link(client, filters=filters) as link:
            await link.come_up()
            (subscription,) = simulator.subscriptions.by_id.values()
            hidden = account.find("108").id
            assert {one.extension_id for one in subscription.filters} == {one.id for one in users} - {hidden}
            assert disabled(link.listener.subscriptions[0]) == [presence_filter(hidden)]

    async def test_where_all_are_refused_the_link_tries_again_later(self, client, simulator):
        async with Link(client, filters=(account_presence_filter(),)) as link:
            link.start()
            await link.is_down()
            assert isinstance(link.listener.errors[0], RequestRejectedError)
            simulator.subscriptions.refused_filters.clear()
            await link.come_back(FIRST_DELAY)


class TestTooManySubscriptions:
    """As many subscriptions as RingCentral allows are there already: a process that was killed left them behind."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, subscription_limit=6)

    @pytest.fixture
    async def strays(self, client, clock, simulator):
        for _ in range(6):
            async with Link(client) as link:
                await link.come_up()
            await until(lambda: not simulator.gateway.connections)
            clock.advance(60)
        return list(simulator.subscriptions.by_id)

    async def test_the_oldest_make_room(self, client, simulator, strays):
        async with Link(client) as link:
            await link.come_up()
            left = set(simulator.subscriptions.by_id)
            assert link.gateway.subscription.id in left
            assert left & set(strays) == {strays[-1]}

    async def test_webhooks_are_left_alone(self, client, simulator, strays):
        for stray in strays[:5]:
            simulator.subscriptions.by_id[stray].delivery_mode = {"transportType": "WebHook"}
        async with Link(client) as link:
            await link.come_up()
            assert set(strays) - set(simulator.subscriptions.by_id) == {strays[5]}
