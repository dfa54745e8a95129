"""The client in every dialect of the connection: whatever the cloud means, events come, and it is counted."""

import asyncio

import pytest

from custom_components.ringcentral.api.account import Token
from custom_components.ringcentral.api.errors import AuthenticationError, PermissionMissingError, RequestRejectedError
from custom_components.ringcentral.api.filters import (
    DetailWatch,
    account_presence_filter,
    extension_list_filter,
    missing_filters,
    presence_filter,
)
from custom_components.ringcentral.api.models import Presence
from custom_components.ringcentral.api.scopes import is_permitted
from custom_components.ringcentral.api.verdicts import Belief
from custom_components.ringcentral.api.webhook_subscription import CHECK_INTERVAL
from simulator.filter_refusals import FILTER_REFUSALS
from simulator.settings import CloudSettings
from tests.api.link import FIRST_DELAY, Link
from tests.hooks import subscriptions, webhook
from tests.waiting import until, until_quiet

TOKEN = ("POST", "/restapi/oauth/token")
WSTOKEN = ("POST", "/restapi/oauth/wstoken")
READ = ("GET", "/restapi/v1.0/subscription/{subscriptionId}")
HOUR = 3600.0


def dialect(**settings):
    """Let a test's cloud speak a dialect."""
    return pytest.mark.parametrize("settings", [CloudSettings(replay_delay=0, **settings)], ids=[""])


def contradictions(client):
    """Return which beliefs were contradicted."""
    return {belief for belief in Belief if client.verdicts.contradictions(belief)}


@pytest.fixture
def set_status(account, own_id):
    return lambda status: account.update_presence(own_id, {"userStatus": status})


@pytest.fixture
def events_come(set_status):
    """Prove that events come."""

    async def proved(link):
        for status in ("Busy", "Available"):
            before = len(link.listener.batches)
            set_status(status)
            await until(lambda before=before: len(link.listener.batches) > before)

    return proved


async def pass_time(link, seconds, step=50.0):
    """Let time pass, slowly while something is under way that would be given up otherwise."""
    while seconds > 0:
        is_busy = link.gateway.state not in {"connected", "waiting"}
        passing = min(1.0 if is_busy else step, seconds)
        link.clock.advance(passing)
        seconds -= passing
        await until_quiet()


async def is_up_again(link, times):
    """Let time pass until the gateway has reported so often that events come."""
    async with asyncio.timeout(60):
        while len(link.listener.recovered) < times:
            await pass_time(link, 1, step=1)


# Filters


@pytest.mark.parametrize("code", FILTER_REFUSALS)
async def test_one_refused_filter_never_silences_the_others(client, simulator, settings, set_status, code):
    settings.filter_refusal = code
    simulator.subscriptions.fail_on_refusal = True
    simulator.subscriptions.refused_filters.append(r"/account/\d+/presence\?")
    filters = (account_presence_filter(), extension_list_filter(), presence_filter())
    async with Link(client, filters=filters) as link:
        await link.come_up()

        assert [one.filter for one in link.listener.subscriptions[0].disabled_filters] == [account_presence_filter()]
        set_status("Busy")
        await until(lambda: link.listener.statuses == ["Busy"])
    is_known = code in {"CMN-101", "CMN-102", "CMN-109", "CMN-401"}
    assert contradictions(client) == (set() if is_known else {Belief.FILTER_REFUSED_BY_KNOWN_CODE})


@dialect(hide_refused_filters=True, refused_filters=(r"/extension/\d*2\d*/presence",))
async def test_a_filter_that_is_left_out_without_a_word_counts_as_refused(client, simulator, account):
    filters = tuple(presence_filter(str(account.find(number).id)) for number in ("101", "102", "103"))
    simulator.subscriptions.refused_filters[:] = [f"/extension/{account.find('102').id}/presence"]
    async with Link(client, filters=filters) as link:
        await link.come_up()

        assert [one.filter for one in link.listener.subscriptions[0].disabled_filters] == [filters[1]]
    assert contradictions(client) == {Belief.FILTER_REFUSAL_IS_LISTED}


@dialect(filter_limit=5)
async def test_of_too_many_filters_as_many_as_allowed_are_subscribed(client, simulator, account):
    filters = tuple(presence_filter(str(one.id)) for one in account.extensions.values() if one.is_user)[:7]
    simulator.account.find("108").settings["allowSeeMyPresence"] = True
    async with Link(client, filters=filters) as link:
        await link.come_up()

        (subscription,) = simulator.subscriptions.by_id.values()
        assert len(subscription.filters) == 5
        assert [one.filter for one in link.listener.subscriptions[0].disabled_filters] == list(filters[5:])
    assert Belief.FILTERS_ARE_UNLIMITED in contradictions(client)


def test_what_was_asked_is_compared_with_what_is_listed_whatever_its_spelling():
    asked = (presence_filter("~"), presence_filter("7"), account_presence_filter())
    listed = ("/restapi/v1.0/account/1/extension/5/presence/", "/restapi/v1.0/account/1/presence?sipData=true")
    assert missing_filters(asked, listed) == (presence_filter("7"),)
    assert missing_filters(asked, (*listed, "/restapi/v1.0/account/1/extension/7/presence")) == ()


def test_simple_events_of_a_detailed_filter_are_noticed_after_the_third_about_a_call():
    watch = DetailWatch()
    assert not watch.is_simple(has_calls=False, is_about_call=True)
    assert not watch.is_simple(has_calls=False, is_about_call=False)
    assert not watch.is_simple(has_calls=True, is_about_call=True)
    about_calls = [watch.is_simple(has_calls=False, is_about_call=True) for _ in range(4)]
    assert about_calls == [False, False, True, True]


# A socket and its OAuth session


class TestAppWithoutRefreshTokens:
    """A new login each hour begins another OAuth session; RingCentral's apps are so by default."""

    @pytest.fixture(params=["error_frame", "silent", "rejects"])
    def settings(self, request):
        return CloudSettings(
            replay_delay=0, issue_refresh_tokens=False, socket_after_token=request.param, idle_timeout=1e6
        )

    async def test_a_socket_of_the_new_session_takes_over_without_a_gap(self, link, simulator, set_status, client):
        await link.come_up()
        sent = 0
        for minute in range(180):
            set_status("Available" if minute % 2 else "Busy")
            sent += 1
            await pass_time(link, 60)
        await until(lambda: len(set(link.listener.sequences)) == sent)

        assert link.listener.errors == []
        assert simulator.gateway.accepted == 4
        assert all(link.listener.recovered[1:]), "nothing was lost in between"
        await until(lambda: len(simulator.subscriptions.by_id) == 1)
        await until(lambda: len(simulator.gateway.connections) == 1)
        assert link.gateway.counters.replacements == 3


@dialect(socket_after_token="silent", idle_timeout=1e6)
async def test_a_session_that_was_ended_elsewhere_is_noticed_by_the_next_proof(link, simulator, events_come):
    await link.come_up()
    simulator.revoke_sessions()
    await pass_time(link, 75, step=5)
    await is_up_again(link, 2)

    assert not link.listener.recovered[-1], "what happened meanwhile is lost"
    await events_come(link)


@dialect(socket_after_token="rejects", idle_timeout=1e6)
async def test_a_socket_that_answers_401_gets_a_new_token_and_is_made_again(link, simulator, client, events_come):
    await link.come_up()
    simulator.expire_tokens()
    await pass_time(link, 65, step=10)
    await is_up_again(link, 2)

    assert len(link.listener.errors) == 1
    assert simulator.requests[TOKEN] == 2
    assert contradictions(client) == {Belief.TOKEN_END_IS_REPORTED}
    await events_come(link)


async def test_a_token_that_dies_before_the_subscription_is_made_asks_nobody_to_log_in(link, simulator, events_come):
    simulator.faults.apply(
        {"kind": "status", "path": "*/subscription/", "method": "POST", "status": 401, "code": "OAU-128", "count": 1}
    )
    link.start()
    await link.is_down()
    await link.come_back()

    assert not isinstance(link.listener.errors[0], AuthenticationError)
    await events_come(link)


@dialect(newest_socket_wins=True, issue_refresh_tokens=False, idle_timeout=1e6)
async def test_renewing_works_where_the_newest_socket_of_a_session_wins(link, simulator, events_come):
    await link.come_up()
    link.gateway.renew()
    await link.is_up(2)

    assert not link.listener.recovered[-1]
    await until(lambda: len(simulator.gateway.connections) == 1)
    await events_come(link)
    await pass_time(link, 120)
    assert simulator.gateway.accepted == 2


async def test_a_link_is_renewed_without_going_down(link, simulator, events_come):
    await link.come_up()
    link.gateway.renew()
    await link.is_up(2)
    await until(lambda: len(simulator.subscriptions.by_id) == 1)

    assert link.listener.errors == []
    await events_come(link)


async def test_while_a_link_cannot_be_replaced_the_former_goes_on(link, simulator, events_come):
    await link.come_up()
    simulator.faults.apply({"kind": "status", "path": "*/wstoken", "status": 503})
    link.gateway.renew()
    await until(lambda: simulator.faults.struck)
    await events_come(link)
    simulator.faults.clear()
    await pass_time(link, 10, step=2)
    await link.is_up(2)

    assert link.listener.errors == []
    await events_come(link)


async def test_a_link_that_dies_while_it_cannot_be_replaced_is_lost(link, simulator, events_come):
    await link.come_up()
    simulator.faults.apply({"kind": "status", "path": "*/wstoken", "status": 503})
    link.gateway.renew()
    await until(lambda: simulator.faults.struck)
    simulator.gateway.close_abruptly()
    await link.is_down()
    simulator.faults.clear()
    await link.come_back(2 * FIRST_DELAY)
    await events_come(link)


async def test_stopping_while_a_link_is_replaced_leaves_nothing(link, simulator, clock):
    await link.come_up()
    simulator.faults.apply({"kind": "slow", "path": "*/subscription/", "method": "POST", "seconds": 1000})
    link.gateway.renew()
    await until(lambda: simulator.faults.struck)
    await link.gateway.stop()

    await until(lambda: not simulator.gateway.connections)
    await until(lambda: not simulator.subscriptions.by_id)


async def test_stopping_when_a_link_has_just_been_replaced_leaves_nothing(link, simulator):
    await link.come_up()
    half_open = {"kind": "half_open", "new": False}
    simulator.faults.apply(half_open)
    link.gateway.renew()
    await link.is_up(2)
    link.task.cancel()
    await asyncio.gather(link.task, return_exceptions=True)

    await until(lambda: not [one for one in simulator.gateway.connections if one.is_open])


# The proof of the subscription


@dialect(socket_reads_subscriptions=False, idle_timeout=1e6)
async def test_a_404_through_the_socket_is_believed_only_if_http_says_so_too(link, simulator, client, events_come):
    await link.come_up()
    await pass_time(link, 1000)

    assert link.listener.errors == []
    assert simulator.gateway.accepted == 1
    assert simulator.gateway.requests["GET", "/restapi/v1.0/subscription/{subscriptionId}"] == 1, "asked once"
    assert simulator.requests[READ] >= 3
    assert contradictions(client) == {Belief.SUBSCRIPTION_IS_READABLE_BY_SOCKET}
    await events_come(link)


@dialect(socket_reads_subscriptions=False, idle_timeout=1e6)
async def test_a_subscription_that_is_gone_is_noticed_where_the_socket_cannot_show_it(link, simulator, events_come):
    await link.come_up()
    await pass_time(link, 310)
    simulator.subscriptions.remove(next(iter(simulator.subscriptions.by_id.values())))
    await pass_time(link, 305, step=10)
    await is_up_again(link, 2)

    assert len(link.listener.errors) == 1
    await events_come(link)


@pytest.mark.parametrize("status", [400, 403, 503])
async def test_three_proofs_in_a_row_that_fail_replace_the_link(link, simulator, settings, status, events_come):
    settings.idle_timeout = 1e6
    await link.come_up()
    fault = {"kind": "status", "path": "*/subscription/*-*", "method": "GET", "status": status, "code": "CMN-999"}
    simulator.faults.apply(fault)
    await pass_time(link, 140, step=10)
    assert simulator.gateway.accepted == 1
    await pass_time(link, 60, step=10)
    await is_up_again(link, 2)
    simulator.faults.clear()

    assert link.listener.errors == []
    assert not link.listener.recovered[-1]
    await events_come(link)


async def test_what_was_missed_and_comes_long_after_the_recovery_is_not_lost(link, lose, settings, set_status):
    settings.replay_delay = 0.4
    await link.come_up()
    await lose()
    set_status("Busy")
    await link.come_back()
    await pass_time(link, 20, step=1)
    await until(lambda: link.listener.statuses == ["Busy"])

    assert link.listener.recovered == [False, True]


# Heartbeats and passes


@dialect(answers_heartbeats=False, idle_timeout=1e6)
async def test_where_heartbeats_are_never_answered_pings_decide_after_two_sockets(link, simulator, client, events_come):
    await link.come_up()
    await pass_time(link, 900, step=5)

    assert len(link.listener.errors) == 2
    assert contradictions(client) == {Belief.HEARTBEATS_ARE_ANSWERED}
    await events_come(link)
    simulator.faults.apply({"kind": "half_open", "new": False})
    await pass_time(link, 90, step=10)
    await link.is_down(3)


@dialect(ws_token_refusal="close")
async def test_a_pass_that_is_refused_after_the_upgrade_is_tried_again_with_another(link, simulator, events_come):
    simulator.settings.ws_token_ttl = 0
    link.start()
    await link.is_down()
    simulator.settings.ws_token_ttl = 30
    await link.come_back()

    assert simulator.requests[WSTOKEN] == 2
    await events_come(link)


# Bulk reads


@pytest.fixture
def ids(account):
    return [str(account.find(number).id) for number in ("101", "102", "103")]


@pytest.mark.parametrize(
    "settings", [CloudSettings(bulk_reads="mixed"), CloudSettings(bulk_reads="refused")], ids=["mixed", "refused"]
)
async def test_presence_is_read_in_whatever_form_bulk_reads_are_answered(client, ids, simulator):
    for _ in range(2):
        found = await client.get_presences([*ids, "999"])
        assert {id_ for id_, one in found.items() if isinstance(one, Presence)} == set(ids)
        assert isinstance(found["999"], RequestRejectedError)
    assert contradictions(client) == {Belief.BULK_READ_IS_JSON}
    if simulator.settings.bulk_reads == "refused":
        path = "/restapi/v1.0/account/{accountId}/extension/{extensionId}/presence"
        assert simulator.requests["GET", path] == 1 + 2 * 4, "the bulk is tried once"


@dialect(bulk_reads="refused")
async def test_many_are_read_with_the_accounts_list_where_bulk_reads_are_refused(client, ids, simulator, account):
    await client.get_presences(ids)
    many = [str(one.id) for one in account.extensions.values() if one.has_presence]
    assert len(many) > 7
    before = simulator.requests.total()
    found = await client.get_presences([*many, *ids, *(f"90{number}" for number in range(5))])

    assert {id_ for id_, one in found.items() if isinstance(one, Presence)} == set(many)
    assert simulator.requests.total() - before <= 7


@dialect(bulk_counts_ids=True)
async def test_budgets_that_are_smaller_than_thought_are_learned(client, ids, simulator):
    for _ in range(16):
        await client.get_presences(ids)
    assert client.limits.remaining()["light"] <= 2
    assert simulator.limits.refused == 0


# Logins


@dialect(at_session_limit="refuse", session_limit=1, issue_refresh_tokens=False)
async def test_a_log_in_that_is_refused_at_the_limit_of_sessions_waits_for_the_end_of_the_present_one(client, clock):
    first = await client.auth.access_token()
    clock.advance(HOUR - 200)
    assert await client.auth.access_token() == first
    clock.advance(201)
    assert await client.auth.access_token() != first


@dialect(at_session_limit="refuse", session_limit=1, issue_refresh_tokens=False)
async def test_a_refused_log_in_is_not_repeated_at_every_request(client, clock, simulator):
    await client.auth.access_token()
    clock.advance(HOUR - 200)
    for _ in range(5):
        await client.auth.access_token()
    assert simulator.requests[TOKEN] == 2


@pytest.mark.parametrize(
    ("scope", "permitted"),
    [
        ("ReadAccounts EditPresence", True),
        ("read_accounts, EDIT_PRESENCE", True),
        ("Read Accounts;Edit Presence", True),
        ("ReadAccounts ReadPresence", False),
        ("", True),
    ],
)
def test_a_scope_is_compared_without_case_and_punctuation(scope, permitted):
    token = Token(access_token="a", expires_at=0, refresh_at=0, scope=scope)
    assert is_permitted(token, "EditPresence") is permitted
    assert is_permitted(None, "EditPresence")


# Webhooks


@dialect(sends_verification_token=False)
async def test_deliveries_without_our_token_are_reported_after_the_third(running, client, simulator, set_status):
    await running.come_up()
    for number, status in enumerate(("Busy", "Available", "Busy"), 1):
        assert running.listener.errors == []
        set_status(status)
        await until(lambda number=number: running.subscription.counters.without_token == number)
    await until(lambda: running.listener.errors)

    (error,) = running.listener.errors
    assert (error.cause, running.listener.batches) == ("webhook_no_token", [])
    assert running.listener.unproved == 3, "what has happened is read meanwhile"
    await until(lambda: not subscriptions(simulator))
    assert contradictions(client) == {Belief.WEBHOOK_DELIVERIES_HAVE_TOKEN}
    client.clock.advance(HOUR)
    await until_quiet()
    assert not subscriptions(simulator), "another would lose its first events, too"


@dialect(webhook_ends_with_session=True)
async def test_a_webhook_that_ends_with_its_session_is_made_again_at_once(running, client, simulator, set_status):
    await running.come_up()
    simulator.revoke_sessions()
    assert not subscriptions(simulator)
    await client.get_extension()
    await running.is_up(2)

    webhook(simulator)
    assert client.clock.monotonic() < CHECK_INTERVAL
    assert contradictions(client) == {Belief.WEBHOOK_OUTLIVES_SESSION}
    set_status("Busy")
    await until(lambda: running.listener.statuses == ["Busy"])


async def test_a_subscription_that_the_app_may_not_make_is_no_matter_of_filters(client, simulator):
    simulator.login(simulator.credentials).application.permissions.discard("WebSocket")
    async with Link(client, filters=(presence_filter(), extension_list_filter())) as link:
        link.start()
        with pytest.raises(PermissionMissingError):
            await link.ended()
    assert contradictions(client) == set()
